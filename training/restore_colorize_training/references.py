"""Draws targets with references: the same picture bent, another crop, a pair, or a stranger.

Everything runs on the device, a whole batch at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from restore_colorize.imaging.color import luma_from_srgb, srgb_to_lab
from torch import Tensor

from restore_colorize_training.warps import ThinPlateSpline, identity_grid, sample

SELF, CROP, PAIR, UNRELATED = range(4)


@dataclass(frozen=True)
class ReferenceMix:
    """Shares of the kinds of references and strengths of what is done to them.

    Attributes:
        self_share, crop_share, pair_share, unrelated_share: sum to 1. With a stranger as
            reference the truth stays the target's own color.
        hard_share: of the strangers, how many are the nearest of ``hard_candidates`` random ones
            in luma and texture.
        tps_offset: largest move of a control point, share of the side.
        pair_tps: the same for pairs, as a factor.
        vertical_flip: share of references turned upside down (half are mirrored anyway).
        tone_share: references with gamma and exposure jitter, beside all crops.
        faded_share: related pairs whose colors are both weakened, a quarter of them to gray: a
            gray reference asks for gray.
        luma601_share: targets whose gray is BT.601 luma, as scanners and converters make it.
        noise: standard deviations added to L_n, a_n, b_n of the reference.
    """

    self_share: float = 0.55
    crop_share: float = 0.20
    pair_share: float = 0.10
    unrelated_share: float = 0.15
    hard_share: float = 0.5
    hard_candidates: int = 32
    tps_offset: float = 0.15
    pair_tps: float = 0.3
    vertical_flip: float = 0.25
    tone_share: float = 0.15
    faded_share: float = 0.06
    luma601_share: float = 0.25
    noise: tuple[float, float, float] = (0.04, 0.012, 0.012)


@dataclass(frozen=True)
class Drawn:
    """Targets and their references.

    Attributes:
        luma: (b, 1, s, s) L_n that the network sees.
        lab: (b, 3, s, s) Lab_n of the target in color.
        reference: (b, 3, s, s) Lab_n.
        related: (b,) 1 where the reference shows the same thing, else 0.
    """

    luma: Tensor
    lab: Tensor
    reference: Tensor
    related: Tensor


def lab_n(pixels: Tensor) -> Tensor:
    """``(b, 3, h, w)`` uint8 sRGB to Lab_n: L/50 - 1, ab/110."""
    lab = srgb_to_lab(pixels.float() / 255)
    return torch.cat([lab[:, :1] / 50 - 1, lab[:, 1:] / 110], 1)


class ReferenceDrawer:
    """Holds the pictures on the device and draws batches from them.

    Args:
        pixels: (n, 3, s, s) uint8 photographs.
        pairs: (p, 2, 3, t, t) uint8, t >= s: two pictures of the same thing.
        mix: shares and strengths.
        device: where batches are made.
    """

    def __init__(
        self, pixels: Tensor, pairs: Tensor, mix: ReferenceMix, device: torch.device
    ) -> None:
        self.mix = mix
        self.device = device
        self.pixels = pixels.to(device)
        self.pairs = pairs.to(device)
        self.side = pixels.shape[-1]
        self.spline = ThinPlateSpline(self.side, device=device)
        self.identity = identity_grid(self.side, device)
        self.looks = torch.cat([_look(part.to(device)) for part in pixels.split(256)])
        self.looks = (self.looks - self.looks.mean(0)) / self.looks.std(0)

    def draw(self, batch: int, generator: torch.Generator) -> Drawn:
        """A batch of targets with references."""
        mix, g, device = self.mix, generator, self.device

        def uniform(*shape: int, low: float = 0.0, high: float = 1.0) -> Tensor:
            return torch.rand(*shape, generator=g, device=device) * (high - low) + low

        shares = torch.tensor([mix.self_share, mix.crop_share, mix.pair_share], device=device)
        kind = torch.bucketize(uniform(batch), shares.cumsum(0), right=True)
        chosen = torch.randint(len(self.pixels), (batch,), generator=g, device=device)
        target, reference = self._pixels_of(kind, chosen, g)

        mirrored = (uniform(batch) < 0.5)[:, None, None, None]
        lab = lab_n(target)
        other = (kind >= PAIR).nonzero().squeeze(1)
        reference_lab = lab.clone()
        reference_lab[other] = lab_n(reference[other])
        faded = (uniform(batch) < mix.faded_share) & (kind != UNRELATED)
        strength = torch.where(faded, uniform(batch, low=-1 / 3).clamp(min=0), 1.0)
        strength = strength[:, None, None, None]
        gray = (uniform(batch) < mix.luma601_share).nonzero().squeeze(1)
        luma = lab[:, :1].clone()
        luma[gray] = _luma601(target[gray])
        lab, reference_lab = _with_chroma(lab, strength), _with_chroma(reference_lab, strength)
        lab = torch.where(mirrored, lab.flip(3), lab)
        luma = torch.where(mirrored, luma.flip(3), luma)

        reference_lab = sample(reference_lab, self._grid(kind, uniform))
        reference_lab = self._toned(reference_lab, kind, uniform)
        noise = torch.randn(reference_lab.shape, generator=g, device=device)
        noise = noise * torch.tensor(mix.noise, device=device)[:, None, None]
        return Drawn(luma, lab, reference_lab + noise, (kind != UNRELATED).float())

    def _pixels_of(
        self, kind: Tensor, chosen: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """Bytes of targets and references, ``(b, 3, s, s)`` each."""
        target = self.pixels[chosen]
        reference = target.clone()
        strangers = (kind == UNRELATED).nonzero().squeeze(1)
        reference[strangers] = self.pixels[self._strangers(chosen[strangers], generator)]
        paired = (kind == PAIR).nonzero().squeeze(1)
        n = len(paired)
        which = torch.randint(len(self.pairs), (n,), generator=generator, device=self.device)
        first = torch.randint(2, (n,), generator=generator, device=self.device)
        target[paired] = self._crops(which, first, generator)
        reference[paired] = self._crops(which, 1 - first, generator)
        return target, reference

    def _crops(self, which: Tensor, member: Tensor, generator: torch.Generator) -> Tensor:
        """Random squares of the pictures' side out of pairs, ``(n, 3, s, s)``."""
        spare = self.pairs.shape[-1] - self.side
        line = torch.arange(self.side, device=self.device)
        corner = torch.randint(
            spare + 1, (2, len(which), 1), generator=generator, device=self.device
        )
        rows, columns = corner + line  # (n, s) each
        cut = self.pairs[
            which[:, None, None], member[:, None, None], :, rows[:, :, None], columns[:, None, :]
        ]  # (n, s, s, 3): advanced indices come first
        return cut.permute(0, 3, 1, 2)

    def _strangers(self, chosen: Tensor, generator: torch.Generator) -> Tensor:
        """For every picture another one; the share ``hard_share`` looks like it in gray."""
        n = len(chosen)
        candidates = torch.randint(
            len(self.pixels),
            (n, self.mix.hard_candidates),
            generator=generator,
            device=self.device,
        )
        distance = (self.looks[candidates] - self.looks[chosen][:, None]).square().sum(2)
        distance = distance.masked_fill(candidates == chosen[:, None], float("inf"))
        hard = torch.rand(n, generator=generator, device=self.device) < self.mix.hard_share
        # An easy one is any candidate but the picture itself.
        easy = distance.isinf().float().argmin(1)
        pick = torch.where(hard, distance.argmin(1), easy)
        return candidates.gather(1, pick[:, None]).squeeze(1)

    def _grid(self, kind: Tensor, uniform) -> Tensor:
        """Where the references are sampled, ``(b, s * s, 2)``."""
        b, reach = len(kind), 2 * self.mix.tps_offset
        offsets = uniform(b, len(self.spline.control), 2, low=-reach, high=reach)
        strength = torch.where(kind == PAIR, self.mix.pair_tps, 1.0)
        bent = self.spline.grid(offsets * strength[:, None, None])
        scale = uniform(b, 1, low=0.55)
        scale = torch.cat([scale, (scale * uniform(b, 1, low=0.85, high=1.15)).clamp(max=1)], 1)
        shift = uniform(b, 2, low=-1) * (1 - scale)
        cut = self.identity * scale[:, None] + shift[:, None]
        grid = torch.where((kind == CROP)[:, None, None], cut, bent)
        flip = torch.stack([uniform(b) < 0.5, uniform(b) < self.mix.vertical_flip], 1)
        return grid * torch.where(flip, -1.0, 1.0)[:, None]

    def _toned(self, lab: Tensor, kind: Tensor, uniform) -> Tensor:
        """References with another gamma and exposure where the mix asks for it."""
        b = len(kind)
        chosen = ((kind == CROP) | (uniform(b) < self.mix.tone_share))[:, None, None, None]
        gamma = torch.exp(uniform(b, 1, 1, 1, low=-0.4, high=0.4))
        exposure = uniform(b, 1, 1, 1, low=0.75, high=1.2)
        light = ((lab[:, :1] + 1) / 2).clamp(1e-3, 1)
        toned = (light**gamma * exposure).clamp(0, 1) * 2 - 1
        return torch.cat([torch.where(chosen, toned, lab[:, :1]), lab[:, 1:]], 1)


def _with_chroma(lab: Tensor, factor: Tensor) -> Tensor:
    """``lab (b, 3, h, w)`` with its chroma times ``factor (b, 1, 1, 1)``."""
    return torch.cat([lab[:, :1], lab[:, 1:] * factor], 1)


def _luma601(pixels: Tensor) -> Tensor:
    """L_n of the BT.601 gray of ``(b, 3, h, w)`` uint8, ``(b, 1, h, w)``."""
    weight = torch.tensor([0.299, 0.587, 0.114], device=pixels.device)
    gray = (pixels.float() * weight[:, None, None]).sum(1, keepdim=True) / 255
    return luma_from_srgb(gray)[:, None] / 50 - 1


def _look(pixels: Tensor) -> Tensor:
    """Looks in gray: brightness, contrast, texture and a 4x4 thumbnail, ``(b, 21)``."""
    gray = pixels.float().mean(1, keepdim=True) / 255
    horizontal = (gray[..., 1:] - gray[..., :-1]).abs().mean((1, 2, 3))
    vertical = (gray[..., 1:, :] - gray[..., :-1, :]).abs().mean((1, 2, 3))
    fine = (gray - F.avg_pool2d(gray, 3, 1, 1)).abs().mean((1, 2, 3))
    overall = torch.stack(
        [gray.mean((1, 2, 3)), gray.std((1, 2, 3)), horizontal, vertical, fine], 1
    )
    side = gray.shape[-1] // 4
    return torch.cat([overall, 0.25 * F.avg_pool2d(gray, side).flatten(1)], 1)
