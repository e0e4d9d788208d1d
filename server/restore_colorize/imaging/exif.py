"""The few fields of EXIF that pixels depend on, read and set in place.

EXIF is a TIFF structure. Nothing is rewritten but the orientation's two bytes, so makers' notes,
thumbnails and their offsets survive as they were. A damaged block reads as if it said nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

PREFIX = b"Exif\x00\x00"  # stands before the structure in JPEG and sometimes in WebP
ORIENTATION, X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 274, 282, 283, 296
_SHORT, _RATIONAL = 3, 5
_INCH, _CENTIMETER = 2, 3


@dataclass(frozen=True)
class _Entry:
    tag: int
    kind: int
    value_offset: int  # of the four bytes that hold a short value, or the offset of a long one


def orientation(exif: bytes | None) -> int:
    """Return the orientation 1..8 of an EXIF block; 1 (upright) where it says nothing."""
    for order, entry in _entries(exif or b""):
        if entry.tag == ORIENTATION and entry.kind == _SHORT:
            value = struct.unpack_from(order + "H", exif or b"", entry.value_offset)[0]
            return value if 1 <= value <= 8 else 1
    return 1


def with_upright_orientation(exif: bytes) -> bytes:
    """Return the block with its orientation set to 1, everything else as it was."""
    upright = bytearray(exif)
    for order, entry in _entries(exif):
        if entry.tag == ORIENTATION and entry.kind == _SHORT:
            struct.pack_into(order + "H", upright, entry.value_offset, 1)
    return bytes(upright)


def resolution(exif: bytes | None) -> tuple[float, float] | None:
    """Return (x, y) in dots per inch; None where the block does not say both."""
    data = exif or b""
    found: dict[int, float] = {}
    unit = _INCH
    for order, entry in _entries(data):
        if entry.tag in (X_RESOLUTION, Y_RESOLUTION) and entry.kind == _RATIONAL:
            offset = struct.unpack_from(order + "I", data, entry.value_offset)[0]
            if offset + 8 <= len(data):
                above, below = struct.unpack_from(order + "II", data, offset)
                found[entry.tag] = above / below if below else 0.0
        elif entry.tag == RESOLUTION_UNIT and entry.kind == _SHORT:
            unit = struct.unpack_from(order + "H", data, entry.value_offset)[0]
    return dots_per_inch(found.get(X_RESOLUTION, 0.0), found.get(Y_RESOLUTION, 0.0), unit)


def dots_per_inch(x: float, y: float, unit: int) -> tuple[float, float] | None:
    """Return a resolution in dots per inch from TIFF's unit: 2 inch, 3 centimeter, else none."""
    if unit not in (_INCH, _CENTIMETER) or x <= 0 or y <= 0:
        return None
    factor = 2.54 if unit == _CENTIMETER else 1.0
    return x * factor, y * factor


def from_resolution(dpi: tuple[float, float]) -> bytes:
    """Return the smallest EXIF block that states a resolution, for files without another way."""
    values = 8 + 2 + 3 * 12 + 4  # header, count, entries, end of list
    entries = (
        struct.pack("<HHII", X_RESOLUTION, _RATIONAL, 1, values)
        + struct.pack("<HHII", Y_RESOLUTION, _RATIONAL, 1, values + 8)
        + struct.pack("<HHIHH", RESOLUTION_UNIT, _SHORT, 1, _INCH, 0)
    )
    rationals = b"".join(struct.pack("<II", round(value * 1000), 1000) for value in dpi)
    return b"II*\x00" + struct.pack("<IH", 8, 3) + entries + struct.pack("<I", 0) + rationals


def without_prefix(exif: bytes | None) -> bytes | None:
    """Return the bare TIFF structure; None for a block that is none."""
    bare = (exif or b"").removeprefix(PREFIX)
    return bare if bare[:4] in (b"II*\x00", b"MM\x00*") else None


def turn_upright(samples: np.ndarray, turned: int) -> np.ndarray:
    """Turn samples (h, w, c) so that the picture stands as orientation ``turned`` 1..8 says."""
    if turned >= 5:  # stored by columns
        samples = samples.swapaxes(0, 1)
    if turned in (3, 4, 7, 8):
        samples = samples[::-1]
    if turned in (2, 3, 6, 7):
        samples = samples[:, ::-1]
    return np.ascontiguousarray(samples)


def _entries(data: bytes) -> Iterator[tuple[str, _Entry]]:
    """Yield byte order and entries of the first directory, as far as they lie in the block."""
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(data[:4])
    if order is None or len(data) < 10:
        return
    start = struct.unpack_from(order + "I", data, 4)[0]
    if start + 2 > len(data):
        return
    count = struct.unpack_from(order + "H", data, start)[0]
    for offset in range(start + 2, min(start + 2 + 12 * count, len(data) - 11), 12):
        tag, kind = struct.unpack_from(order + "HH", data, offset)
        yield order, _Entry(tag, kind, offset + 8)
