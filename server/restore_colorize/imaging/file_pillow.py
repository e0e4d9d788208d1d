"""JPEG and WebP through Pillow: always 8 bit, so its silent cut of 16 bit cannot happen here."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np

from restore_colorize.errors import FormatError, TooLargeError
from restore_colorize.imaging import exif as exif_block
from restore_colorize.imaging import xmp
from restore_colorize.imaging.picture import Metadata

_MAX_SIDE_PX = {"JPEG": 65500, "WEBP": 16383}
_MAX_SEGMENT = 65533  # bytes of one JPEG segment
_XMP_PREFIX_LENGTH = 29


def size(data: bytes, kind: str) -> tuple[int, int]:
    """Return (height, width) from the header of a "JPEG" or "WEBP" file."""
    with _open(data, kind) as image:
        return image.height, image.width


def read(data: bytes, kind: str, at_least_px: int = 0) -> tuple[np.ndarray, Metadata]:
    """Return samples (h, w) or (h, w, 3..4) uint8 of the first picture, and metadata.

    Args:
        at_least_px: a JPEG file may come at 1/2, 1/4 or 1/8 of its size, which is decoded sooner,
            as long as its short side has so many pixels; 0 for its own size.

    Raises:
        FormatError: the samples are neither gray nor RGB (a JPEG for print, for example).
    """
    with _open(data, kind) as image:
        if image.mode not in ("L", "RGB", "RGBA"):
            raise FormatError(
                f"The file holds {image.mode} samples; convert it to RGB or gray first."
            )
        if at_least_px:
            image.draft(None, (at_least_px, at_least_px))  # does nothing to WebP
        samples = np.array(image)
        exif = exif_block.without_prefix(image.info.get("exif"))
        x, y = (float(value) for value in image.info.get("dpi", (0.0, 0.0)))
        # A density of 1 is JFIF's way to say that only the shape of a pixel is known.
        resolution = (x, y) if x > 1 and y > 1 else exif_block.resolution(exif)
        text = xmp.read_packet(image.info.get("xmp"))
        profile = image.info.get("icc_profile")
        # Of WebP, an animation's; what a JPEG file holds further are previews and depths.
        pictures = getattr(image, "n_frames", 1) if kind == "WEBP" else 1
        return samples, Metadata(profile, exif, resolution, text, pictures)


def write(
    samples: np.ndarray, metadata: Metadata, text: Mapping[str, str], kind: str, quality: int
) -> bytes:
    """Return a JPEG (without subsampling of chroma) or WebP file of samples (h, w, 1..4) uint8.

    Raises:
        TooLargeError: texts or EXIF exceed the 64 KiB of a JPEG segment, or the picture is
            longer than the kind of file allows.
    """
    from PIL import Image

    if max(samples.shape[:2]) > _MAX_SIDE_PX[kind]:
        raise TooLargeError(
            f"{samples.shape[1]} x {samples.shape[0]} pixels do not fit into a {kind} file; write "
            f"a PNG or TIFF file instead."
        )
    options: dict[str, Any] = {"quality": quality}
    packet = xmp.write_packet(text) if text else None
    exif = metadata.exif
    if kind == "JPEG":
        options["subsampling"] = 0
        if metadata.resolution is not None:
            options["dpi"] = tuple(max(1, round(value)) for value in metadata.resolution)
        for block, name in ((packet, "texts"), (exif, "EXIF data")):
            if block is not None and len(block) + _XMP_PREFIX_LENGTH > _MAX_SEGMENT:
                raise TooLargeError(
                    f"The {name} of {len(block)} bytes do not fit into a JPEG file, which takes "
                    f"64 KiB; write a PNG or TIFF file instead."
                )
    elif exif is None and metadata.resolution is not None:
        exif = exif_block.from_resolution(metadata.resolution)
    if exif is not None:
        options["exif"] = exif_block.PREFIX + exif
    if packet is not None:
        options["xmp"] = packet
    if metadata.icc_profile is not None:
        options["icc_profile"] = metadata.icc_profile
    image = Image.fromarray(samples[..., 0] if samples.shape[2] == 1 else samples)
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _open(data: bytes, kind: str) -> Any:
    from PIL import Image

    # Pillow's own limit warns by its own taste; ours is checked before anything is decoded.
    Image.MAX_IMAGE_PIXELS = None
    return Image.open(io.BytesIO(data), formats=[kind])
