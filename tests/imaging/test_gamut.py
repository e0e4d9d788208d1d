"""Colors outside of sRGB lose chroma; luma and hue stay."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from restore_colorize.errors import ShapeError
from restore_colorize.imaging import (
    Picture,
    lab_to_srgb,
    luma_from_srgb,
    reduce_chroma_to_gamut,
    srgb_to_lab,
)

from tests.imaging.pictures import LUMA_TOLERANCE, quick, random_picture, seeds, sizes


def random_lab(count: int, reach: float, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    lab = torch.rand(3, count, 1, generator=generator)
    lab[0] *= 100
    lab[1:] = (lab[1:] * 2 - 1) * reach
    return lab


@quick
@given(st.floats(0, 300), seeds)
def test_luma_and_hue_stay_and_chroma_only_shrinks(reach, seed):
    lab = random_lab(50, reach, seed)
    reduced = reduce_chroma_to_gamut(lab)
    assert torch.equal(reduced[0], lab[0])
    cross = reduced[1] * lab[2] - reduced[2] * lab[1]
    assert cross.abs().max() <= 1e-4 * max(1.0, reach * reach)
    assert (reduced[1:].abs() <= lab[1:].abs()).all()


@quick
@given(sizes, seeds)
def test_colors_inside_of_the_gamut_are_untouched(size, seed):
    lab = srgb_to_lab(random_picture(size, 3, 32, seed).planes * 0.98 + 0.01)
    assert torch.equal(reduce_chroma_to_gamut(lab), lab)


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("reach", [20, 60, 200])
def test_luma_survives_rounding(depth, reach):
    lab = random_lab(200_000, reach)
    picture = Picture(lab_to_srgb(reduce_chroma_to_gamut(lab)), depth=depth)
    shown = Picture.from_samples(picture.quantize())
    difference = (luma_from_srgb(shown.planes) - lab[0]).abs()
    mean, largest = LUMA_TOLERANCE[depth]
    assert difference.mean() <= mean
    assert difference.max() <= largest


def test_reduced_colors_reach_the_border():
    lab = random_lab(5000, 150)
    reduced = reduce_chroma_to_gamut(lab)
    outside = (reduced != lab).any(0)
    assert outside.float().mean() > 0.5
    further = reduced.clone()
    further[1:] += lab[1:] / 2000
    assert (reduce_chroma_to_gamut(further) != further).any(0)[outside].all()


def test_a_reduced_color_is_in_the_gamut_to_stay():
    lab = reduce_chroma_to_gamut(random_lab(5000, 300))
    again = reduce_chroma_to_gamut(lab)
    assert torch.equal(again, lab)


def test_other_plane_counts_are_refused():
    with pytest.raises(ShapeError):
        reduce_chroma_to_gamut(torch.zeros(2, 4, 4))
