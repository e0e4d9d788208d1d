"""Self-references as Color2Embed's public code bends them; our 3x3 grid is in ``warps``."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from restore_colorize_training.warps import identity_grid, thin_plate_kernel

_NOISE = 5 / 255


def thin_plate_map(places: Tensor, control: Tensor, values: Tensor) -> Tensor:
    """Interpolate ``values`` at ``control`` by a thin-plate spline with a linear part.

    Args:
        places: (m, 2) or (b, m, 2), where the spline is wanted.
        control: (b, n, 2) distinct points, not all on one line.
        values: (b, n, d).

    Returns:
        (b, m, d) in the dtype of ``places``; computed in double precision.
    """
    b, n, _ = control.shape
    points = control.double()
    system = points.new_zeros(b, n + 3, n + 3)
    system[:, :n, :n] = thin_plate_kernel(points, points)
    system[:, :n, n] = system[:, n, :n] = 1
    system[:, :n, n + 1 :] = points
    system[:, n + 1 :, :n] = points.mT
    right = F.pad(values.double(), (0, 0, 0, 3))  # (b, n + 3, d)
    coefficients = torch.linalg.solve(system, right)
    where = places.double().expand(b, -1, -1)
    ones = torch.ones_like(where[..., :1])
    basis = torch.cat([thin_plate_kernel(where, points), ones, where], 2)  # (b, m, n + 3)
    return (basis @ coefficients).to(places.dtype)


def diagonal_self_reference(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Bend, flip and turn pictures into references for themselves (2106.08017, section 3.2).

    After the authors' public code: uniform noise of 5/255 (the paper: Gaussian of sigma 5); four
    corners fixed and two points of the diagonal moved along it; cubic sampling; each flip with
    chance 1/2; turned by any angle, black outside. Bending and turning are one sampling here.

    Args:
        pictures: (b, 3, s, s) sRGB in [0, 1].

    Returns:
        (b, 3, s, s) sRGB in [0, 1].
    """
    b, _, side, _ = pictures.shape
    device = pictures.device

    def uniform(*shape: int, low: float = 0.0, high: float = 1.0) -> Tensor:
        return torch.rand(*shape, generator=generator, device=device) * (high - low) + low

    noise = uniform(*pictures.shape, low=-_NOISE, high=_NOISE)
    places = identity_grid(side, device).expand(b, -1, -1)  # (b, s * s, 2)
    angle = uniform(b, low=0.0, high=2 * math.pi)
    cos, sin = angle.cos(), angle.sin()
    turn = torch.stack([cos, -sin, sin, cos], 1).view(b, 2, 2)
    flip = torch.where(uniform(b, 1, 2) < 0.5, -1.0, 1.0)
    places = places @ turn * flip
    inside = (places.abs() <= 1).all(2)  # (b, s * s)
    start, end = _diagonal_points(uniform(b, 2), uniform(b, 2))
    bent = thin_plate_map(places, end, start).view(b, side, side, 2)
    sampled = F.grid_sample(
        (pictures + noise).clamp(0, 1), bent, "bicubic", "zeros", align_corners=False
    )
    return sampled.clamp(0, 1) * inside.view(b, 1, side, side)


def _diagonal_points(where: Tensor, how_far: Tensor) -> tuple[Tensor, Tensor]:
    """Control points before and after, ``(b, 6, 2)`` in [-1, 1], from numbers in [0, 1].

    In hundredths of the side, as there; two points that would meet are kept a hundredth apart.
    """
    begin = (0.3 + 0.4 * where).mul(100).round() / 100  # (b, 2)
    end = begin + (0.5 * how_far - 0.25).mul(100).round() / 100
    meet = (end[:, 0] - end[:, 1]).abs() < 0.005
    end = torch.stack([end[:, 0], torch.where(meet, end[:, 0] + 0.01, end[:, 1])], 1)
    corners = torch.tensor([[-1.0, -1], [1, -1], [1, 1], [-1, 1]], device=where.device)

    def with_corners(inner: Tensor) -> Tensor:
        diagonal = (inner * 2 - 1)[..., None].expand(-1, -1, 2)
        return torch.cat([corners.expand(len(inner), -1, -1), diagonal], 1)

    return with_corners(begin), with_corners(end)
