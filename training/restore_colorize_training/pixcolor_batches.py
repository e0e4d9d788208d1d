"""Batches for PixColor: gray pictures, their true chroma, known colors and noisy teachers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from restore_colorize.imaging.color import (
    gray_from_luma,
    lab_to_srgb,
    luma_from_srgb,
    srgb_to_lab,
    srgb_to_ycbcr,
)
from restore_colorize.networks.pixcolor import BINS, bins_from_chroma, grid_of
from torch import Tensor

from restore_colorize_training.hint_drawing import HintMix, draw_hints
from restore_colorize_training.packs import load_photographs

_LUMA601_SHARE = 0.5  # gray as scanners and converters make it; the rest is L*
_COUNTED = 2000  # photographs, of which is learned how often colors occur
_HELD_OUT_PX = 224  # the size of use: a grid of 28 x 28


@dataclass(frozen=True)
class KnownMix:
    """How often colors are known before the drawing begins.

    Attributes:
        strokes: pictures with painted squares of true color.
        recolored: pictures in which a surface gets another color, with a stroke inside: a user's
            color need not be a likely one.
        region: pictures in which everything outside of a rectangle is known.
        anchors: pictures in which some cells of a coarse grid are known and nothing else, in true
            colors, as the sampler's anchors are: a net that never saw them takes them for strokes
            of unlikely ones.
    """

    strokes: float = 0.3
    recolored: float = 0.1
    region: float = 0.2
    anchors: float = 0.0


@dataclass(frozen=True)
class TeacherNoise:
    """Errors that the net is told, so that it learns to recover from its own draws.

    Attributes:
        cells: share of cells told a neighboring bin.
        drift: standard deviation, in bins, of a smooth error over the grid of half the pictures.
        turned: share of batches that are scanned in another way than upright.
    """

    cells: float = 0.08
    drift: float = 0.7
    turned: float = 0.3


@dataclass(frozen=True)
class ColorBatch:
    """Pictures as PixColor sees them.

    Attributes:
        gray: (b, 1, s, s) Y in [-1, 1]. chroma: (b, 2, s, s) true Cr and Cb in [-1, 1].
    """

    gray: Tensor
    chroma: Tensor


@dataclass(frozen=True)
class PriorBatch:
    """A batch of the prior, with g = s / 8.

    Attributes:
        gray: (b, 1, s, s). bins, noisy_bins: (b, 2, g, g) int64. known: (b, g, g) bool.
        scan: the way over the grid.
    """

    gray: Tensor
    bins: Tensor
    noisy_bins: Tensor
    known: Tensor
    scan: int


@dataclass(frozen=True)
class _Source:
    pixels: Tensor
    crop: int
    batch: int
    share: float
    start: float
    seen_px: int


class ColorSources:
    """Color photographs of one or more sizes; every n-th of the last source's is set aside.

    Reads ``[data]`` (``validation_every``) and ``[[sources]]`` (packs, side, crop, batch, share,
    start, seen_px) of a config. Crops are enlarged to ``seen_px``: most photographs of the training
    are small, and the grid of use is not.
    """

    def __init__(self, config: Mapping[str, Any], data: Path, device: torch.device) -> None:
        self.device = device
        self._sources = []
        for source in config["sources"]:
            pixels = load_photographs([data / name for name in source["packs"]], source["side"])
            if source is config["sources"][-1]:
                aside = torch.arange(len(pixels)) % config["data"]["validation_every"] == 0
                held_out, pixels = pixels[aside], pixels[~aside]
            self._sources.append(
                _Source(
                    pixels.to(device),
                    source["crop"],
                    source["batch"],
                    source["share"],
                    source.get("start", 0.0),
                    source.get("seen_px", source["crop"]),
                )
            )
        size = min(_HELD_OUT_PX, held_out.shape[-1])
        edge = (held_out.shape[-1] - size) // 2
        self.held_out = held_out[..., edge : edge + size, edge : edge + size].to(device)

    def pixels(self, progress: float, generator: torch.Generator) -> Tensor:
        """Crops (b, 3, s, s) in [0, 1] of one source that has started; at the end of the last."""
        active = [source for source in self._sources if source.start <= progress]
        if progress >= 1:
            active = active[-1:]
        shares = torch.tensor([source.share for source in active], device=generator.device)
        chosen = active[int(torch.multinomial(shares, 1, generator=generator))]
        return self.crops(chosen, chosen.batch, generator)

    def crops(self, source: _Source, count: int, generator: torch.Generator) -> Tensor:
        """Crops (count, 3, s, s) in [0, 1], half of them mirrored, as large as they are seen."""

        def integers(high: int, *shape: int) -> list[Any]:
            drawn = torch.randint(high, shape, generator=generator, device=generator.device)
            return drawn.tolist()

        corners = source.pixels.shape[-1] - source.crop + 1
        parts = []
        for index in integers(len(source.pixels), count):
            (top, left), mirrored = integers(corners, 2), integers(2, 1)[0]
            cut = source.pixels[index, :, top : top + source.crop, left : left + source.crop]
            parts.append(cut.flip(2) if mirrored else cut)
        crops = torch.stack(parts).float() / 255
        if source.seen_px == source.crop:
            return crops
        return F.interpolate(crops, (source.seen_px, source.seen_px), mode="bicubic").clamp(0, 1)

    def one_crop_each(self, generator: torch.Generator) -> Tensor:
        """A crop (n, 3, s, s) uint8 of every photograph of the last source, none set aside."""
        pixels, crop = self._sources[-1].pixels, self._sources[-1].crop
        corners = pixels.shape[-1] - crop + 1
        places = torch.randint(corners, (len(pixels), 2), generator=generator, device=pixels.device)
        return torch.stack(
            [
                one[:, top : top + crop, left : left + crop]
                for one, (top, left) in zip(pixels, places.tolist(), strict=True)
            ]
        )

    def marginal(self) -> Tensor:
        """Share (2, 32) of each bin of Cr and Cb in photographs of the first source."""
        pairs = self._pairs
        return torch.stack([pairs.sum(1), pairs.sum(0)]) / pairs.sum()

    def cr_to_cb(self) -> Tensor:
        """What a bin of Cr adds to the logits of Cb's (32, 32): log p(Cb | Cr) / p(Cb)."""
        pairs = self._pairs
        return (pairs * pairs.sum() / pairs.sum(0) / pairs.sum(1, keepdim=True)).log()

    @cached_property
    def _pairs(self) -> Tensor:
        """How often bins of Cr and Cb (32, 32) occur in one cell, what was never seen 1/32."""
        pixels = self._sources[0].pixels
        chosen = pixels[:: max(1, len(pixels) // _COUNTED)]
        counts = torch.full((BINS * BINS,), 1 / BINS, device=self.device)
        for part in chosen.split(64):
            cr, cb = bins_from_chroma(grid_of(chroma_of(part.float() / 255))).unbind(1)
            counts += torch.bincount((cr * BINS + cb).flatten(), minlength=BINS * BINS)
        return counts.view(BINS, BINS)

    def describe(self) -> str:
        """Counts for the log's first line."""
        parts = [f"{len(s.pixels)} at {s.pixels.shape[-1]} px" for s in self._sources]
        return "; ".join([*parts, f"set aside: {len(self.held_out)}"])


def chroma_of(srgb: Tensor) -> Tensor:
    """Cr and Cb (b, 2, h, w) in [-1, 1] of sRGB (b, 3, h, w) in [0, 1]."""
    return srgb_to_ycbcr(srgb)[:, [2, 1]] * 2 - 1


def gray_of(srgb: Tensor, luma601: Tensor) -> Tensor:
    """Y (b, 1, h, w) in [-1, 1]: BT.601 luma where ``luma601 (b,)`` bool is set, else of L*."""
    y = srgb_to_ycbcr(srgb)[:, :1]
    gray = gray_from_luma(luma_from_srgb(srgb)).reshape(y.shape)
    return torch.where(luma601[:, None, None, None], y, gray) * 2 - 1


def color_batch(srgb: Tensor, generator: torch.Generator) -> ColorBatch:
    """Gray and true chroma of a batch of pictures (b, 3, s, s)."""
    chance = torch.rand(len(srgb), generator=generator, device=srgb.device)
    return ColorBatch(gray_of(srgb, chance < _LUMA601_SHARE), chroma_of(srgb))


def prior_batch(
    srgb: Tensor, mix: KnownMix, noise: TeacherNoise, generator: torch.Generator
) -> PriorBatch:
    """Draw what is known, the truth with recolored surfaces, and what the net is told of it."""
    device, (b, _, side, _) = srgb.device, srgb.shape
    chance = torch.rand(3, b, generator=generator, device=device)
    gray = gray_of(srgb, chance[0] < _LUMA601_SHARE)
    grid, known = _stroked(srgb, mix, generator)
    cells = side // 8
    known |= _outside(b, cells, generator, device) & (chance[1] < mix.region)[:, None, None]
    anchored = chance[2] < mix.anchors
    grid = torch.where(anchored[:, None, None, None], grid_of(chroma_of(srgb)), grid)
    known = torch.where(anchored[:, None, None], _anchors(b, cells, generator, device), known)
    bins = bins_from_chroma(grid)
    turned = torch.rand((), generator=generator, device=device) < noise.turned
    scan = int(torch.randint(8, (), generator=generator, device=device)) if turned else 0
    return PriorBatch(gray, bins, noisy(bins, noise, generator), known, scan)


def noisy(bins: Tensor, noise: TeacherNoise, generator: torch.Generator) -> Tensor:
    """Bins (b, 2, g, g) with errors in single cells and, in half the pictures, a smooth drift."""

    def uniform(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator, device=bins.device)

    step = (uniform(*bins.shape) < 0.5).long() * 2 - 1
    error = step * (uniform(*bins.shape) < noise.cells)
    coarse = torch.randn(len(bins), 2, 4, 4, generator=generator, device=bins.device)
    drift = F.interpolate(coarse * noise.drift, bins.shape[2:], mode="bicubic")
    drift = drift.round().long() * (uniform(len(bins), 1, 1, 1) < 0.5)
    return (bins + error + drift).clamp(0, 31)


def _stroked(srgb: Tensor, mix: KnownMix, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """True chroma on the grid (b, 2, g, g), and which cells strokes touch (b, g, g)."""
    half = F.avg_pool2d(srgb, 2)
    lab = srgb_to_lab(half)
    luma_n, ab_n = lab[:, :1] / 50 - 1, lab[:, 1:] / 110
    hints = HintMix(related_share=mix.strokes, recolored_share=mix.recolored)
    everyone = torch.ones(len(srgb), device=srgb.device)
    hinted = draw_hints(luma_n, ab_n, everyone, hints, generator)
    colored = lab_to_srgb(torch.cat([lab[:, :1], hinted.chroma * 110], 1))
    touched = F.max_pool2d(hinted.hints[:, 2:], 4)[:, 0] > 0.5
    return F.avg_pool2d(chroma_of(colored), 4), touched


def _anchors(b: int, cells: int, generator: torch.Generator, device: torch.device) -> Tensor:
    """Some of the middles (b, g, g) of 2 x 2 to 9 x 9 equal parts, few of them or all."""
    sides = torch.randint(2, 10, (b,), generator=generator, device=device)
    shares = torch.rand(b, 1, 1, generator=generator, device=device)
    kept = torch.rand(b, cells, cells, generator=generator, device=device) < shares
    middles = torch.zeros_like(kept)
    for one, side in zip(middles, sides.tolist(), strict=True):
        places = (2 * torch.arange(side, device=device) + 1) * cells // (2 * side)
        one[places[:, None], places] = True
    return middles & kept


def _outside(b: int, cells: int, generator: torch.Generator, device: torch.device) -> Tensor:
    """Cells (b, g, g) outside of a rectangle of a third to all of the side."""
    drawn = torch.rand(b, 4, generator=generator, device=device)
    size = (1 / 3 + drawn[:, :2] * 2 / 3) * cells
    start = drawn[:, 2:] * (cells - size)
    line = torch.arange(cells, device=device) + 0.5
    inside = (line >= start[..., None]) & (line < (start + size)[..., None])  # (b, 2, g)
    return ~(inside[:, 0, :, None] & inside[:, 1, None, :])
