"""Color profiles and thumbnails as the byte arrays that GIMP 2.10's procedures gave and took."""

from __future__ import annotations

from typing import Any

from gi.repository import Gimp

from gimpfu_bindings.pixels import Octets, octets
from gimpfu_bindings.procedures import error
from gimpfu_bindings.values import to_image, to_object


def color_profile(image: Any) -> tuple[int, Octets]:
    """Return an image's own profile as ICC data, empty where there is none."""
    return _data(to_image(image).get_color_profile())


def effective_color_profile(image: Any) -> tuple[int, Octets]:
    """Return the profile that an image's colors are of, as ICC data."""
    return _data(to_image(image).get_effective_color_profile())


def set_color_profile(image: Any, *given: Any) -> None:
    """Assign a profile given as ICC data, which may have its count before it; None removes it."""
    if not to_image(image).set_color_profile(_profile(given[-1])):
        raise error(f"the profile does not fit the image: {Gimp.get_pdb().get_last_error()}")


def convert_color_profile(image: Any, *given: Any) -> None:
    """Convert to a profile: its ICC data, intent, and whether to compensate for the black point."""
    data, intent, has_black_point = given[-3:]
    profile = _profile(data)
    if profile is None:
        raise error("there is no profile to convert to")
    kind = Gimp.ColorRenderingIntent(int(intent))
    if not to_image(image).convert_color_profile(profile, kind, bool(has_black_point)):
        raise error(f"the image was not converted: {Gimp.get_pdb().get_last_error()}")


def drawable_thumbnail(drawable: Any, width: int, height: int) -> tuple[int, int, int, int, Octets]:
    """Return a small picture: its width, height, bytes a pixel, their count and the bytes."""
    return _thumbnail(to_object(drawable), width, height)


def image_thumbnail(image: Any, width: int, height: int) -> tuple[int, int, int, int, Octets]:
    """Return a small picture of an image: width, height, bytes a pixel, their count, the bytes."""
    return _thumbnail(to_image(image), width, height)


def _data(profile: Gimp.ColorProfile | None) -> tuple[int, Octets]:
    data = Octets(bytes(profile.get_icc_profile()) if profile is not None else b"")
    return len(data), data


def _profile(data: Any) -> Gimp.ColorProfile | None:
    if data is None or len(data) == 0:
        return None
    return Gimp.ColorProfile.new_from_icc_profile(octets(data))


def _thumbnail(shown: Any, width: int, height: int) -> tuple[int, int, int, int, Octets]:
    data, actual_width, actual_height, bpp = shown.get_thumbnail_data(int(width), int(height))
    small = Octets(bytes(data.get_data()))
    return actual_width, actual_height, bpp, len(small), small
