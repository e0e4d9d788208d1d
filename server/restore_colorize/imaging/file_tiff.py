"""TIFF: 1 to 16 bit and floats, any compression that imagecodecs knows, through tifffile."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

from restore_colorize.errors import FormatError
from restore_colorize.imaging import exif as exif_block
from restore_colorize.imaging import xmp
from restore_colorize.imaging.picture import Metadata

_XMP = 700
# Fields of the first directory that tell of the picture (description, camera, date, author,
# copyright), not of how it is stored.
_DESCRIPTIVE = (270, 271, 272, 306, 315, 33432)
_ASSOCIATED_ALPHA = 1
_SUBFILE_TYPE, _REDUCED, _MASK = 254, 1, 4  # a tag and two of its bits
_SHORT = 3
_BRIGHTEST_FLOAT = 16.0  # pictures in 0..1 overshoot a little; counts of a sensor reach thousands


def size(data: bytes) -> tuple[int, int]:
    """Return (height, width) of the first page."""
    with _open(data) as tiff:
        page = tiff.pages[0]
        return page.imagelength, page.imagewidth


def read(data: bytes) -> tuple[np.ndarray, Metadata]:
    """Return samples (h, w, 1..4) uint8, uint16 or float32 of the first page, and metadata.

    Raises:
        FormatError: samples that are neither gray, RGB nor a palette, or of another type.
    """
    with _open(data) as tiff:
        page = tiff.pages[0]
        _check_complete(page, len(data))
        samples = page.asarray(squeeze=False)  # (planes, depth, h, w, contiguous)
        if samples.shape[1] != 1 or 1 not in (samples.shape[0], samples.shape[4]):
            raise FormatError("The TIFF file holds a volume; a picture has one layer.")
        samples = samples[:, 0].transpose(1, 2, 3, 0).reshape(*samples.shape[2:4], -1)
        samples = _as_colors(page, samples)
        tags = {tag.code: tag.value for tag in page.tags}
        profile = tags.get(34675)
        exif = _read_exif(data)
        x, y = (_ratio(tags.get(code)) for code in (282, 283))
        resolution = exif_block.dots_per_inch(x, y, int(tags.get(296, 2)))
        packet = tags.get(_XMP)
        pictures = _count_pictures(data, page.offset, tiff.tiff)
    text = xmp.read_packet(packet if isinstance(packet, bytes) else None)
    return samples, Metadata(profile if profile else None, exif, resolution, text, pictures)


def write(samples: np.ndarray, metadata: Metadata, text: Mapping[str, str]) -> bytes:
    """Return a deflated TIFF file of samples (h, w, 1..4) uint8, uint16 or float32."""
    import tifffile

    channels = samples.shape[2]
    extratags: list[tuple[Any, ...]] = []
    if text:
        packet = xmp.write_packet(text)
        extratags.append((_XMP, 1, len(packet), packet, True))
    options: dict[str, Any] = {}
    if metadata.resolution is not None:
        options = {"resolution": metadata.resolution, "resolutionunit": 2}
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer, byteorder="<") as writer:
        writer.write(
            samples if channels > 1 else samples[..., 0],
            photometric="rgb" if channels >= 3 else "minisblack",
            planarconfig="contig" if channels > 1 else None,
            extrasamples=("unassalpha",) if channels in (2, 4) else (),
            compression="zlib",
            predictor=True,
            iccprofile=metadata.icc_profile,
            extratags=extratags,
            software=False,
            metadata=None,
            **options,
        )
    return _with_exif(buffer.getvalue(), metadata.exif)


def _open(data: bytes) -> Any:
    import tifffile

    return tifffile.TiffFile(io.BytesIO(data))


def _check_complete(page: Any, length: int) -> None:
    ends = (a + b for a, b in zip(page.dataoffsets, page.databytecounts, strict=True))
    if max(ends, default=length + 1) > length:
        raise FormatError("The TIFF file breaks off before the end of its picture.")


def _count_pictures(data: bytes, offset: int, form: Any) -> int:
    """Count the directories from ``offset`` on; smaller copies and masks of a picture are none.

    A chain that is damaged ends where it breaks: the first picture can be read all the same.
    """
    count, seen = 0, set()
    try:
        while offset and offset not in seen:
            seen.add(offset)
            tags = struct.unpack_from(form.tagnoformat, data, offset)[0]
            first = offset + form.tagnosize
            tag, kind = struct.unpack_from(form.byteorder + "HH", data, first)
            use = 0
            if tag == _SUBFILE_TYPE:  # the lowest tag comes first
                value = first + form.tagsize - form.offsetsize
                size = "H" if kind == _SHORT else "I"
                use = struct.unpack_from(form.byteorder + size, data, value)[0]
            offset = struct.unpack_from(form.offsetformat, data, first + tags * form.tagsize)[0]
            count += not use & (_REDUCED | _MASK)
    except struct.error:
        pass
    return max(1, count)


def _as_colors(page: Any, samples: np.ndarray) -> np.ndarray:
    """Return gray or RGB with at most one alpha, not premultiplied, as 8, 16 bit or float."""
    photometric = page.photometric.name
    if photometric == "PALETTE":
        palette = (np.asarray(page.colormap) >> 8).astype(np.uint8)
        return palette[:, samples[..., 0]].transpose(1, 2, 0)
    is_jpeg = page.compression.name in ("JPEG", "OJPEG")
    colors = {"MINISWHITE": 1, "MINISBLACK": 1, "RGB": 3}.get(photometric)
    if photometric == "YCBCR" and is_jpeg:
        colors = 3  # the decoder gave RGB
    if colors is None:
        raise FormatError(
            f"The TIFF file holds {photometric} samples; convert it to RGB or gray first."
        )
    samples = _scaled(samples[..., : colors + 1], page.bitspersample)
    if photometric == "MINISWHITE":
        top = 1.0 if samples.dtype.kind == "f" else np.iinfo(samples.dtype).max
        samples = samples.copy()
        samples[..., 0] = top - samples[..., 0]
    extras = tuple(page.extrasamples or ())
    if extras and extras[0] == _ASSOCIATED_ALPHA:
        samples = _not_premultiplied(samples)
    return samples


def _scaled(samples: np.ndarray, bits: int) -> np.ndarray:
    """Stretch odd bit counts to the next of 8, 16 and float."""
    kind = samples.dtype.kind
    if kind == "f":
        samples = samples.astype(np.float32)
        if not np.isfinite(samples).all() or np.abs(samples).max() > _BRIGHTEST_FLOAT:
            raise FormatError("The floats of the TIFF file are not in 0..1; scale them first.")
        return samples
    if kind == "b" or (kind == "u" and bits < 8):
        return (samples.astype(np.uint16) * 255 // (2**bits - 1)).astype(np.uint8)
    if kind == "u" and 8 < bits < 16:
        return (samples.astype(np.uint32) * 65535 // (2**bits - 1)).astype(np.uint16)
    if samples.dtype in (np.uint8, np.uint16):
        return samples
    raise FormatError(
        f"The TIFF file holds samples of type {samples.dtype.name}; use 8 or 16 bits or floats."
    )


def _not_premultiplied(samples: np.ndarray) -> np.ndarray:
    top = 1.0 if samples.dtype.kind == "f" else np.iinfo(samples.dtype).max
    alpha = samples[..., -1:].astype(np.float32)
    # A fully transparent pixel has no color left; it stays black.
    colors = samples[..., :-1] * (top / np.maximum(alpha, 1e-9)) * (alpha > 0)
    if samples.dtype.kind != "f":
        colors = np.rint(colors)
    colors = np.clip(colors, 0, top).astype(samples.dtype)
    return np.concatenate((colors, samples[..., -1:]), -1)


def _ratio(value: Any) -> float:
    if not isinstance(value, tuple) or len(value) != 2 or not value[1]:
        return 0.0
    return value[0] / value[1]


def _read_exif(data: bytes) -> bytes | None:
    """Gather what tells of the picture into a block of its own; None where nothing does."""
    fields = exif_block.read_directory(data)
    wanted = (*_DESCRIPTIVE, exif_block.ORIENTATION)
    first = [fields[tag] for tag in wanted if tag in fields]
    below = _directories_below(data)
    return exif_block.write_block(first, below) if first or below else None


def _directories_below(data: bytes) -> dict[int, list[exif_block.Field]]:
    found = {}
    for tag in (exif_block.EXIF_DIRECTORY, exif_block.GPS_DIRECTORY):
        fields = exif_block.read_directory(data, tag)
        fields.pop(exif_block.INTEROPERABILITY_DIRECTORY, None)  # points to where it was
        if fields:
            found[tag] = list(fields.values())
    return found


def _with_exif(data: bytes, exif: bytes | None) -> bytes:
    """Put the directories of EXIF behind the file, and a first directory that points to them.

    The writer takes no pointers among its extra tags, so its first directory is written again.
    """
    if exif is None or data[2:4] != b"*\x00":  # BigTIFF, from 4 GiB on, has other directories
        return data
    fields = exif_block.read_directory(exif)
    first = [fields[tag] for tag in _DESCRIPTIVE if tag in fields]
    whole = bytearray(data)
    for tag, below in _directories_below(exif).items():
        whole += bytes(len(whole) % 2)  # directories begin on a word
        first.append(exif_block.Field(tag, 4, 1, struct.pack("<I", len(whole))))
        whole += exif_block.write_directory(below, len(whole))
    whole += bytes(len(whole) % 2)
    start = struct.unpack_from("<I", data, 4)[0]
    count = struct.unpack_from("<H", data, start)[0]
    entries = [data[start + 2 + 12 * i : start + 14 + 12 * i] for i in range(count)]
    struct.pack_into("<I", whole, 4, len(whole))
    whole += exif_block.write_directory(first, len(whole), entries)
    return bytes(whole)
