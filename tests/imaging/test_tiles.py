"""Tiles cover everything, overlap enough, and leave no seam."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from restore_colorize.errors import RangeError, ShapeError
from restore_colorize.imaging import Region, TileBlender, tile_grid

from tests.imaging.pictures import quick, sizes, smooth

tilings = st.integers(1, 40).flatmap(
    lambda tile: st.tuples(st.just(tile), st.integers(0, tile // 2))
)


@pytest.mark.parametrize(
    ("size", "tile_px", "overlap_px", "columns"),
    [
        (10, 10, 2, [0]),
        (5, 10, 2, [0]),
        (11, 10, 2, [0, 1]),
        (18, 10, 2, [0, 8]),
        (19, 10, 2, [0, 4, 9]),
        (30, 10, 0, [0, 10, 20]),
        (1, 1, 0, [0]),
    ],
)
def test_tiles_are_evenly_spaced(size, tile_px, overlap_px, columns):
    tiles = tile_grid(1, size, tile_px=tile_px, overlap_px=overlap_px)
    assert tiles == tuple(Region(x, 0, min(tile_px, size), 1) for x in columns)


@quick
@given(sizes, tilings)
def test_neighbors_overlap_enough(size, tiling):
    tile_px, overlap_px = tiling
    tiles = tile_grid(*size, tile_px=tile_px, overlap_px=overlap_px)
    columns = sorted({tile.x for tile in tiles})
    assert all(left + tile_px - right >= overlap_px for left, right in itertools.pairwise(columns))
    assert tiles[-1].right == size[1]
    assert tiles[-1].bottom == size[0]


@quick
@given(sizes, tilings)
def test_weights_sum_to_one_and_identity_shows_no_seam(size, tiling):
    tile_px, overlap_px = tiling
    picture = smooth(size, 2)
    blender = TileBlender(*size, 2, tile_px=tile_px, overlap_px=overlap_px)
    total = torch.zeros(size)
    for tile in blender.tiles:
        blender.add(tile, picture[:, *tile.slices])
        total[tile.slices] += blender.weight(tile)
        assert (blender.weight(tile) > 0).all()
    np.testing.assert_allclose(total, np.ones(size), rtol=0, atol=1e-6)
    np.testing.assert_allclose(blender.result(), picture, rtol=0, atol=1e-6)


def test_differing_tiles_fade_into_each_other():
    blender = TileBlender(1, 56, 1, tile_px=32, overlap_px=8)
    assert len(blender.tiles) == 2
    for level, tile in enumerate(blender.tiles):
        blender.add(tile, torch.full((1, 1, 32), float(level)))
    steps = blender.result()[0, 0].diff()
    assert steps.min() >= 0
    assert steps.max() < 0.2


def test_what_does_not_fit_is_refused():
    with pytest.raises(ShapeError):
        tile_grid(0, 5, tile_px=4, overlap_px=1)
    for tile_px, overlap_px in ((0, 0), (4, 3), (4, -1)):
        with pytest.raises(RangeError):
            tile_grid(5, 5, tile_px=tile_px, overlap_px=overlap_px)
    blender = TileBlender(5, 5, 1, tile_px=4, overlap_px=1)
    with pytest.raises(ShapeError):
        blender.add(blender.tiles[0], torch.zeros(1, 5, 5))
