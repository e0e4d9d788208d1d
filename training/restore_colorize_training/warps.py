"""Geometry of batches: thin-plate splines, crops and flips as one sampling grid each."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


class ThinPlateSpline:
    """Thin-plate spline on a regular grid of control points, one matrix product a batch.

    Color2Embed (2106.08017, section 3.2) warps with six points on a diagonal; a 3x3 grid with
    independent offsets and reflection at the borders moves the whole plane (our choice).

    Args:
        side: pictures are ``side`` x ``side`` px.
        points: control points along a side.
    """

    def __init__(self, side: int, points: int = 3, device: torch.device | str = "cpu") -> None:
        lines = torch.linspace(-1, 1, points, dtype=torch.float64)
        control = torch.stack(torch.meshgrid(lines, lines, indexing="xy"), -1).view(-1, 2)
        places = identity_grid(side).double()
        n = len(control)
        system = torch.zeros(n + 3, n + 3, dtype=torch.float64)
        system[:n, :n] = thin_plate_kernel(control, control)
        system[:n, n] = system[n, :n] = 1
        system[:n, n + 1 :] = control
        system[n + 1 :, :n] = control.T
        ones = torch.ones(len(places), 1, dtype=torch.float64)
        basis = torch.cat([thin_plate_kernel(places, control), ones, places], 1)
        solution = torch.linalg.inv(system)[:, :n]  # the last rows of the right side are 0
        self.matrix = (basis @ solution).float().to(device)  # (side * side, points^2)
        self.control = control.float().to(device)

    def grid(self, offsets: Tensor) -> Tensor:
        """Sampling places ``(b, side * side, 2)`` when the control points move by ``offsets``.

        Args:
            offsets: (b, points^2, 2) in units where the side is 2.
        """
        return self.matrix @ (self.control + offsets)


def identity_grid(side: int, device: torch.device | str = "cpu") -> Tensor:
    """Centers of the pixels as ``(side * side, 2)`` x, y in [-1, 1]."""
    line = (torch.arange(side, device=device) + 0.5) / side * 2 - 1
    y, x = torch.meshgrid(line, line, indexing="ij")
    return torch.stack([x, y], -1).view(-1, 2)


def sample(pictures: Tensor, grid: Tensor) -> Tensor:
    """``pictures (b, c, s, s)`` at ``grid (b, s * s, 2)``, reflected at the borders."""
    b, _, h, w = pictures.shape
    places = grid.view(b, h, w, 2)
    return F.grid_sample(
        pictures, places, mode="bilinear", padding_mode="reflection", align_corners=False
    )


def random_cuts(pictures: Tensor, least: float, generator: torch.Generator) -> Tensor:
    """Cut (b, c, s, s) in [0, 1] anywhere, enlarged to their size again, half of them mirrored.

    Args:
        least: side of the smallest cut, as a share of the picture's.
    """
    b, device = len(pictures), pictures.device

    def uniform(low: float, *shape: int) -> Tensor:
        return torch.rand(shape, generator=generator, device=device) * (1 - low) + low

    side = uniform(least, b)
    theta = torch.zeros(b, 2, 3, device=device)
    theta[:, 0, 0] = side * uniform(-1, b).sign()
    theta[:, 1, 1] = side
    theta[:, :, 2] = (1 - side)[:, None] * uniform(-1, b, 2)
    grid = F.affine_grid(theta, list(pictures.shape), align_corners=False)
    return F.grid_sample(pictures, grid, "bicubic", "reflection", align_corners=False).clamp(0, 1)


def thin_plate_kernel(a: Tensor, b: Tensor) -> Tensor:
    """U(r) = r^2 log r^2 between points ``(..., m, 2)`` and ``(..., n, 2)``, ``(..., m, n)``."""
    squared = (a[..., :, None, :] - b[..., None, :, :]).square().sum(-1)
    return squared * torch.log(squared + 1e-12)
