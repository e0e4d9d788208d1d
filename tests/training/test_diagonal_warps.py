"""Self-references of Color2Embed's public code, and its spline against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from restore_colorize_training.diagonal_warps import diagonal_self_reference, thin_plate_map
from restore_colorize_training.warps import ThinPlateSpline, identity_grid
from scipy.interpolate import RBFInterpolator


def generator(seed: int = 7) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def scipy_spline(places: torch.Tensor, control: torch.Tensor, values: torch.Tensor) -> np.ndarray:
    spline = RBFInterpolator(control.numpy(), values.numpy(), kernel="thin_plate_spline")
    return spline(places.numpy())


def test_spline_equals_scipys() -> None:
    g = generator()
    places = torch.rand(60, 2, generator=g, dtype=torch.float64) * 3 - 1
    control = torch.rand(3, 6, 2, generator=g, dtype=torch.float64)
    values = torch.randn(3, 6, 2, generator=g, dtype=torch.float64)
    ours = thin_plate_map(places, control, values)
    for index in range(3):
        theirs = scipy_spline(places, control[index], values[index])
        np.testing.assert_allclose(ours[index].numpy(), theirs, atol=1e-8)


@pytest.mark.parametrize("points", [3, 4])
def test_grid_spline_equals_scipys(points: int) -> None:
    spline = ThinPlateSpline(16, points)
    offsets = torch.rand(2, points**2, 2, generator=generator()) * 0.6 - 0.3
    ours = spline.grid(offsets)
    for index in range(2):
        theirs = scipy_spline(identity_grid(16), spline.control, spline.control + offsets[index])
        np.testing.assert_allclose(ours[index].numpy(), theirs, atol=2e-6)


def test_spline_meets_its_control_points() -> None:
    g = generator()
    control = torch.rand(2, 6, 2, generator=g, dtype=torch.float64)
    values = torch.randn(2, 6, 3, generator=g, dtype=torch.float64)
    torch.testing.assert_close(thin_plate_map(control, control, values), values, atol=1e-8, rtol=0)


def test_references_keep_the_colors_and_move_the_rest() -> None:
    left_red = torch.zeros(16, 3, 32, 32)
    left_red[:, 0, :, :16] = 0.8
    left_red[:, 2, :, 16:] = 0.8
    before = left_red.clone()
    reference = diagonal_self_reference(left_red, generator())
    assert torch.equal(left_red, before)
    assert reference.shape == left_red.shape
    assert reference.min() >= 0
    assert reference.max() <= 1
    assert (reference - left_red).abs().mean((1, 2, 3)).min() > 0.02
    # No green but the noise of 5/255, and about as much red as blue.
    assert reference[:, 1].max() < 0.03
    red, blue = reference[:, 0].mean(), reference[:, 2].mean()
    assert 0.8 < red / blue < 1.25


def test_outside_of_a_turned_picture_is_black() -> None:
    white = torch.ones(32, 3, 32, 32)
    corners = diagonal_self_reference(white, generator())[:, :, 0, 0]
    black = (corners == 0).all(1)
    assert black.float().mean() > 0.5


def test_same_seed_same_references() -> None:
    pictures = torch.rand(4, 3, 16, 16, generator=generator())
    first, second = (diagonal_self_reference(pictures, generator(1)) for _ in range(2))
    assert torch.equal(first, second)
    assert not torch.equal(first, diagonal_self_reference(pictures, generator(2)))
