"""Lines of damage: scratches, cracks with branches, folds and hairs, drawn by splatting points."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Self

import torch
from torch import Tensor

from restore_colorize_training.damage.draws import Draws

CELLS_PER_PX = 2  # of the canvas that points are dropped on
_MOST_VERTICES = 96


@dataclass(frozen=True)
class Strokes:
    """Strokes of a batch, (s,) each; lengths in px.

    Attributes:
        picture: index of the picture. x, y: where the stroke begins. heading: in radians.
        length, width: of the stroke. step: between its vertices.
        jag: how much the heading jumps at each vertex, in radians. curl: radians a px.
        alpha: opacity.
    """

    picture: Tensor
    x: Tensor
    y: Tensor
    heading: Tensor
    length: Tensor
    width: Tensor
    step: Tensor
    jag: Tensor
    curl: Tensor
    alpha: Tensor

    def joined(self, other: Self) -> Strokes:
        """Both, one after the other."""
        names = [field.name for field in fields(self)]
        return Strokes(*(torch.cat([getattr(self, n), getattr(other, n)]) for n in names))


@dataclass(frozen=True)
class Paths:
    """Polylines of strokes: vertices (s, v, 2) as x and y, widths (s, v), how many count (s,)."""

    vertices: Tensor
    widths: Tensor
    counts: Tensor


def lay_out(strokes: Strokes, draws: Draws) -> Paths:
    """Walk every stroke: the heading wanders and jumps, the width varies and tapers."""
    count = len(strokes.picture)
    counts = (strokes.length / strokes.step).long().clamp(2, _MOST_VERTICES - 1) + 1
    v = int(counts.max()) if count else 2
    index = torch.arange(v, device=draws.device)
    jumps = draws.normal(count, v) * strokes.jag[:, None]
    bend = strokes.curl[:, None] * strokes.step[:, None] * index
    heading = strokes.heading[:, None] + bend + jumps.cumsum(1) * 0.25 + jumps
    moves = torch.stack([heading.cos(), heading.sin()], 2) * strokes.step[:, None, None]
    begin = torch.stack([strokes.x, strokes.y], 1)[:, None]
    vertices = torch.cat([begin, begin + moves[:, :-1].cumsum(1)], 1)
    to_end = torch.minimum(index.expand(count, v), counts[:, None] - 1 - index).clamp(min=0)
    taper = (to_end / (0.2 * counts[:, None] + 1) + 0.35).clamp(0, 1)
    varied = (1 + 0.35 * draws.normal(count, v)).clamp(0.3, 1.8)
    return Paths(vertices, strokes.width[:, None] * varied * taper, counts)


def rasterize(strokes: Strokes, paths: Paths, pictures: int, side: int) -> Tensor:
    """Opacity (pictures, 1, side, side) of the strokes, antialiased."""
    cells = side * CELLS_PER_PX
    canvas = torch.zeros(pictures * cells * cells, device=strokes.x.device)
    v = paths.vertices.shape[1]
    alive = torch.arange(v - 1, device=canvas.device) < paths.counts[:, None] - 1
    if alive.any():
        stroke = alive.nonzero()[:, 0]
        begin, end = paths.vertices[:, :-1][alive], paths.vertices[:, 1:][alive]  # (m, 2)
        points = _points(begin, end, paths.widths[:, :-1][alive])  # (m, k, 2)
        place = (points * CELLS_PER_PX).floor().long()
        inside = ((place >= 0) & (place < cells)).all(2)
        offset = strokes.picture[stroke, None] * (cells * cells)
        index = offset + place[..., 1] * cells + place[..., 0]
        value = strokes.alpha[stroke, None].expand_as(index)
        canvas.scatter_reduce_(0, index[inside], value[inside], "amax")
    return pooled(canvas, pictures, side)


def pooled(canvas: Tensor, pictures: int, side: int) -> Tensor:
    """Mean (pictures, 1, side, side) of a flat canvas's 2 x 2 cells a pixel."""
    cells = canvas.view(pictures, 1, side, CELLS_PER_PX, side, CELLS_PER_PX)
    rows = cells[:, :, :, 0] + cells[:, :, :, 1]  # several times faster than avg_pool2d
    return (rows[..., 0] + rows[..., 1]) / 4


def _points(begin: Tensor, end: Tensor, widths: Tensor) -> Tensor:
    """Points (m, k, 2) that leave no cell of a segment's band out."""
    along = end - begin
    length = along.norm(dim=1, keepdim=True).clamp(min=1e-6)
    across = torch.stack([-along[:, 1], along[:, 0]], 1) / length * widths[:, None]
    longest, widest = float(length.max()), float(widths.max())
    steps = math.ceil(longest * CELLS_PER_PX * 1.2)
    lanes = math.ceil(widest * CELLS_PER_PX * 1.2) + 1
    t = (torch.arange(steps, device=begin.device) + 0.5) / steps
    a = torch.linspace(-0.5, 0.5, lanes, device=begin.device)
    line = begin[:, None] + along[:, None] * t[:, None]  # (m, steps, 2)
    return (line[:, :, None] + across[:, None, None] * a[:, None]).flatten(1, 2)


def branches(strokes: Strokes, paths: Paths, chance: float, draws: Draws) -> Strokes:
    """Shorter strokes that leave some of the given ones at one of their vertices."""
    parent = draws.where(chance, len(strokes.picture))
    n = len(parent)
    at = (draws.uniform(0.0, 1.0, n) * paths.counts[parent]).long()
    place = paths.vertices[parent, at]
    turned = strokes.heading[parent] + draws.uniform(0.4, 1.4, n) * _sign(draws, n)
    return Strokes(
        picture=strokes.picture[parent],
        x=place[:, 0],
        y=place[:, 1],
        heading=turned,
        length=strokes.length[parent] * draws.uniform(0.15, 0.5, n),
        width=strokes.width[parent] * 0.7,
        step=strokes.step[parent],
        jag=strokes.jag[parent],
        curl=strokes.curl[parent],
        alpha=strokes.alpha[parent],
    )


def scratch_strokes(pictures: Tensor, side: int, draws: Draws) -> Strokes:
    """Lines, curves and jagged cracks, about three on a picture of 200 px, for these pictures."""
    wanted = draws.uniform(1.0, 5.0, len(pictures)) * max(side / 200, 0.3)
    picture = pictures.repeat_interleave(wanted.round().long().clamp(min=1))
    n = len(picture)
    kind = draws.uniform(0.0, 1.0, n)
    is_line, is_crack = kind < 0.35, kind >= 0.6
    length = draws.uniform(25.0, 260.0, n)
    smooth_width, crack_width = draws.uniform(0.6, 2.1, n), draws.uniform(0.8, 4.0, n)
    crack_step = draws.uniform(3.0, 7.0, n)
    return Strokes(
        picture=picture,
        x=draws.uniform(0.0, side, n),
        y=draws.uniform(0.0, side, n),
        heading=draws.uniform(0.0, 2 * math.pi, n),
        length=length,
        width=torch.where(is_crack, crack_width, smooth_width),
        step=torch.where(is_crack, crack_step, torch.full_like(length, 6.0)),
        jag=torch.where(is_crack, 0.55, torch.where(is_line, 0.02, 0.1)),
        curl=draws.normal(n) * 0.004,
        alpha=draws.uniform(0.35, 1.0, n).pow(0.6),
    )


def cracked(canvases: Tensor, count: int, side: int, draws: Draws) -> Tensor:
    """Opacity (count, 1, side, side) of networks of cracks on these canvases.

    Emulsion and paper that broke: trunks across the picture, two generations of branches that
    begin on them, and flakes lost along the way.
    """
    generation, opacity = crack_strokes(canvases, side, draws), None
    for chance in (0.9, 0.6, 0.0):
        paths = lay_out(generation, draws)
        came_off = flakes(generation, paths, 0.6, draws)
        drawn = torch.maximum(
            rasterize(generation, paths, count, side),
            rasterize(came_off, lay_out(came_off, draws), count, side),
        )
        opacity = drawn if opacity is None else torch.maximum(opacity, drawn)
        generation = branches(generation, paths, chance, draws)
    assert opacity is not None  # there are generations
    return opacity


def crack_strokes(canvases: Tensor, side: int, draws: Draws) -> Strokes:
    """Trunks of cracks: jagged, up to right through the picture, as wide as 7 px."""
    wanted = draws.log_uniform(1.0, 12.0, len(canvases)) * max(side / 200, 0.5)
    canvas = canvases.repeat_interleave(wanted.round().long().clamp(min=1))
    n = len(canvas)
    widest = draws.log_uniform(0.9, 7.0, int(canvases.max()) + 1 if n else 1)
    return Strokes(
        picture=canvas,
        x=draws.uniform(-0.1 * side, 1.1 * side, n),
        y=draws.uniform(-0.1 * side, 1.1 * side, n),
        heading=draws.uniform(0.0, 2 * math.pi, n),
        length=draws.log_uniform(0.2, 1.4, n) * side,
        width=widest[canvas] * draws.uniform(0.3, 1.0, n),
        step=draws.uniform(3.0, 8.0, n),
        jag=draws.uniform(0.12, 0.45, n),
        curl=draws.normal(n) * 0.006,
        alpha=draws.uniform(0.5, 1.0, n).pow(0.4),
    )


def flakes(strokes: Strokes, paths: Paths, chance: float, draws: Draws) -> Strokes:
    """Short wide pieces at a vertex of some strokes, where emulsion came off beside a crack."""
    parent = draws.where(chance, len(strokes.picture))
    n = len(parent)
    at = (draws.uniform(0.0, 1.0, n) * paths.counts[parent]).long()
    place = paths.vertices[parent, at] + draws.normal(n, 2)
    return Strokes(
        picture=strokes.picture[parent],
        x=place[:, 0],
        y=place[:, 1],
        heading=draws.uniform(0.0, 2 * math.pi, n),
        length=draws.log_uniform(2.0, 12.0, n),
        width=strokes.width[parent] * draws.uniform(0.8, 2.5, n),
        step=torch.full((n,), 2.0, device=draws.device),
        jag=torch.full((n,), 0.5, device=draws.device),
        curl=torch.zeros(n, device=draws.device),
        alpha=strokes.alpha[parent],
    )


def long_strokes(pictures: Tensor, side: int, draws: Draws) -> Strokes:
    """Parallel scratches of the emulsion: long, straight, thin and often faint."""
    picture = pictures.repeat_interleave(draws.integer(1, 7, len(pictures)))
    n = len(picture)
    own = draws.uniform(0.0, math.pi, int(pictures.max()) + 1 if n else 1)
    return Strokes(
        picture=picture,
        x=draws.uniform(-0.3 * side, side, n),
        y=draws.uniform(-0.3 * side, side, n),
        heading=own[picture] + draws.normal(n) * 0.02,
        length=draws.uniform(0.4, 1.6, n) * side,
        width=draws.uniform(0.5, 1.4, n),
        step=torch.full((n,), 12.0, device=draws.device),
        jag=torch.full((n,), 0.01, device=draws.device),
        curl=torch.zeros(n, device=draws.device),
        alpha=draws.uniform(0.2, 0.8, n),
    )


def film_strokes(pictures: Tensor, side: int, draws: Draws) -> Strokes:
    """Scratches as straight as a ruler along the picture's sides: rollers and scanners leave them.

    Upright in half of the pictures, level in the others, and at no regular distances.
    """
    picture = pictures.repeat_interleave(draws.integer(1, 6, len(pictures)))
    n = len(picture)
    pictures_in_all = int(pictures.max()) + 1 if n else 1
    level = (draws.uniform(0.0, 1.0, pictures_in_all) < 0.5)[picture]
    across, begin = draws.uniform(0.0, side, n), draws.uniform(-0.8 * side, 0.6 * side, n)
    # In half of the pictures the scan lies askew by up to two degrees.
    askew = draws.uniform(-0.035, 0.035, pictures_in_all)
    askew = torch.where(draws.uniform(0.0, 1.0, pictures_in_all) < 0.5, askew, 0.0)[picture]
    zeros = torch.zeros(n, device=draws.device)
    return Strokes(
        picture=picture,
        x=torch.where(level, begin, across),
        y=torch.where(level, across, begin),
        heading=torch.where(level, 0.0, math.pi / 2) + askew,
        length=draws.uniform(0.3, 1.8, n) * side,
        width=draws.log_uniform(0.6, 3.0, n),
        step=zeros + 24.0,
        jag=zeros,
        curl=zeros,
        alpha=draws.uniform(0.25, 1.0, n),
    )


def fold_strokes(
    pictures: Tensor, side: int, x: Tensor, y: Tensor, heading: Tensor, draws: Draws
) -> Strokes:
    """One broken line right through each picture, by way of (x, y)."""
    n = len(pictures)
    length = torch.full((n,), 1.8 * side, device=draws.device)
    return Strokes(
        picture=pictures,
        x=x - heading.cos() * length / 2,
        y=y - heading.sin() * length / 2,
        heading=heading,
        length=length,
        width=draws.uniform(0.8, 3.5, n),
        step=torch.full((n,), 5.0, device=draws.device),
        jag=torch.full((n,), 0.15, device=draws.device),
        curl=torch.zeros(n, device=draws.device),
        alpha=draws.uniform(0.4, 1.0, n),
    )


def hair_strokes(pictures: Tensor, side: int, draws: Draws) -> Strokes:
    """Fibers: short, thin and curled."""
    picture = pictures.repeat_interleave(draws.integer(0, 4, len(pictures)))
    n = len(picture)
    return Strokes(
        picture=picture,
        x=draws.uniform(0.0, side, n),
        y=draws.uniform(0.0, side, n),
        heading=draws.uniform(0.0, 2 * math.pi, n),
        length=draws.uniform(8.0, 50.0, n),
        width=draws.uniform(0.6, 1.4, n),
        step=torch.full((n,), 3.0, device=draws.device),
        jag=torch.full((n,), 0.3, device=draws.device),
        curl=draws.normal(n) * 0.03,
        alpha=draws.uniform(0.5, 1.0, n),
    )


def grid_strokes(pictures: Tensor, side: int, draws: Draws) -> Strokes:
    """Regular straight lines as windows, fences and wires have them, crossed in some pictures."""
    n = len(pictures)
    each = draws.integer(2, 14, n)
    picture = pictures.repeat_interleave(each)
    owner = torch.arange(n, device=draws.device).repeat_interleave(each)
    rank = torch.cat([torch.arange(int(k), device=draws.device) for k in each]) - each[owner] / 2
    crossed = (draws.uniform(0.0, 1.0, n) < 0.4)[owner] & (rank.long() % 2 == 0)
    heading = draws.uniform(0.0, math.pi, n)[owner] + crossed * (math.pi / 2)
    spacing = draws.uniform(6.0, 30.0, n)[owner] * rank
    length = draws.uniform(30.0, 250.0, n)[owner]
    x = draws.uniform(0.0, side, n)[owner] - heading.sin() * spacing - heading.cos() * length / 2
    y = draws.uniform(0.0, side, n)[owner] + heading.cos() * spacing - heading.sin() * length / 2
    zeros = torch.zeros(len(picture), device=draws.device)
    return Strokes(
        picture=picture,
        x=x,
        y=y,
        heading=heading,
        length=length,
        width=draws.uniform(0.6, 2.5, n)[owner],
        step=zeros + 12.0,
        jag=zeros,
        curl=zeros,
        alpha=draws.uniform(0.5, 1.0, n)[owner],
    )


def _sign(draws: Draws, n: int) -> Tensor:
    return draws.integer(0, 2, n) * 2.0 - 1
