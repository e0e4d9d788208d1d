"""Parts of pictures and masks in plain Python, for editors that bring no arrays."""

from __future__ import annotations

from array import array

from ..errors import RefusedError
from ..pixels import Pixels, SampleType
from ..translation import _

__all__ = ["Box", "around", "bounds", "cut", "eight_bit", "grown", "only_where", "pasted"]

Box = tuple[int, int, int, int]  # left, top, width, height in pixels
_MARK = bytes([0] + [255] * 255)


def cut(pixels: Pixels, box: Box) -> Pixels:
    """Return a box of a picture; beyond the picture's edges everything is 0."""
    left, top, width, height = box
    unit = pixels.channels * pixels.sample_type.size
    view, data = pixels.view(), bytearray(width * height * unit)
    begin, end = max(left, 0), min(left + width, pixels.width)
    if begin < end:
        for row in range(max(top, 0), min(top + height, pixels.height)):
            place = ((row - top) * width + begin - left) * unit
            source = (row * pixels.width + begin) * unit
            size = (end - begin) * unit
            data[place : place + size] = view[source : source + size]
    return Pixels(width, height, pixels.channels, pixels.sample_type, pixels.has_alpha, data)


def pasted(pixels: Pixels, part: Pixels, box: Box) -> Pixels:
    """Return a picture whose box holds ``part``, of the same kind and the box's size.

    Raises RefusedError where it is another kind or size.
    """
    if (part.channels, part.sample_type) != (pixels.channels, pixels.sample_type) or (
        part.width,
        part.height,
    ) != box[2:]:
        raise RefusedError(_("The server sent a picture of another kind: try again."))
    unit = pixels.channels * pixels.sample_type.size
    data, view, row_bytes = bytearray(pixels.view()), part.view(), part.width * unit
    for row in range(part.height):
        place = ((box[1] + row) * pixels.width + box[0]) * unit
        data[place : place + row_bytes] = view[row * row_bytes : (row + 1) * row_bytes]
    return Pixels(
        pixels.width, pixels.height, pixels.channels, pixels.sample_type, pixels.has_alpha, data
    )


def bounds(mask: Pixels) -> Box | None:
    """Return the smallest box with all that is above 0 in an 8-bit mask, None if nothing is."""
    view, width = mask.view(), mask.width
    left, right, rows = width, 0, []
    for row in range(mask.height):
        values = bytes(view[row * width : (row + 1) * width])
        marked = values.lstrip(b"\0")
        if marked:
            rows.append(row)
            left = min(left, width - len(marked))
            right = max(right, len(values.rstrip(b"\0")))
    return (left, rows[0], right - left, rows[-1] + 1 - rows[0]) if rows else None


def around(x: int, y: int, side: int, width: int, height: int) -> Box:
    """Return the square of ``side`` pixels around a point, moved and cut to fit a picture."""
    own_width, own_height = min(side, width), min(side, height)
    left = min(max(x - own_width // 2, 0), width - own_width)
    top = min(max(y - own_height // 2, 0), height - own_height)
    return left, top, own_width, own_height


def grown(box: Box, margin: int, width: int, height: int) -> Box:
    """Return a box with a margin on all sides, as far as the picture goes."""
    left, top = max(box[0] - margin, 0), max(box[1] - margin, 0)
    right = min(box[0] + box[2] + margin, width)
    bottom = min(box[1] + box[3] + margin, height)
    return left, top, right - left, bottom - top


def only_where(mask: Pixels | None, marks: Pixels) -> Pixels:
    """Return a mask where 8-bit marks of its size are above 0, and 0 elsewhere.

    Without a mask: one that is full there.
    """
    kept = bytes(marks.view()).translate(_MARK)
    if mask is None:
        return Pixels(marks.width, marks.height, 1, SampleType.UINT8, False, kept)
    size = mask.sample_type.size
    wide = bytearray(len(kept) * size)
    for byte in range(size):
        wide[byte::size] = kept
    both = int.from_bytes(mask.view(), "little") & int.from_bytes(wide, "little")
    data = both.to_bytes(len(wide), "little")
    return Pixels(mask.width, mask.height, 1, mask.sample_type, False, data)


def eight_bit(pixels: Pixels) -> Pixels:
    """Return a small picture at 8 bit, rounded, for the screen."""
    if pixels.sample_type is SampleType.UINT8:
        return pixels
    if pixels.sample_type is SampleType.UINT16:
        deep = array("H", pixels.view().tobytes())
        data = bytes((value + 128) // 257 for value in deep)
    else:
        data = bytes(round(value * 255) for value in array("f", pixels.view().tobytes()))
    return Pixels(
        pixels.width, pixels.height, pixels.channels, SampleType.UINT8, pixels.has_alpha, data
    )
