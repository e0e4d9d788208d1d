"""A picture keeps its samples exactly and refuses what is none."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from restore_colorize.errors import FormatError, RangeError, ShapeError
from restore_colorize.imaging import Metadata, Picture

from tests.imaging.pictures import channel_counts, depths, quick, random_samples, seeds, sizes


@quick
@given(sizes, channel_counts, depths, seeds)
def test_samples_survive_the_round_trip_exactly(size, channels, depth, seed):
    samples = random_samples(size, channels, depth, seed)
    picture = Picture.from_samples(samples)
    assert picture.depth == depth
    assert picture.size == size
    assert picture.has_alpha == (channels in (2, 4))
    assert picture.is_gray == (channels < 3)
    back = picture.quantize()
    assert back.dtype == samples.dtype
    np.testing.assert_array_equal(back, samples)


@pytest.mark.parametrize("depth", [8, 16])
def test_every_level_survives(depth):
    samples = np.arange(2**depth, dtype=f"uint{depth}").reshape(-1, 16)
    np.testing.assert_array_equal(Picture.from_samples(samples).quantize()[..., 0], samples)


def test_floats_outside_of_the_range_are_clipped():
    picture = Picture.from_samples(np.array([[-0.5, 0.25, 1.5]], np.float32))
    assert picture.planes.flatten().tolist() == [0.0, 0.25, 1.0]


def test_the_callers_samples_are_not_shared():
    samples = np.ones((2, 2, 3), np.float32)
    Picture.from_samples(samples).planes.zero_()
    assert samples.min() == 1


@pytest.mark.parametrize(
    ("planes", "alpha", "depth", "error"),
    [
        (torch.zeros(3, 0, 4), None, 8, ShapeError),
        (torch.zeros(3, 4, 0), None, 8, ShapeError),
        (torch.zeros(2, 4, 4), None, 8, ShapeError),
        (torch.zeros(4, 4), None, 8, ShapeError),
        (torch.zeros(3, 4, 4), torch.zeros(4, 5), 8, ShapeError),
        (torch.zeros(3, 4, 4), None, 12, RangeError),
        (torch.full((3, 4, 4), 1.01), None, 8, RangeError),
        (torch.full((3, 4, 4), -0.01), None, 8, RangeError),
        (torch.full((3, 4, 4), float("nan")), None, 32, RangeError),
        (torch.zeros(3, 4, 4), torch.full((4, 4), 2.0), 8, RangeError),
    ],
)
def test_what_is_no_picture_is_refused(planes, alpha, depth, error):
    with pytest.raises(error):
        Picture(planes, alpha, depth)


@pytest.mark.parametrize(
    ("samples", "error"),
    [
        (np.zeros((4, 4), np.int32), FormatError),
        (np.zeros((4, 4), np.float64), FormatError),
        (np.zeros((4, 4, 5), np.uint8), ShapeError),
        (np.zeros(4, np.uint8), ShapeError),
        (np.zeros((0, 4), np.uint8), ShapeError),
    ],
)
def test_samples_of_other_types_and_shapes_are_refused(samples, error):
    with pytest.raises(error):
        Picture.from_samples(samples)


def test_with_planes_keeps_alpha_depth_and_metadata():
    metadata = Metadata(icc_profile=b"profile", resolution=(300.0, 300.0))
    picture = Picture.from_samples(random_samples((3, 4), 4, 16), metadata)
    other = picture.with_planes(torch.zeros(1, 3, 4))
    assert other.is_gray
    assert other.alpha is picture.alpha
    assert (other.depth, other.metadata) == (16, metadata)
