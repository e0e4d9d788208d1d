"""Pixel regions, tiles and single pixels over GEGL's buffers, 8 bits a channel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import gi
from gi.repository import Gegl, Gimp

TILE_PX = 64
_FORMATS = {
    Gimp.ImageType.RGB_IMAGE: "R'G'B' u8",
    Gimp.ImageType.RGBA_IMAGE: "R'G'B'A u8",
    Gimp.ImageType.GRAY_IMAGE: "Y' u8",
    Gimp.ImageType.GRAYA_IMAGE: "Y'A u8",
}
_BYTES = {"R'G'B' u8": 3, "R'G'B'A u8": 4, "Y' u8": 1, "Y'A u8": 2, "Y u8": 1}


class Octets(bytes):
    """Bytes with the manners of Python 2's ``str``: an item is a string of one, not a number."""

    def __getitem__(self, index: Any) -> Octets:
        found = super().__getitem__(index)
        return Octets((found,)) if isinstance(found, int) else Octets(found)

    def __iter__(self) -> Iterator[Octets]:  # type: ignore[override]
        return (Octets((value,)) for value in bytes(self).__iter__())

    def __add__(self, other: Any) -> Octets:
        return Octets(bytes(self) + octets(other))

    def __radd__(self, other: Any) -> Octets:
        return Octets(octets(other) + bytes(self))

    def __mul__(self, count: Any) -> Octets:
        return Octets(bytes(self) * count)

    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        return bytes(self) == (octets(other) if isinstance(other, str) else other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = bytes.__hash__


def octets(value: Any) -> bytes:
    """Return bytes of what a script takes for them: text counts as Latin-1."""
    if isinstance(value, str):
        return value.encode("latin-1")
    if isinstance(value, Octets):
        return bytes(memoryview(value))
    if isinstance(value, (list, tuple)) and value and not isinstance(value[0], int):
        return b"".join(octets(each) for each in value)
    return value.tobytes() if hasattr(value, "tobytes") else bytes(value)


def format_of(drawable: Gimp.Drawable) -> tuple[str, int]:
    """Return the format in which scripts see a drawable's pixels, and its bytes a pixel.

    That of an indexed drawable is its own: the places of its colors in the palette.
    """
    if isinstance(drawable, Gimp.Channel):
        return "Y u8", 1
    form = _FORMATS.get(drawable.type())
    if form:
        return form, _BYTES[form]
    gi.require_version("Babl", "0.1")
    from gi.repository import Babl

    return Babl.get_name(drawable.get_format()), int(drawable.get_bpp())


def _read(buffer: Gegl.Buffer, form: str, box: tuple[int, int, int, int]) -> Octets:
    rectangle = Gegl.Rectangle.new(*box)
    return Octets(buffer.get(rectangle, 1.0, form, Gegl.AbyssPolicy.NONE))


def _write(
    buffer: Gegl.Buffer, form: str, bpp: int, box: tuple[int, int, int, int], value: Any
) -> None:
    data = octets(value)
    wanted = box[2] * box[3] * bpp
    if len(data) != wanted:
        raise TypeError(f"{box[2]} by {box[3]} pixels are {wanted} bytes, {len(data)} were given")
    buffer.set(Gegl.Rectangle.new(*box), form, data)


def pixel(drawable: Gimp.Drawable, x: int, y: int) -> tuple[int, ...]:
    """Return one pixel's channels, 0 to 255. Raises IndexError outside of the drawable."""
    _check(drawable, x, y)
    form, _ = format_of(drawable)
    return tuple(bytes(memoryview(_read(drawable.get_buffer(), form, (x, y, 1, 1)))))


def put_pixel(drawable: Gimp.Drawable, x: int, y: int, value: Any) -> None:
    """Write one pixel's channels, 0 to 255. Raises IndexError outside of the drawable."""
    _check(drawable, x, y)
    form, bpp = format_of(drawable)
    buffer = drawable.get_buffer()
    numbers = octets(value)[:bpp]
    if len(numbers) == bpp - 1:
        numbers += b"\xff"
    _write(buffer, form, bpp, (x, y, 1, 1), numbers)
    buffer.flush()
    drawable.update(x, y, 1, 1)


def _check(drawable: Gimp.Drawable, x: int, y: int) -> None:
    if not (0 <= x < drawable.get_width() and 0 <= y < drawable.get_height()):
        raise IndexError(f"there is no pixel at {x}, {y}")


class PixelRgn:
    """A rectangle of a drawable: ``region[x, y]`` and ``region[x1:x2, y1:y2]`` are bytes.

    Coordinates are the drawable's. With ``shadow`` what is written waits for ``merge_shadow``.
    """

    def __init__(
        self, drawable: Any, x: int, y: int, w: int, h: int, dirty: bool, shadow: bool
    ) -> None:
        self.drawable, self.dirty, self.shadow = drawable, bool(dirty), bool(shadow)
        self.resize(x, y, w, h)
        thing = drawable._thing
        self._form, self.bpp = format_of(thing)
        self._buffer = thing.get_shadow_buffer() if self.shadow else thing.get_buffer()

    def resize(self, x: int, y: int, w: int, h: int) -> None:
        """Move it to another rectangle of the same drawable. Raises ValueError outside of it."""
        if x < 0 or y < 0 or x + w > self.drawable.width or y + h > self.drawable.height:
            raise ValueError("the region reaches out of its drawable")
        self.x, self.y, self.w, self.h = int(x), int(y), int(w), int(h)

    rowstride = property(lambda self: self.w * self.bpp)

    def _box(self, index: Any) -> tuple[int, int, int, int]:
        if not isinstance(index, tuple) or len(index) != 2:
            raise TypeError("a region takes two indices, as in region[x, y]")
        across, down = index
        x1, x2 = _span(across, self.x, self.w)
        y1, y2 = _span(down, self.y, self.h)
        return x1, y1, x2 - x1, y2 - y1

    def __getitem__(self, index: Any) -> Octets:
        return _read(self._buffer, self._form, self._box(index))

    def __setitem__(self, index: Any, value: Any) -> None:
        box = self._box(index)
        _write(self._buffer, self._form, self.bpp, box, value)
        self._buffer.flush()
        if not self.shadow:
            self.drawable._thing.update(*box)


def _span(index: Any, start: int, size: int) -> tuple[int, int]:
    """Return first and end of an index or slice in drawable coordinates."""
    if isinstance(index, slice):
        first = start if index.start is None else int(index.start)
        end = start + size if index.stop is None else min(int(index.stop), start + size)
    else:
        first, end = int(index), int(index) + 1
    if first < start or end > start + size or end < first:
        raise IndexError(f"{first} to {end} lies outside of the region")
    return first, end


class Tile:
    """One of the squares of 64 pixels that a drawable is made of; ``tile[x, y]`` is a pixel."""

    def __init__(self, drawable: Any, shadow: bool, row: int, col: int) -> None:
        x, y = col * TILE_PX, row * TILE_PX
        self.ewidth = min(TILE_PX, drawable.width - x)
        self.eheight = min(TILE_PX, drawable.height - y)
        if row < 0 or col < 0 or self.ewidth <= 0 or self.eheight <= 0:
            raise IndexError(f"there is no tile in row {row}, column {col}")
        self.drawable, self.shadow, self.dirty = drawable, shadow, False
        self.tile_num = row * -(-drawable.width // TILE_PX) + col
        self.ref_count = 1
        self._region = PixelRgn(drawable, x, y, self.ewidth, self.eheight, True, shadow)
        self.bpp = self._region.bpp

    def _place(self, index: int | Sequence[int]) -> tuple[int, int]:
        if isinstance(index, int):
            x, y = index % self.ewidth, index // self.ewidth
        else:
            x, y = index
        if not (0 <= x < self.ewidth and 0 <= y < self.eheight):
            raise IndexError(f"{index} lies outside of the tile")
        return self._region.x + x, self._region.y + y

    def __len__(self) -> int:
        return self.ewidth * self.eheight

    def __getitem__(self, index: Any) -> Octets:
        return self._region[self._place(index)]

    def __setitem__(self, index: Any, value: Any) -> None:
        self._region[self._place(index)] = value
        self.dirty = True

    def flush(self) -> None:
        """Bring what was written to GIMP; it already is."""
        self.dirty = False


class PixelFetcher:
    """Reads and writes single pixels: ``fetcher[x, y]``."""

    def __init__(self, drawable: Any, shadow: bool = False) -> None:
        self.shadow = shadow
        self._region = PixelRgn(drawable, 0, 0, drawable.width, drawable.height, True, shadow)

    def __getitem__(self, index: Sequence[int]) -> Octets:
        return self._region[index[0], index[1]]

    def __setitem__(self, index: Sequence[int], value: Any) -> None:
        self._region[index[0], index[1]] = value
