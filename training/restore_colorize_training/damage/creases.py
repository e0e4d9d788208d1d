"""Creases: where a print was bent, emulsion broke along the bend and the paper stands up."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from restore_colorize_training.damage import optics, strokes
from restore_colorize_training.damage.draws import Draws

_RELIEF_PX = 1  # how far the lit and the shaded side lie from the middle


def creased(canvases: Tensor, count: int, side: int, draws: Draws) -> Tensor:
    """Opacity (count, 1, side, side) of broken lines and flakes beside them on these canvases."""
    lines = crease_strokes(canvases, side, draws)
    paths = strokes.lay_out(lines, draws)
    opacity = strokes.rasterize(lines, paths, count, side)
    for _ in range(int(draws.integer(0, 3, 1))):
        flakes = strokes.flakes(lines, paths, 0.8, draws)
        drawn = strokes.rasterize(flakes, strokes.lay_out(flakes, draws), count, side)
        opacity = torch.maximum(opacity, drawn)
    dotted = draws.where(0.5, count)
    gaps = (0.55 + 0.8 * draws.smooth(len(dotted), max(8, side // 6), side)).clamp(0.0, 1)
    return opacity.index_copy(0, dotted, opacity[dotted] * gaps)


def crease_strokes(canvases: Tensor, side: int, draws: Draws) -> strokes.Strokes:
    """Bundles of lines: bows around a corner in half of the pictures, else right through."""
    canvas = canvases.repeat_interleave(draws.integer(2, 12, len(canvases)))
    n, pictures = len(canvas), int(canvases.max()) + 1 if len(canvases) else 1
    is_bow = (draws.uniform(0.0, 1.0, pictures) < 0.5)[canvas]
    radius = draws.log_uniform(0.12, 1.0, n) * side
    start = draws.uniform(0.0, 0.5, n)
    angle = draws.uniform(0.0, math.pi, pictures)[canvas] + draws.normal(n) * 0.12
    folded = draws.integer(0, 2, n) * (math.pi / 2) + draws.normal(n) * 0.06
    angle = torch.where(draws.uniform(0.0, 1.0, n) < 0.5, folded, angle)
    through = draws.uniform(0.0, side, 2, n)  # a place that the straight ones pass
    x = torch.where(is_bow, radius * start.cos(), through[0] - angle.cos() * 0.9 * side)
    y = torch.where(is_bow, radius * start.sin(), through[1] - angle.sin() * 0.9 * side)
    heading = torch.where(is_bow, start + math.pi / 2, angle)
    curl = torch.where(is_bow, 1 / radius, draws.normal(n) * 0.0015)
    length = torch.where(is_bow, radius * draws.uniform(0.4, 1.5, n), 1.8 * side)
    turned, upset = draws.uniform(0.0, 1.0, 2, pictures)[:, canvas] < 0.5  # to another corner
    x, heading = torch.where(turned, side - x, x), torch.where(turned, math.pi - heading, heading)
    y, heading = torch.where(upset, side - y, y), torch.where(upset, -heading, heading)
    curl = torch.where(turned ^ upset, -curl, curl)
    return strokes.Strokes(
        picture=canvas,
        x=x,
        y=y,
        heading=heading,
        length=length,
        width=draws.log_uniform(0.6, 4.0, n),
        step=torch.full((n,), 5.0, device=draws.device),
        jag=draws.uniform(0.03, 0.15, n),
        curl=curl,
        alpha=draws.uniform(0.2, 1.0, n).pow(0.6),
    )


def relief(opacity: Tensor, draws: Draws) -> Tensor:
    """Light and shade (n, 1, s, s) of lines that stand up, lit from the same side all over."""
    n, d = len(opacity), _RELIEF_PX
    soft = optics.soften(opacity, draws.uniform(0.6, 3.0, n))
    padded = F.pad(soft, (d, d, d, d), mode="replicate")
    across = padded[:, :, d:-d, 2 * d :] - padded[:, :, d:-d, : -2 * d]
    along = padded[:, :, 2 * d :, d:-d] - padded[:, :, : -2 * d, d:-d]
    turn = draws.uniform(0.0, 2 * math.pi, n, 1, 1, 1)
    strength = draws.uniform(0.0, 0.5, n, 1, 1, 1)
    return strength * (turn.cos() * across + turn.sin() * along)
