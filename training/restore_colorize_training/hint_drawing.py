"""Draws color hints for training, and recolors surfaces so that hints carry news."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True)
class HintMix:
    """How often hints are drawn, and of which kind.

    Attributes:
        related_share, unrelated_share: pictures with hints, by kind of reference; with a
            stranger as reference hints say something new, so they come more often.
        recolored_share: pictures in which one surface gets another color, with a hint inside.
        most: largest number of hints in a picture.
        largest: largest side of a hint's square at half size, cells of 2 px.
    """

    related_share: float = 0.35
    unrelated_share: float = 0.7
    recolored_share: float = 0.13
    most: int = 10
    largest: int = 5


@dataclass(frozen=True)
class Hinted:
    """Hints and the truth they belong to.

    Attributes:
        hints: (b, 3, h, w) ab_n times mask, and mask, at half size.
        chroma: (b, 2, h, w) truth, with recolored surfaces.
    """

    hints: Tensor
    chroma: Tensor


def draw_hints(
    luma: Tensor, chroma: Tensor, related: Tensor, mix: HintMix, generator: torch.Generator
) -> Hinted:
    """Recolor some surfaces and paint squares of the (new) true color.

    Args:
        luma: (b, 1, h, w) L_n at half size.
        chroma: (b, 2, h, w) true ab_n at half size; not written.
        related: (b,) 1 where the reference fits the target.
    """
    b, _, h, w = chroma.shape
    device = chroma.device

    def uniform(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator, device=device)

    def place(*shape: int) -> Tensor:
        return torch.stack([(uniform(*shape) * h).long(), (uniform(*shape) * w).long()], -1)

    seeds = place(b, mix.most)  # (b, most, 2) row, column
    chosen = (uniform(b) < mix.recolored_share).nonzero().squeeze(1)
    chroma = chroma.clone()
    recolored = torch.zeros(b, dtype=torch.bool, device=device)
    if len(chosen):
        seed = place(len(chosen)).clamp(3, min(h, w) - 4)
        surface = surface_at(luma[chosen], chroma[chosen], seed)
        large = surface.sum((1, 2, 3)) > 60
        angle, radius = uniform(len(chosen)) * 2 * torch.pi, 10 + 55 * uniform(len(chosen))
        color = torch.stack([angle.cos(), angle.sin()], 1) * radius[:, None] / 110
        change = color[:, :, None, None] - _at(chroma[chosen], seed)
        soft = (
            F.avg_pool2d(surface.float(), 3, 1, 1, count_include_pad=False)
            * large[:, None, None, None]
        )
        chroma[chosen] += soft * change
        seeds[chosen, 0] = seed
        inside = torch.multinomial(surface.flatten(1).float(), 1, generator=generator)
        second = torch.cat([inside // w, inside % w], 1)
        seeds[chosen, 1] = torch.where(uniform(len(chosen), 1) < 0.5, second, seeds[chosen, 1])
        recolored[chosen] = large

    share = torch.where(related > 0.5, mix.related_share, mix.unrelated_share)
    count = (1 + (uniform(b) * mix.most).long()) * (uniform(b) < share)
    count = torch.where(recolored, count.clamp(min=1 + (uniform(b) < 0.5).long()), count)
    size = 1 + (uniform(b, mix.most) * mix.largest).long()
    return Hinted(_painted(chroma, seeds, size, count), chroma)


def surface_at(
    luma: Tensor,
    chroma: Tensor,
    seed: Tensor,
    chroma_within: float = 12 / 110,
    luma_within: float = 0.35,
    reach: int = 64,
) -> Tensor:
    """Connected cells of like color and luma around a seed, by repeated growing.

    Args:
        luma: (b, 1, h, w); chroma: (b, 2, h, w); seed: (b, 2) row, column.
        reach: how many cells the surface may extend from the seed.

    Returns:
        (b, 1, h, w) bool.
    """
    b, _, h, w = luma.shape
    like = (luma - _at(luma, seed)).abs() < luma_within
    distance = (chroma - _at(chroma, seed)).square().sum(1, keepdim=True)
    like = (like & (distance < chroma_within**2)).float()
    grown = torch.zeros_like(luma).float().view(b, -1)
    grown.scatter_(1, (seed[:, 0] * w + seed[:, 1])[:, None], 1.0)
    grown = grown.view(b, 1, h, w)
    for _ in range(reach):
        grown = F.max_pool2d(grown, 3, 1, 1) * like
    return grown > 0.5


def _at(maps: Tensor, seed: Tensor) -> Tensor:
    """Values ``(b, c, 1, 1)`` of ``maps (b, c, h, w)`` at ``seed (b, 2)``."""
    b, c, _, w = maps.shape
    index = (seed[:, 0] * w + seed[:, 1])[:, None, None].expand(b, c, 1)
    return maps.flatten(2).gather(2, index).unsqueeze(3)


def _painted(chroma: Tensor, seeds: Tensor, size: Tensor, count: Tensor) -> Tensor:
    """Squares around the seeds in the mean color they cover, ``(b, 3, h, w)``."""
    b, _, h, w = chroma.shape
    device = chroma.device
    limit = torch.tensor([h, w], device=device)
    corner = torch.minimum((seeds - size[..., None] // 2).clamp(min=0), limit - size[..., None])

    def inside(axis: int, length: int) -> Tensor:
        line = torch.arange(length, device=device)
        start = corner[..., axis, None]
        return (line >= start) & (line < start + size[..., None])  # (b, most, length)

    drawn = torch.arange(seeds.shape[1], device=device) < count[:, None]  # (b, most)
    squares = inside(0, h)[..., :, None] & inside(1, w)[..., None, :] & drawn[..., None, None]
    weight = squares.flatten(2).float()  # (b, most, hw)
    mean = weight @ chroma.flatten(2).transpose(1, 2)  # (b, most, 2)
    mean = mean / weight.sum(2, keepdim=True).clamp(min=1)
    cover = weight.sum(1, keepdim=True)  # (b, 1, hw)
    color = (weight.transpose(1, 2) @ mean).transpose(1, 2) / cover.clamp(min=1)
    return torch.cat([color, (cover > 0).float()], 1).view(b, 3, h, w)
