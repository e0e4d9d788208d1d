"""Overlapping tiles and weights that sum to one, so that no seam shows."""

from __future__ import annotations

import torch
from torch import Tensor

from restore_colorize.errors import RangeError, ShapeError
from restore_colorize.imaging.regions import Region


def tile_grid(height: int, width: int, *, tile_px: int, overlap_px: int) -> tuple[Region, ...]:
    """Cover a picture with tiles of one size, evenly spaced, row by row.

    Args:
        height, width: of the picture.
        tile_px: side of a tile; a shorter side of the picture is covered by shorter tiles.
        overlap_px: that neighbors share at least; at most half a tile.

    Raises:
        ShapeError: the picture is empty.
        RangeError: the overlap is negative or more than half of the tile.
    """
    if height < 1 or width < 1:
        raise ShapeError(f"A picture of {width} x {height} pixels is empty.")
    if tile_px < 1 or not 0 <= 2 * overlap_px <= tile_px:
        raise RangeError(
            f"Tiles overlap by 0 up to half of their side, not by {overlap_px} of {tile_px} pixels."
        )
    rows = _starts(height, tile_px, overlap_px)
    columns = _starts(width, tile_px, overlap_px)
    tile_height, tile_width = min(tile_px, height), min(tile_px, width)
    return tuple(Region(x, y, tile_width, tile_height) for y in rows for x in columns)


class TileBlender:
    """Adds up processed tiles, each with ramps towards its neighbors.

    Args:
        height, width, channels: of the picture to come.
        tile_px, overlap_px: as given to ``tile_grid``; ``tiles`` holds its regions.

    Raises:
        ShapeError, RangeError: as ``tile_grid`` does.
    """

    def __init__(
        self, height: int, width: int, channels: int, *, tile_px: int, overlap_px: int
    ) -> None:
        self.tiles = tile_grid(height, width, tile_px=tile_px, overlap_px=overlap_px)
        self._row_weights = _axis_weights(height, tile_px, overlap_px)
        self._column_weights = _axis_weights(width, tile_px, overlap_px)
        self._blended = torch.zeros(channels, height, width)

    def weight(self, tile: Region) -> Tensor:
        """Return the share (h, w) of a tile in each of its pixels; over all tiles they sum to 1."""
        return self._row_weights[tile.y][:, None] * self._column_weights[tile.x]

    def add(self, tile: Region, planes: Tensor) -> None:
        """Add the processed planes (c, h, w) of one of ``tiles``; each one exactly once.

        Raises:
            ShapeError: the planes do not fit the tile.
        """
        expected = (self._blended.shape[0], tile.height, tile.width)
        if tuple(planes.shape) != expected:
            raise ShapeError(f"A tile of shape {expected} came back as {tuple(planes.shape)}.")
        self._blended[:, *tile.slices] += planes.to(self._blended.device) * self.weight(tile)

    def result(self) -> Tensor:
        """Return the picture (c, h, w) once every tile was added; no copy."""
        return self._blended


def _starts(size: int, tile_px: int, overlap_px: int) -> list[int]:
    if size <= tile_px:
        return [0]
    count = -(-(size - overlap_px) // (tile_px - overlap_px))
    # The even spacing is at most tile - overlap, a whole number, so rounding keeps the overlap.
    return [i * (size - tile_px) // (count - 1) for i in range(count)]


def _axis_weights(size: int, tile_px: int, overlap_px: int) -> dict[int, Tensor]:
    """Return the normalized weights of the tiles along one axis, by their start.

    Ramps are as long as the asked overlap. Evenly spaced tiles may share more, also with the
    next but one; dividing by the sum makes the shares one in every case.
    """
    starts = _starts(size, tile_px, overlap_px)
    length = min(tile_px, size)
    distance = torch.arange(length, dtype=torch.float64) + 0.5
    total = torch.zeros(size, dtype=torch.float64)
    raw = {}
    for start in starts:
        weights = torch.ones(length, dtype=torch.float64)
        if start > 0:
            weights = torch.minimum(weights, distance / max(overlap_px, 0.5))
        if start < starts[-1]:
            weights = torch.minimum(weights, distance.flip(0) / max(overlap_px, 0.5))
        raw[start] = weights
        total[start : start + length] += weights
    return {
        start: (weights / total[start : start + length]).float() for start, weights in raw.items()
    }
