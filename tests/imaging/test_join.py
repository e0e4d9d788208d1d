"""The target's luma stays, and the selection is applied exactly once."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from restore_colorize.errors import CancelledError, RangeError, ShapeError
from restore_colorize.imaging import (
    Metadata,
    Picture,
    blend,
    join_chroma,
    luma_of,
    shrink,
    srgb_to_lab,
    working_size,
)

from tests.imaging.pictures import (
    LUMA_TOLERANCE,
    channel_counts,
    depths,
    quick,
    random_picture,
    seeds,
    sizes,
    smooth,
)


def chroma_for(target: Picture, reach: float = 60, seed: int = 3) -> tuple:
    """Return smooth chroma and the luma at working size, as an engine gives them."""
    working = working_size(*target.size, short_side=16, longest=32)
    luma = shrink(luma_of(target), working.height, working.width, target.alpha)
    chroma = (smooth(tuple(luma.shape), 2, seed) * 2 - 1) * reach
    return chroma, luma


@quick
@given(sizes, channel_counts, depths, st.floats(0, 150), st.floats(0, 1), st.floats(0, 4), seeds)
def test_luma_alpha_depth_and_metadata_stay(
    size, channels, depth, reach, strength, saturation, seed
):
    target = random_picture(size, channels, depth, seed, Metadata(resolution=(300, 300)))
    before = target.planes.clone()
    joined = join_chroma(
        target, *chroma_for(target, reach), strength=strength, saturation=saturation
    )
    assert torch.equal(target.planes, before)
    assert joined.planes.shape == (3, *size)
    assert joined.alpha is target.alpha
    assert (joined.depth, joined.metadata) == (depth, target.metadata)
    shown = Picture.from_samples(joined.quantize())
    difference = (luma_of(shown) - luma_of(target)).abs()
    assert difference.max() <= LUMA_TOLERANCE[depth][1]


@pytest.mark.parametrize("depth", [8, 16])
def test_mean_difference_of_luma_is_small(depth):
    target = random_picture((300, 400), 1, depth)
    shown = Picture.from_samples(join_chroma(target, *chroma_for(target)).quantize())
    difference = (luma_of(shown) - luma_of(target)).abs()
    assert difference.mean() <= LUMA_TOLERANCE[depth][0]
    assert srgb_to_lab(shown.planes)[1:].abs().mean() > 5  # it did get colors


@quick
@given(sizes, channel_counts, depths, seeds)
def test_strength_zero_gives_the_targets_own_samples(size, channels, depth, seed):
    target = random_picture(size, channels, depth, seed)
    joined = join_chroma(target, *chroma_for(target), strength=0)
    expected = target.planes.expand(3, -1, -1)
    assert torch.equal(joined.planes, expected)


@quick
@given(sizes, depths, seeds)
def test_no_chroma_gives_the_gray_input_back(size, depth, seed):
    target = random_picture(size, 1, depth, seed)
    chroma, luma = chroma_for(target, reach=0)
    joined = join_chroma(target, chroma, luma)
    assert torch.equal(joined.planes, target.planes.expand(3, -1, -1))
    colored = join_chroma(target, chroma + 20, luma, saturation=0)
    assert torch.equal(colored.planes, target.planes.expand(3, -1, -1))


def test_strength_and_saturation_scale_chroma():
    target = Picture(torch.full((1, 40, 40), 0.5))
    chroma, luma = torch.full((2, 10, 10), 20.0), torch.full((10, 10), 53.39)
    for strength, saturation in ((1, 1), (0.5, 1), (1, 0.5), (0.5, 1.6)):
        joined = join_chroma(target, chroma, luma, strength=strength, saturation=saturation)
        found = srgb_to_lab(joined.planes)[1:].mean()
        assert float(found) == pytest.approx(20 * strength * saturation, abs=0.05)


def test_strength_mixes_from_the_targets_own_colors():
    target = Picture(torch.tensor([0.7, 0.4, 0.3])[:, None, None].expand(3, 20, 20))
    own = srgb_to_lab(target.planes)[1:, :10, :10]
    luma = luma_of(target)[:10, :10]
    half = join_chroma(target, -own, luma, strength=0.5)
    assert srgb_to_lab(half.planes)[1:].abs().max() < 0.1


def test_depths_give_the_same_colors():
    values = torch.arange(256).reshape(1, 16, 16) / 255
    chroma, luma = chroma_for(Picture(values))
    results = [join_chroma(Picture(values, depth=d), chroma, luma) for d in (8, 16, 32)]
    assert torch.equal(results[0].planes, results[1].planes)
    assert torch.equal(results[0].planes, results[2].planes)


def test_strips_report_and_can_stop():
    target = random_picture((3000, 200), 1)
    shares: list[float] = []
    join_chroma(target, *chroma_for(target), on_strip=shares.append)
    assert len(shares) > 2
    assert shares == sorted(shares)
    assert shares[-1] == 1

    def stop(share: float) -> None:
        raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        join_chroma(target, *chroma_for(target), on_strip=stop)


@pytest.mark.parametrize(
    "options", [{"strength": -0.1}, {"strength": 1.1}, {"saturation": -1}, {"saturation": 5}]
)
def test_options_out_of_range_are_refused(options):
    target = random_picture((8, 8), 1)
    with pytest.raises(RangeError):
        join_chroma(target, *chroma_for(target), **options)


@quick
@given(sizes, channel_counts, channel_counts, depths, seeds)
def test_pixels_outside_of_the_selection_are_unchanged(size, channels, other, depth, seed):
    original = random_picture(size, channels, depth, seed, Metadata(exif=b"II*\x00"))
    result = random_picture(size, other, depth, seed + 1)
    selection = torch.rand(*size, generator=torch.Generator().manual_seed(seed)) * 3 - 1
    selection = selection.clamp(0, 1)
    blended = blend(original, result, selection)
    assert blended.alpha is original.alpha
    assert (blended.depth, blended.metadata) == (depth, original.metadata)
    colors = blended.planes.shape[0]
    samples = blended.quantize()[..., :colors]
    expected = {
        0: original.quantize()[..., : original.planes.shape[0]],
        1: result.quantize()[..., : result.planes.shape[0]],
    }
    for level, wanted in expected.items():
        here = (selection == level).numpy()
        np.testing.assert_array_equal(samples[here], np.broadcast_to(wanted, (*size, colors))[here])


def test_feathered_pixels_are_mixed_once():
    original, result = Picture(torch.zeros(1, 1, 3)), Picture(torch.ones(3, 1, 3))
    blended = blend(original, result, torch.tensor([[0.25, 0.5, 0.75]]))
    assert blended.planes.tolist() == [[[0.25, 0.5, 0.75]]] * 3


def test_gray_stays_gray_where_both_are():
    both = random_picture((5, 5), 1)
    assert blend(both, both, torch.ones(5, 5)).is_gray


def test_blend_refuses_what_does_not_fit():
    picture = random_picture((5, 5), 1)
    with pytest.raises(ShapeError):
        blend(picture, random_picture((5, 6), 1), torch.ones(5, 5))
    with pytest.raises(ShapeError):
        blend(picture, picture, torch.ones(1, 5, 5))
    with pytest.raises(RangeError):
        blend(picture, picture, torch.full((5, 5), 1.5))
    with pytest.raises(RangeError):
        blend(picture, picture, torch.full((5, 5), float("nan")))
