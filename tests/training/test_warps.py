from __future__ import annotations

import pytest
import torch
from restore_colorize_training.warps import (
    ThinPlateSpline,
    identity_grid,
    random_cuts,
    sample,
)

interpolate = pytest.importorskip("scipy.interpolate", reason="SciPy is the yardstick here")


def test_equals_scipys_thin_plate_spline() -> None:
    generator = torch.Generator().manual_seed(1)
    spline = ThinPlateSpline(24)
    offsets = torch.rand(2, 9, 2, generator=generator) * 0.6 - 0.3
    grid = spline.grid(offsets)
    for index in range(2):
        wanted = interpolate.RBFInterpolator(
            spline.control.numpy(),
            (spline.control + offsets[index]).numpy(),
            kernel="thin_plate_spline",
        )(identity_grid(24).numpy())
        torch.testing.assert_close(grid[index], torch.from_numpy(wanted).float(), atol=1e-4, rtol=0)


def test_no_offsets_leave_a_picture_alone() -> None:
    picture = torch.rand(1, 3, 16, 16)
    grid = ThinPlateSpline(16).grid(torch.zeros(1, 9, 2))
    torch.testing.assert_close(sample(picture, grid), picture, atol=1e-4, rtol=0)


def test_cuts_are_enlarged_and_half_of_them_mirrored() -> None:
    ramp = ((torch.arange(32) + 0.5) / 32).expand(64, 1, 32, 32)
    cuts = random_cuts(ramp, 0.5, torch.Generator().manual_seed(1))
    slopes = (cuts[:, 0, 0, 24] - cuts[:, 0, 0, 8]) * 2  # of the middle, free of the border
    assert ((slopes.abs() > 0.499) & (slopes.abs() < 1.001)).all()
    assert slopes.abs().max() - slopes.abs().min() > 0.4
    assert 20 < (slopes < 0).sum() < 44
    assert cuts.amin((1, 2, 3)).min() < 0.1
    assert cuts.amin((1, 2, 3)).max() > 0.3


def test_cuts_of_everything_are_the_picture_or_its_mirror_image() -> None:
    pictures = torch.rand(16, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    for cut, picture in zip(random_cuts(pictures, 1.0, torch.Generator()), pictures, strict=True):
        same = [torch.allclose(cut, seen, atol=1e-5) for seen in (picture, picture.flip(2))]
        assert any(same)
