"""EXIF blocks: the few fields that pixels depend on, and directories to carry into TIFF files.

EXIF is a TIFF structure. Turning a picture upright rewrites two bytes of it only, so makers'
notes, thumbnails and their offsets survive as they were. Damaged blocks are read as far as they
make sense; nothing here raises on them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

PREFIX = b"Exif\x00\x00"  # stands before the structure in JPEG and sometimes in WebP
ORIENTATION, X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 274, 282, 283, 296
EXIF_DIRECTORY, GPS_DIRECTORY, INTEROPERABILITY_DIRECTORY = 34665, 34853, 40965
_LONG = 4
_INCH, _CENTIMETER = 2, 3
# Bytes of a value by its type, and of the parts that a byte order turns around.
_VALUE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_PART_BYTES = {**_VALUE_BYTES, 5: 4, 10: 4}
_SHORT, _RATIONAL = 3, 5


@dataclass(frozen=True)
class Field:
    """One entry of a directory, its values as little-endian bytes."""

    tag: int
    kind: int
    count: int
    data: bytes

    def numbers(self) -> tuple[float, ...]:
        """Return the values of a short or rational field; nothing of other types."""
        if self.kind == _SHORT:
            return struct.unpack(f"<{self.count}H", self.data)
        if self.kind == _RATIONAL:
            parts = struct.unpack(f"<{2 * self.count}I", self.data)
            pairs = zip(parts[::2], parts[1::2], strict=True)
            return tuple(above / below if below else 0.0 for above, below in pairs)
        return ()


def read_directory(data: bytes, tag: int | None = None) -> dict[int, Field]:
    """Return the fields of the first directory, or of the one below it that ``tag`` points to."""
    order, entries = _entries(data)
    if tag is not None:
        pointers = [entry for entry in entries if entry[0] == tag and entry[1] == _LONG]
        if not pointers:
            return {}
        order, entries = _entries(data, struct.unpack_from(order + "I", data, pointers[0][3])[0])
    fields = {}
    for code, kind, count, offset in entries:
        length = count * _VALUE_BYTES.get(kind, 0)
        if length > 4:
            offset = struct.unpack_from(order + "I", data, offset)[0]
        if not 0 < length <= len(data) - offset:
            continue
        values = data[offset : offset + length]
        if order == ">":
            part = f"u{_PART_BYTES[kind]}"
            values = np.frombuffer(values, ">" + part).astype("<" + part).tobytes()
        fields[code] = Field(code, kind, count, values)
    return fields


def write_directory(fields: Iterable[Field], start: int, entries: Iterable[bytes] = ()) -> bytes:
    """Return a little-endian directory that comes to lie at ``start``, its values behind it.

    Args:
        fields: to encode.
        start: offset in the file, even.
        entries: further ones of 12 bytes, taken as they are.
    """
    fields, rows = list(fields), list(entries)
    values_start = start + 2 + 12 * (len(rows) + len(fields)) + 4
    values = b""
    for field in fields:
        inline = field.data
        if len(inline) > 4:
            inline = struct.pack("<I", values_start + len(values))
            values += field.data + bytes(len(field.data) % 2)
        head = struct.pack("<HHI", field.tag, field.kind, field.count)
        rows.append(head + inline.ljust(4, b"\x00"))
    rows.sort(key=lambda row: struct.unpack_from("<H", row))
    return struct.pack("<H", len(rows)) + b"".join(rows) + bytes(4) + values


def write_block(first: Iterable[Field], below: Mapping[int, Iterable[Field]]) -> bytes:
    """Return an EXIF block of a first directory and of those below it, by the tags to them."""
    body = b""
    pointers = []
    for tag, fields in below.items():
        pointers.append(Field(tag, _LONG, 1, struct.pack("<I", 8 + len(body))))
        body += write_directory(fields, 8 + len(body))
    start = 8 + len(body)
    return (
        b"II*\x00" + struct.pack("<I", start) + body + write_directory([*first, *pointers], start)
    )


def orientation(exif: bytes | None) -> int:
    """Return the orientation 1..8 of an EXIF block; 1 (upright) where it says nothing."""
    field = read_directory(exif or b"").get(ORIENTATION)
    values = () if field is None else field.numbers()
    return int(values[0]) if values and 1 <= values[0] <= 8 else 1


def with_upright_orientation(exif: bytes) -> bytes:
    """Return the block with its orientation set to 1, everything else as it was."""
    upright = bytearray(exif)
    order, entries = _entries(exif)
    for tag, kind, _, offset in entries:
        if tag == ORIENTATION and kind == _SHORT:
            struct.pack_into(order + "H", upright, offset, 1)
    return bytes(upright)


def resolution(exif: bytes | None) -> tuple[float, float] | None:
    """Return (x, y) in dots per inch; None where the block does not say both."""
    fields = read_directory(exif or b"")
    found = []
    for tag, default in ((X_RESOLUTION, 0.0), (Y_RESOLUTION, 0.0), (RESOLUTION_UNIT, _INCH)):
        values = fields[tag].numbers() if tag in fields else ()
        found.append(values[0] if values else default)
    return dots_per_inch(found[0], found[1], int(found[2]))


def dots_per_inch(x: float, y: float, unit: int) -> tuple[float, float] | None:
    """Return a resolution in dots per inch from TIFF's unit: 2 inch, 3 centimeter, else none."""
    if unit not in (_INCH, _CENTIMETER) or x <= 0 or y <= 0:
        return None
    factor = 2.54 if unit == _CENTIMETER else 1.0
    return x * factor, y * factor


def from_resolution(dpi: tuple[float, float]) -> bytes:
    """Return the smallest EXIF block that states a resolution, for files without another way."""
    x, y = (struct.pack("<II", round(value * 1000), 1000) for value in dpi)
    fields = (
        Field(X_RESOLUTION, _RATIONAL, 1, x),
        Field(Y_RESOLUTION, _RATIONAL, 1, y),
        Field(RESOLUTION_UNIT, _SHORT, 1, struct.pack("<H", _INCH)),
    )
    return write_block(fields, {})


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


def _entries(data: bytes, start: int | None = None) -> tuple[str, list[tuple[int, int, int, int]]]:
    """Return byte order and, per entry that lies in the data, tag, type, count and value offset.

    The value offset is that of the entry's last four bytes, which hold a short value or, of a
    long one, where it lies.
    """
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(data[:4])
    if order is None or len(data) < 8:
        return "<", []
    if start is None:
        start = struct.unpack_from(order + "I", data, 4)[0]
    if start + 2 > len(data):
        return order, []
    count = struct.unpack_from(order + "H", data, start)[0]
    offsets = range(start + 2, min(start + 2 + 12 * count, len(data) - 11), 12)
    rows = [(*struct.unpack_from(order + "HHI", data, offset), offset + 8) for offset in offsets]
    return order, rows
