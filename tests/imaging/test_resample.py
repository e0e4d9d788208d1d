"""Working sizes keep proportions, areas keep their mean, transparent pixels stay out."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from restore_colorize.errors import RangeError, ShapeError
from restore_colorize.imaging import crop, enlarge, pad_reflect, shrink, working_size

from tests.imaging.pictures import quick, seeds, sizes


@pytest.mark.parametrize(
    ("height", "width", "content", "padded"),
    [
        (1000, 1000, (256, 256), (256, 256)),
        (1000, 1500, (256, 384), (256, 384)),
        (4000, 6000, (256, 384), (256, 384)),
        (1500, 1000, (384, 256), (384, 256)),
        (1000, 1333, (256, 341), (256, 352)),
        (1000, 4000, (128, 512), (128, 512)),
        (100, 70, (100, 70), (128, 128)),
        (1, 1, (1, 1), (128, 128)),
        (1, 70, (1, 70), (128, 128)),
        (65536, 1, (512, 1), (512, 128)),
        (1, 65536, (1, 512), (128, 512)),
        (256, 257, (256, 257), (256, 288)),
    ],
)
def test_working_sizes(height, width, content, padded):
    working = working_size(height, width)
    assert (working.full_height, working.full_width) == (height, width)
    assert (working.height, working.width) == content
    assert (working.padded_height, working.padded_width) == padded


@quick
@given(st.integers(1, 70000), st.integers(1, 70000))
def test_working_sizes_keep_proportions(height, width):
    working = working_size(height, width)
    assert max(working.height, working.width) <= 512
    assert working.padded_height % 32 == working.padded_width % 32 == 0
    assert 0 <= working.padded_height - max(working.height, 128) < 32
    assert 0 <= working.padded_width - max(working.width, 128) < 32
    factor = min(1, 256 / min(height, width), 512 / max(height, width))
    assert abs(working.height - height * factor) <= 0.5 or working.height == 1
    assert abs(working.width - width * factor) <= 0.5 or working.width == 1
    y, x = working.to_full(*working.to_working(height / 3, width / 7))
    assert (y, x) == pytest.approx((height / 3, width / 7))


def test_wrong_options_are_refused():
    with pytest.raises(ShapeError):
        working_size(0, 5)
    with pytest.raises(RangeError):
        working_size(5, 5, short_side=600)
    with pytest.raises(RangeError):
        working_size(5, 5, multiple=0)


@quick
@given(st.integers(1, 7), st.integers(1, 7), st.integers(1, 9), st.integers(1, 9), seeds)
def test_whole_factors_give_exact_means(rows, columns, height, width, seed):
    planes = torch.rand(2, height * rows, width * columns, generator=_seeded(seed))
    small = shrink(planes, height, width)
    blocks = planes.double().reshape(2, height, rows, width, columns).mean((2, 4))
    np.testing.assert_allclose(small, blocks, rtol=0, atol=3e-7)


@quick
@given(sizes, st.floats(0, 1), st.floats(0, 1), seeds)
def test_any_factor_keeps_the_mean_and_the_range(size, rows, columns, seed):
    planes = torch.rand(1, *size, generator=_seeded(seed))
    height, width = (
        max(1, round(side * part)) for side, part in zip(size, (rows, columns), strict=True)
    )
    small = shrink(planes, height, width)
    assert small.shape == (1, height, width)
    assert abs(float(small.mean() - planes.mean())) < 1e-5
    assert small.min() >= planes.min() - 1e-6
    assert small.max() <= planes.max() + 1e-6


def test_a_factor_that_is_not_whole_weighs_by_area():
    assert shrink(torch.tensor([[0.0, 3.0, 6.0]]), 1, 2)[0].tolist() == pytest.approx([1.0, 5.0])


def test_a_long_row_is_averaged_exactly():
    planes = torch.arange(65536).remainder(128).float()[:, None]
    np.testing.assert_allclose(shrink(planes, 512, 1), np.full((512, 1), 63.5), rtol=1e-6)


@quick
@given(sizes, seeds)
def test_transparent_pixels_influence_nothing(size, seed):
    generator = _seeded(seed)
    planes = torch.rand(3, *size, generator=generator)
    alpha = (torch.rand(*size, generator=generator) > 0.5).float()
    other = torch.where(alpha > 0, planes, torch.rand(3, *size, generator=generator))
    height, width = (size[0] + 2) // 3, (size[1] + 2) // 3
    assert torch.equal(shrink(planes, height, width, alpha), shrink(other, height, width, alpha))


def test_alpha_weighs_and_gaps_get_the_visible_mean():
    planes = torch.tensor([[[0.0, 1.0, 9.0, 9.0, 0.5, 0.5]]])
    alpha = torch.tensor([[1.0, 0.5, 0.0, 0.0, 1.0, 0.5]])
    small = shrink(planes, 1, 3, alpha)[0, 0]
    assert small.tolist() == pytest.approx([1 / 3, 1.25 / 3, 0.5])


def test_opaque_alpha_changes_nothing():
    planes = torch.rand(3, 20, 30, generator=_seeded(0))
    with_alpha = shrink(planes, 7, 9, torch.ones(20, 30))
    np.testing.assert_allclose(with_alpha, shrink(planes, 7, 9), rtol=0, atol=1e-6)
    assert not shrink(planes, 7, 9, torch.zeros(20, 30)).any()


@quick
@given(sizes, st.integers(0, 80), st.integers(0, 80))
def test_padding_mirrors_and_crops_back(size, below, right):
    planes = torch.rand(2, *size, generator=_seeded(0))
    padded = pad_reflect(planes, size[0] + below, size[1] + right)
    assert padded.shape == (2, size[0] + below, size[1] + right)
    assert torch.equal(crop(padded, *size), planes)
    reach = min(below, size[0] - 1), min(right, size[1] - 1)
    expected = np.pad(planes, ((0, 0), (0, reach[0]), (0, reach[1])), mode="reflect")
    assert torch.equal(
        crop(padded, size[0] + reach[0], size[1] + reach[1]), torch.from_numpy(expected)
    )


def test_padding_beyond_the_mirror_repeats_its_end():
    padded = pad_reflect(torch.tensor([[1.0, 2.0, 3.0]]), 2, 7)
    assert padded.tolist() == [[1, 2, 3, 2, 1, 1, 1]] * 2


def test_sizes_that_do_not_fit_are_refused():
    planes = torch.zeros(1, 4, 4)
    for refused in (
        lambda: shrink(planes, 5, 4),
        lambda: shrink(planes, 0, 4),
        lambda: shrink(planes, 2, 2, torch.zeros(3, 4)),
        lambda: pad_reflect(planes, 3, 4),
        lambda: crop(planes, 4, 5),
    ):
        with pytest.raises(ShapeError):
            refused()


@quick
@given(sizes)
def test_enlarging_keeps_constants_and_centers(size):
    assert torch.equal(enlarge(torch.full((2, *size), 0.25), 70, 71), torch.full((2, 70, 71), 0.25))
    mask = torch.rand(*size, generator=_seeded(0))
    np.testing.assert_allclose(
        enlarge(mask, size[0] * 3, size[1] * 3)[1::3, 1::3], mask, rtol=0, atol=1e-6
    )


def _seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)
