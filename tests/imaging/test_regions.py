"""Rectangles: tables of small cases, and what holds for all."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from restore_colorize.errors import RangeError, ShapeError
from restore_colorize.imaging import Region, bounding_box, intersect, relative_to, with_context

from tests.imaging.pictures import quick

regions = st.builds(
    Region, st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 60), st.integers(1, 60)
)


def test_a_region_knows_its_borders():
    region = Region(3, 5, 10, 20)
    assert (region.right, region.bottom, region.area) == (13, 25, 200)
    assert region.slices == (slice(5, 25), slice(3, 13))
    assert torch.zeros(2, 30, 30)[..., *region.slices].shape == (2, 20, 10)


@pytest.mark.parametrize(("width", "height"), [(0, 1), (1, 0), (-1, 5)])
def test_empty_regions_are_refused(width, height):
    with pytest.raises(ShapeError):
        Region(0, 0, width, height)


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        ({}, None),
        ({(0, 0): 1.0}, Region(0, 0, 1, 1)),
        ({(4, 6): 1.0}, Region(6, 4, 1, 1)),
        ({(1, 2): 0.001, (3, 5): 1.0}, Region(2, 1, 4, 3)),
        ({(0, 6): 1 / 255, (4, 0): 1 / 255}, Region(0, 0, 7, 5)),
    ],
)
def test_the_box_holds_the_faintest_pixel(pixels, expected):
    mask = torch.zeros(5, 7)
    for position, value in pixels.items():
        mask[position] = value
    assert bounding_box(mask) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (Region(0, 0, 10, 10), Region(5, 6, 10, 10), Region(5, 6, 5, 4)),
        (Region(0, 0, 10, 10), Region(2, 3, 4, 5), Region(2, 3, 4, 5)),
        (Region(0, 0, 10, 10), Region(10, 0, 5, 5), None),
        (Region(0, 0, 10, 10), Region(0, -5, 5, 5), None),
        (Region(-3, -3, 5, 5), Region(0, 0, 9, 9), Region(0, 0, 2, 2)),
    ],
)
def test_intersections(first, second, expected):
    assert intersect(first, second) == expected
    assert intersect(second, first) == expected


@pytest.mark.parametrize(
    ("region", "margin", "multiple", "expected"),
    [
        (Region(40, 40, 10, 10), 0, 1, Region(40, 40, 10, 10)),
        (Region(40, 40, 10, 10), 5, 1, Region(35, 35, 20, 20)),
        (Region(40, 40, 10, 10), 5, 32, Region(29, 29, 32, 32)),
        (Region(0, 0, 10, 10), 5, 32, Region(0, 0, 32, 32)),
        (Region(90, 70, 10, 10), 5, 32, Region(68, 48, 32, 32)),
        (Region(0, 0, 100, 80), 9, 32, Region(0, 0, 100, 80)),
        (Region(10, 10, 60, 10), 0, 64, Region(8, 0, 64, 64)),
        (Region(-5, -5, 10, 10), 1, 1, Region(0, 0, 6, 6)),
    ],
)
def test_context_grows_as_far_as_there_is_picture(region, margin, multiple, expected):
    assert with_context(region, margin, multiple, Region(0, 0, 100, 80)) == expected


@quick
@given(regions, st.integers(0, 40), st.integers(1, 40), st.tuples(*[st.integers(0, 70)] * 4))
def test_context_holds_the_region_and_stays_in_bounds(region, margin, multiple, around):
    left, top, right, below = around  # of the region's last pixel, which the bounds hold
    bounds = Region(
        region.right - 1 - left, region.bottom - 1 - top, left + 1 + right, top + 1 + below
    )
    inside = intersect(region, bounds)
    assert inside is not None
    grown = with_context(region, margin, multiple, bounds)
    assert intersect(grown, inside) == inside
    assert intersect(grown, bounds) == grown
    for size, limit in ((grown.width, bounds.width), (grown.height, bounds.height)):
        assert size % multiple == 0 or size == limit
    margins = (grown.x, bounds.x, inside.x), (grown.y, bounds.y, inside.y)
    for start, limit, wanted in margins:
        assert start <= max(limit, wanted - margin)


@quick
@given(regions, regions)
def test_relative_regions_keep_their_size(region, origin):
    moved = relative_to(region, origin)
    assert (moved.width, moved.height) == (region.width, region.height)
    assert (moved.x + origin.x, moved.y + origin.y) == (region.x, region.y)


def test_context_refuses_wrong_arguments():
    bounds = Region(0, 0, 10, 10)
    with pytest.raises(ShapeError):
        with_context(Region(20, 0, 5, 5), 9, 1, bounds)
    with pytest.raises(RangeError):
        with_context(bounds, -1, 1, bounds)
    with pytest.raises(RangeError):
        with_context(bounds, 1, 0, bounds)
