from __future__ import annotations

import pytest
import torch
from restore_colorize_training.warps import ThinPlateSpline, identity_grid, sample

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
