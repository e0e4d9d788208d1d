"""Colors equal those of scikit-image, and come back."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given
from restore_colorize.errors import ShapeError
from restore_colorize.imaging import (
    gray_from_luma,
    lab_to_srgb,
    linear_to_srgb,
    luma_from_srgb,
    srgb_to_lab,
    srgb_to_linear,
    srgb_to_ycbcr,
    ycbcr_to_srgb,
)
from skimage import color as oracle

from tests.imaging.pictures import quick, random_picture, seeds, sizes


def interleaved(planes: torch.Tensor) -> np.ndarray:
    return planes.permute(1, 2, 0).double().numpy()


@pytest.fixture(scope="module")
def cube() -> torch.Tensor:
    """All combinations of 33 levels a channel, dark ones denser: (3, 33, 1089)."""
    levels = torch.linspace(0, 1, 33).square()
    grid = torch.cartesian_prod(levels, levels, levels)
    return grid.T.reshape(3, 33, -1).contiguous()


def test_lab_equals_scikit_image(cube):
    expected = oracle.rgb2lab(interleaved(cube))
    np.testing.assert_allclose(interleaved(srgb_to_lab(cube)), expected, rtol=0, atol=2e-4)


def test_srgb_equals_scikit_image(cube):
    lab = srgb_to_lab(cube)
    expected = oracle.lab2rgb(interleaved(lab))
    np.testing.assert_allclose(interleaved(lab_to_srgb(lab)), expected, rtol=0, atol=3e-5)


def test_luma_is_the_first_plane_of_lab(cube):
    np.testing.assert_allclose(luma_from_srgb(cube), srgb_to_lab(cube)[0], rtol=0, atol=1e-5)


def test_gray_has_the_luma_of_equal_channels():
    gray = torch.linspace(0, 1, 500).reshape(1, 20, 25)
    luma = luma_from_srgb(gray)
    np.testing.assert_allclose(luma, srgb_to_lab(gray.expand(3, -1, -1))[0], rtol=0, atol=2e-4)
    np.testing.assert_allclose(gray_from_luma(luma), gray[0], rtol=0, atol=2e-6)


def test_known_colors():
    # Bruce Lindbloom's calculator, sRGB D65, to the digits on which all roundings of it agree.
    srgb = torch.tensor([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1], [0, 0, 0]]).T[..., None]
    expected = [
        [53.24, 80.09, 67.20],
        [87.73, -86.18, 83.18],
        [32.30, 79.19, -107.86],
        [100, 0, 0],
        [0, 0, 0],
    ]
    np.testing.assert_allclose(srgb_to_lab(srgb)[..., 0].T, expected, rtol=0, atol=0.02)


@quick
@given(sizes, seeds)
def test_lab_comes_back_at_16_bit(size, seed):
    picture = random_picture(size, 3, 16, seed)
    back = lab_to_srgb(srgb_to_lab(picture.planes))
    # Half a step would give the same numbers back; float32 L*a*b* misses it in 2 of a million.
    assert (back - picture.planes).abs().max() < 1 / 65535


@quick
@given(sizes, seeds)
def test_ycbcr_comes_back(size, seed):
    planes = random_picture(size, 3, 32, seed).planes
    ycbcr = srgb_to_ycbcr(planes)
    assert ycbcr.min() >= -1e-6
    assert ycbcr.max() <= 1 + 1e-6
    np.testing.assert_allclose(ycbcr_to_srgb(ycbcr), planes, rtol=0, atol=2e-6)


def test_ycbcr_equals_jpegs():
    # JFIF: red, gray
    srgb = torch.tensor([[1.0, 0, 0], [0.5, 0.5, 0.5]]).T[..., None]
    expected = [[0.299, 0.5 - 0.168736, 1.0], [0.5, 0.5, 0.5]]
    np.testing.assert_allclose(srgb_to_ycbcr(srgb)[..., 0].T, expected, rtol=0, atol=1e-6)


def test_linear_light_comes_back_and_rises():
    srgb = torch.linspace(0, 1, 65536)
    linear = srgb_to_linear(srgb)
    assert (linear.diff() > 0).all()
    np.testing.assert_allclose(linear_to_srgb(linear), srgb, rtol=0, atol=2e-6)


@pytest.mark.parametrize("function", [srgb_to_lab, lab_to_srgb, srgb_to_ycbcr, ycbcr_to_srgb])
def test_batches_equal_single_pictures_and_inputs_stay(function):
    batch = torch.rand(2, 3, 5, 7, generator=torch.Generator().manual_seed(1))
    before = batch.clone()
    both = function(batch)
    assert torch.equal(batch, before)
    assert torch.equal(both[1], function(batch[1]))


@pytest.mark.parametrize("function", [srgb_to_lab, lab_to_srgb, srgb_to_ycbcr, ycbcr_to_srgb])
def test_other_plane_counts_are_refused(function):
    for shape in ((1, 4, 4), (4, 4), (4, 4, 4)):
        with pytest.raises(ShapeError):
            function(torch.zeros(shape))
    with pytest.raises(ShapeError):
        luma_from_srgb(torch.zeros(2, 4, 4))


def test_strips_give_what_one_strip_gives(monkeypatch):
    planes = random_picture((70, 33)).planes
    whole = srgb_to_lab(planes)
    monkeypatch.setattr("restore_colorize.imaging.strips.STRIP_PX", 100)
    # The last pixels of a strip may leave the vector unit and differ in the last bit.
    np.testing.assert_allclose(srgb_to_lab(planes), whole, rtol=0, atol=1e-4)


def test_color_needs_no_library_for_files():
    code = (
        "import sys, restore_colorize.imaging.color; "
        "print([m for m in ('PIL', 'imagecodecs', 'tifffile') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
