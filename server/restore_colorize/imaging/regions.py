"""Rectangles in whole pixels: pure geometry, no picture."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from restore_colorize.errors import RangeError, ShapeError


@dataclass(frozen=True)
class Region:
    """A rectangle of at least one pixel; x to the right, y down.

    Attributes:
        x, y: the left column and the top row; negative ones lie outside of a picture.
        width, height: in pixels, at least 1.

    Raises:
        ShapeError: the rectangle is empty.
    """

    x: int
    y: int
    width: int
    height: int

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise ShapeError(f"A region of {self.width} x {self.height} pixels is empty.")

    @property
    def right(self) -> int:
        """The first column right of the region."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row below the region."""
        return self.y + self.height

    @property
    def area(self) -> int:
        """Pixels inside."""
        return self.width * self.height

    @property
    def slices(self) -> tuple[slice, slice]:
        """(rows, columns), to index the last two dimensions: ``planes[..., *region.slices]``."""
        return slice(self.y, self.bottom), slice(self.x, self.right)


def bounding_box(mask: Tensor) -> Region | None:
    """Return the smallest region around all pixels (h, w) above 0; None if there is none.

    A soft mask is never thresholded: its faintest pixel belongs to it.
    """
    chosen = mask > 0
    rows = torch.nonzero(chosen.any(1))
    if not len(rows):
        return None
    columns = torch.nonzero(chosen.any(0))
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    left, right = int(columns[0]), int(columns[-1]) + 1
    return Region(left, top, right - left, bottom - top)


def intersect(first: Region, second: Region) -> Region | None:
    """Return what both regions cover; None if they do not meet."""
    x, y = max(first.x, second.x), max(first.y, second.y)
    right, bottom = min(first.right, second.right), min(first.bottom, second.bottom)
    if right <= x or bottom <= y:
        return None
    return Region(x, y, right - x, bottom - y)


def relative_to(region: Region, origin: Region) -> Region:
    """Return the region in coordinates in which the corner of ``origin`` is (0, 0)."""
    return Region(region.x - origin.x, region.y - origin.y, region.width, region.height)


def with_context(region: Region, margin: int, multiple: int, bounds: Region) -> Region:
    """Grow a region by its surroundings, as far as the bounds have any.

    Args:
        region: lies at least partly inside of the bounds; what sticks out is cut off.
        margin: pixels to add on every side.
        multiple: both sides of the result are multiples of it where the bounds are large
            enough; otherwise as long as the bounds.
        bounds: the picture or layer.

    Returns:
        A region that lies in the bounds and holds all of ``region`` that does.

    Raises:
        RangeError: the margin is negative or the multiple not positive.
        ShapeError: the region lies outside of the bounds.
    """
    if margin < 0 or multiple < 1:
        raise RangeError(
            f"Context needs a margin of 0 or more and a positive multiple, not {margin} and "
            f"{multiple}."
        )
    inside = intersect(region, bounds)
    if inside is None:
        raise ShapeError(f"The region {region} lies outside of the picture {bounds}.")
    x, width = _grow(inside.x, inside.width, margin, multiple, bounds.x, bounds.width)
    y, height = _grow(inside.y, inside.height, margin, multiple, bounds.y, bounds.height)
    return Region(x, y, width, height)


def _grow(
    start: int, size: int, margin: int, multiple: int, bounds_start: int, bounds_size: int
) -> tuple[int, int]:
    low = max(start - margin, bounds_start)
    high = min(start + size + margin, bounds_start + bounds_size)
    wanted = min(-(-(high - low) // multiple) * multiple, bounds_size)
    missing = wanted - (high - low)
    # Half of what is missing goes before; the bounds may push it all to one side.
    low = max(low - missing // 2, bounds_start)
    low = min(low, bounds_start + bounds_size - wanted)
    return low, wanted
