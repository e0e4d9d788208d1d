"""Picture files in and out: PNG, TIFF, JPEG and WebP, at their own depth and with their profile.

The kind of a file to read is its content, that of a file to write its name. Libraries for files
are imported when the first file is opened: training reads colors alone.
"""

from __future__ import annotations

import os
import secrets
import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from torch import Tensor

from restore_colorize.errors import (
    FormatError,
    RangeError,
    ResourceError,
    RestoreError,
    ShapeError,
    TooLargeError,
)
from restore_colorize.imaging import exif as exif_block
from restore_colorize.imaging import file_pillow, file_png, file_tiff, icc
from restore_colorize.imaging.picture import FileSamples, Metadata, Picture

MAX_PIXELS = 200_000_000
_KINDS = {
    ".png": "PNG",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".webp": "WEBP",
}
_MAX_DEPTH = {"PNG": 16, "TIFF": 32, "JPEG": 8, "WEBP": 8}
_LUMA_BT601 = (0.299, 0.587, 0.114)


def read_picture(
    path: str | os.PathLike[str], *, max_pixels: int = MAX_PIXELS, at_least_px: int = 0
) -> Picture:
    """Read a picture, turned upright, its colors converted from its profile to sRGB.

    Colors outside of sRGB are brought into it. The file's own samples are kept beside the planes,
    so that pixels that nobody changes are written as they were.

    Args:
        path: a PNG, TIFF, JPEG or WebP file, whatever its name says.
        max_pixels: larger pictures are refused before they are decoded.
        at_least_px: for who needs a picture small: a short side that suffices, which JPEG files
            use to be read sooner; 0 for the whole picture.

    Raises:
        FormatError: the file is missing, damaged, or of a kind that cannot be read.
        TooLargeError: more than ``max_pixels``.
    """
    samples, metadata = _read_samples(Path(path), max_pixels, at_least_px)
    stored = Picture.from_samples(samples, metadata)
    picture = _in_srgb(stored)
    colors = samples.reshape(*picture.size, -1)[..., : picture.planes.shape[0]]
    is_clipped = colors.dtype.kind == "f" and not (colors.min() >= 0 and colors.max() <= 1)
    if picture.planes is stored.planes and not is_clipped:
        return picture
    own = FileSamples(colors, picture.planes, picture.metadata.icc_profile)
    return replace(picture, file_samples=own)


def read_mask(path: str | os.PathLike[str], size: tuple[int, int]) -> Tensor:
    """Read a mask for a picture: white acts, black does not, gray is feathered.

    Args:
        path: a picture file; colors count by their BT.601 luma, transparency takes away.
        size: (height, width) of the picture that it belongs to.

    Returns:
        (h, w) float32 in [0, 1], the file's samples without any profile.

    Raises:
        FormatError: as ``read_picture`` does.
        ShapeError: the mask has another size.
    """
    samples, metadata = _read_samples(Path(path), max(size[0] * size[1], MAX_PIXELS))
    mask = Picture.from_samples(samples, metadata)
    if mask.size != tuple(size):
        raise ShapeError(
            f"The mask {Path(path).name} has {mask.width} x {mask.height} pixels, the picture "
            f"{size[1]} x {size[0]}; they must be equal."
        )
    if mask.is_gray:
        values = mask.planes[0]
    else:
        red, green, blue = mask.planes
        # From green, so that a gray color stays exactly what it is.
        values = green + _LUMA_BT601[0] * (red - green) + _LUMA_BT601[2] * (blue - green)
    return values.clamp(0, 1) if mask.alpha is None else (values * mask.alpha).clamp_(0, 1)


def write_picture(
    picture: Picture,
    path: str | os.PathLike[str],
    text: Mapping[str, str] | None = None,
    *,
    quality: int = 95,
) -> None:
    """Write a picture at its own depth, or the largest that the kind of file can hold.

    Colors go back into the picture's profile. A gray profile cannot hold colors: a picture that
    was gray and now is not gets an RGB profile with the same curve, under which its gray samples
    stay what they are. The file appears whole or not at all; one that is there already is
    replaced.

    Args:
        picture: what to write; EXIF, resolution and profile go with it.
        path: ends in .png, .tif, .tiff, .jpg, .jpeg or .webp.
        text: texts to put into the file (iTXt chunks in PNG, XMP elsewhere), by keys of 1 to 79
            printable Latin-1 characters. All texts of a JPEG file share 64 KiB.
        quality: of JPEG and WebP, 1 to 100; JPEG keeps chroma at full size.

    Raises:
        FormatError: another ending, or transparency that JPEG cannot hold.
        RangeError: a key that PNG does not allow, or a quality outside of 1..100.
        TooLargeError: texts, EXIF or a side do not fit into the file.
        ResourceError: the folder is missing or not writable, or the disk is full.
    """
    path = Path(path)
    kind = kind_of_name(path)
    if not 1 <= quality <= 100:
        raise RangeError(f"Quality lies between 1 and 100, not at {quality}.")
    text = dict(text or {})
    for key in text:
        if not 1 <= len(key) <= 79 or not key.isprintable() or ord(max(key)) > 255:
            raise RangeError(f"A text's key has 1 to 79 Latin-1 characters, unlike {key!r}.")
    samples, metadata = _file_samples(picture, kind)
    if kind == "PNG":
        data = file_png.write(samples, metadata, text)
    elif kind == "TIFF":
        data = file_tiff.write(samples, metadata, text)
    else:
        data = file_pillow.write(samples, metadata, text, kind, quality)
    _replace_file(path, data)


def kind_of_name(path: str | os.PathLike[str]) -> str:
    """Return "PNG", "TIFF", "JPEG" or "WEBP", the kind that a name to write asks for.

    Raises:
        FormatError: another ending.
    """
    kind = _KINDS.get(Path(path).suffix.lower())
    if kind is None:
        raise FormatError(
            f"{Path(path).name} does not say what to write; end it in {', '.join(_KINDS)}."
        )
    return kind


def _kind_of_content(data: bytes) -> str | None:
    if data.startswith(file_png.SIGNATURE):
        return "PNG"
    if data[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        return "TIFF"
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return None


def _read_samples(path: Path, max_pixels: int, at_least_px: int = 0) -> tuple[np.ndarray, Metadata]:
    """Return upright samples as the file has them, and metadata that says upright."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FormatError(f"{path.name} cannot be opened: {error.strerror}.") from error
    kind = _kind_of_content(data)
    if kind is None:
        found = "is empty" if not data else "is no PNG, TIFF, JPEG or WebP file"
        raise FormatError(f"{path.name} {found}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the libraries; what matters is raised
            samples, metadata = _decode(data, kind, max_pixels, at_least_px)
    except RestoreError as error:
        raise type(error)(f"{path.name}: {error}") from error
    except MemoryError as error:
        raise ResourceError(f"There is not enough memory to read {path.name}.") from error
    except Exception as error:  # decoders raise all kinds on damaged files
        raise FormatError(f"{path.name} is a damaged {kind} file.") from error
    turned = exif_block.orientation(metadata.exif)
    if turned == 1:
        return samples, metadata
    resolution = metadata.resolution
    if resolution is not None and turned >= 5:
        resolution = (resolution[1], resolution[0])
    upright = exif_block.with_upright_orientation(metadata.exif or b"")
    return (
        exif_block.turn_upright(samples, turned),
        replace(metadata, exif=upright, resolution=resolution),
    )


def _decode(
    data: bytes, kind: str, max_pixels: int, at_least_px: int
) -> tuple[np.ndarray, Metadata]:
    if kind == "PNG":
        height, width = file_png.size(data)
    elif kind == "TIFF":
        height, width = file_tiff.size(data)
    else:
        height, width = file_pillow.size(data, kind)
    if height * width > max_pixels:
        raise TooLargeError(
            f"{width} x {height} pixels are more than the limit of {max_pixels / 1e6:g} megapixels."
        )
    if kind == "PNG":
        return file_png.read(data)
    if kind == "TIFF":
        return file_tiff.read(data)
    return file_pillow.read(data, kind, at_least_px)


def _in_srgb(picture: Picture) -> Picture:
    """Return the picture with its planes converted from its profile."""
    profile = picture.metadata.icc_profile
    if profile is None:
        return picture
    space = icc.color_space(profile)
    if space is None or (space == "gray" and not picture.is_gray):
        # Damaged, or of a space that these samples do not have: as every viewer, take sRGB.
        return replace(picture, metadata=replace(picture.metadata, icc_profile=None))
    return picture.with_planes(icc.to_srgb(picture.planes, profile))


def _file_samples(picture: Picture, kind: str) -> tuple[np.ndarray, Metadata]:
    """Return samples in the profile that is written beside them."""
    planes, alpha, metadata = picture.planes, picture.alpha, picture.metadata
    if kind == "WEBP" and picture.is_gray:
        planes = planes.expand(3, -1, -1)  # WebP knows no gray
    own = picture.file_samples
    if metadata.icc_profile is not None:
        profile = icc.profile_for_channels(metadata.icc_profile, planes.shape[0])
        converted = icc.from_srgb(planes, profile)
        if converted is None:
            own = None
            srgb = None if planes.shape[0] == 1 else icc.srgb_profile()
            metadata = replace(metadata, icc_profile=srgb)
        else:
            planes, metadata = converted, replace(metadata, icc_profile=profile)
    if kind == "JPEG" and alpha is not None:
        if bool((alpha < 1).any()):
            raise FormatError("A JPEG file holds no transparency; write a PNG or TIFF file.")
        alpha = None
    depth = min(picture.depth, _MAX_DEPTH[kind])
    samples = Picture(planes, alpha, depth, metadata).quantize()
    if own is not None and own.fits(samples, picture.metadata):
        samples = own.restored(samples, picture.planes)
    return samples, metadata


def _replace_file(path: Path, data: bytes) -> None:
    # In the same folder, so that the last step is one rename and a reader sees old or new.
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with open(part, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        raise ResourceError(f"{path.name} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
