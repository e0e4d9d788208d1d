"""Compact damage: specks of dust and torn pieces; and intact patches that look a little like it."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from restore_colorize_training.damage.draws import Draws
from restore_colorize_training.damage.strokes import CELLS_PER_PX, pooled

_LARGEST_SPECK_PX = 4.0


def specks(pictures: Tensor, count: int, side: int, draws: Draws) -> Tensor:
    """Opacity (count, 1, side, side) of small ellipses, 4 to 40 on 200 x 200 px."""
    cells = side * CELLS_PER_PX
    wanted = draws.uniform(4.0, 40.0, len(pictures)) * (side * side / 40000)
    picture = pictures.repeat_interleave(wanted.long() + 1)
    n = len(picture)
    exponential = -draws.uniform(1e-4, 1.0, n).log()
    radius = (0.8 * exponential + 0.4).clamp(max=_LARGEST_SPECK_PX) * CELLS_PER_PX
    flatness = draws.uniform(0.5, 1.0, n)
    center = draws.uniform(0.0, cells, n, 2)
    reach = int(_LARGEST_SPECK_PX * CELLS_PER_PX) + 1
    ticks = torch.arange(-reach, reach + 1, device=draws.device)
    dy, dx = torch.meshgrid(ticks, ticks, indexing="ij")
    place = center.floor().long()[:, :, None] + torch.stack([dx.flatten(), dy.flatten()])
    away = place + 0.5 - center[:, :, None]  # (n, 2, k)
    near = away[:, 0].square() + (away[:, 1] / flatness[:, None]).square()
    hit = (near <= radius[:, None].square()) & ((place >= 0) & (place < cells)).all(1)
    index = picture[:, None] * (cells * cells) + place[:, 1] * cells + place[:, 0]
    canvas = torch.zeros(count * cells * cells, device=draws.device)
    canvas[index[hit]] = 1.0
    return pooled(canvas, count, side)


def torn_pieces(count: int, side: int, draws: Draws) -> Tensor:
    """Opacity (count, 1, side, side) of one jagged polygon each, 40 % of them at the border."""
    radius = (draws.uniform(0.002, 0.04, count) * 200 * 200 / math.pi).sqrt()
    center = draws.uniform(0.0, side, count, 2)
    on_border = draws.uniform(0.0, 1.0, count) < 0.4
    vertical = draws.integer(0, 2, count)
    edge = draws.integer(0, 2, count).float() * side
    rows = torch.arange(count, device=draws.device)
    center[rows, vertical] = torch.where(on_border, edge, center[rows, vertical])
    corners = int(draws.integer(8, 29, 1))
    rough = draws.normal(count, corners)
    outline = (1 + 0.25 * (rough + rough.roll(1, 1))).clamp(0.3, 2.0)
    return _radial(center, radius, draws.uniform(0.4, 1.0, count), outline, 0.7, side, draws)


def soft_patches(count: int, side: int, draws: Draws) -> Tensor:
    """Opacity (count, 1, side, side) of one round patch each with smooth outline and soft edge.

    Windows, faces, collars, wing spots and paper are bright or dark and compact, and intact.
    """
    radius = draws.log_uniform(2.0, 24.0, count)
    center = draws.uniform(0.0, side, count, 2)
    knots = 1 + 0.3 * draws.normal(count, 1, 5)
    knots = torch.cat([knots, knots[..., :1]], 2)
    outline = F.interpolate(knots, 40, mode="linear", align_corners=True)[:, 0, :-1]
    stretch = draws.uniform(0.25, 1.0, count)
    softness = draws.number(0.8, 3.0)
    return _radial(center, radius, stretch, outline.clamp(0.3, 2), softness, side, draws)


def _radial(
    center: Tensor,
    radius: Tensor,
    stretch: Tensor,
    outline: Tensor,
    edge_px: float,
    side: int,
    draws: Draws,
) -> Tensor:
    """Shapes whose radius is a closed polyline over the angle."""
    count, corners = outline.shape
    turn = draws.uniform(0.0, math.pi, count)[:, None, None]
    ticks = torch.arange(side, device=draws.device) + 0.5
    dy = ticks[:, None] - center[:, 1, None, None]  # (count, side, 1)
    dx = ticks[None] - center[:, 0, None, None]
    root = stretch.sqrt()[:, None, None]
    u = (dx * turn.cos() + dy * turn.sin()) * root
    v = (dy * turn.cos() - dx * turn.sin()) / root
    angle = (torch.atan2(v, u) / (2 * math.pi) + 0.5) * corners
    first = angle.floor().long().clamp(0, corners - 1)
    rows = outline[:, :, None].expand(-1, -1, 1)[..., 0]
    near = rows.gather(1, first.flatten(1)).view_as(angle)
    far = rows.gather(1, ((first + 1) % corners).flatten(1)).view_as(angle)
    reach = torch.lerp(near, far, angle - first) * radius[:, None, None]
    return ((reach - torch.hypot(u, v)) / edge_px + 0.5).clamp(0, 1)[:, None]
