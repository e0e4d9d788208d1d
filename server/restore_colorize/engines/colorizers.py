"""Networks that color from references, each seen through one small call.

The engine asks every model the same question; what differs between papers (whether references
enter as Lab or RGB, whether hints and confidence exist) ends here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from restore_colorize.imaging import crop, pad_reflect, padded_size, srgb_to_lab
from restore_colorize.networks import Color2Embed, ExemplarNet, PikFixColor

__all__ = ["COLORIZERS", "Colorizer", "Proposal"]

AB_SCALE = 110.0  # ab_n = ab / 110, see networks


@dataclass(frozen=True)
class Proposal:
    """What a network proposes for a target of working size (h, w).

    chroma: (2, h', w') a*, b* on a grid of the working size or half of it, unpadded.
    luma: (h', w') L* on the same grid.
    confidence: (h', w') in [0, 1], or None where the network has no opinion of itself.
    related: for each reference in [0, 1], how much it shows the same things; None: not judged.
    """

    chroma: Tensor
    luma: Tensor
    confidence: Tensor | None
    related: tuple[float, ...] | None


@dataclass(frozen=True)
class Colorizer:
    """How to ask a kind of network.

    ask(network, luma (h, w) L*, references [(3, h2, w2) sRGB in [0, 1]], hints (4, h, w) sRGB and
    alpha in {0, 1} or None, trust in [0, 1]) -> Proposal; runs on the network's device.
    judges_references: it turns down what seems unrelated, unless trust outvotes it.
    """

    ask: Callable[[Any, Tensor, list[Tensor], Tensor | None, float], Proposal]
    takes_hints: bool
    judges_references: bool


def normalized_lab(srgb: Tensor) -> Tensor:
    """Return (3, h, w) Lab_n of sRGB planes in [0, 1]."""
    lab = srgb_to_lab(srgb)
    return torch.cat([lab[:1] / 50 - 1, lab[1:] / AB_SCALE])


def _ask_exemplar(
    network: ExemplarNet,
    luma: Tensor,
    references: list[Tensor],
    hints: Tensor | None,
    trust: float,
) -> Proposal:
    """Ask for chroma with every reference and its mirror image.

    Things look both ways, convolutions do not: on pictures set aside from training the mirror
    images are worth 0.2 dB for the own picture and 0.1 dB for real pairs, for half as much time
    again. A reference is as related as the better of its two images.
    """
    device, multiple = next(network.parameters()).device, network.SIDE_MULTIPLE
    h, w = luma.shape
    half_h, half_w = -(-h // 2), -(-w // 2)
    luma_n = (luma / 50 - 1)[None]
    luma_n = pad_reflect(luma_n, *padded_size(luma_n, multiple))
    stack = _stack_of(references, multiple)
    both = torch.stack([stack, stack.flip(3)], 1)  # (r, 2, 3, height, width)
    half_hints = None
    if hints is not None:
        half_hints = _half_hints(hints, luma_n.shape[1] // 2, luma_n.shape[2] // 2)[None].to(device)
    output = network(
        luma_n[None].to(device), both.flatten(0, 1)[None].to(device), half_hints, trust
    )
    confidence = F.interpolate(
        output.confidence.float(), scale_factor=4, mode="bilinear", align_corners=False
    )
    half_luma = F.avg_pool2d((luma_n + 1) * 50, 2)
    return Proposal(
        chroma=crop(output.chroma[0].float().cpu() * AB_SCALE, half_h, half_w),
        luma=crop(half_luma, half_h, half_w)[0],
        confidence=crop(confidence[0].cpu(), half_h, half_w)[0],
        related=tuple(torch.sigmoid(output.related_logit[0].float()).view(-1, 2).amax(1).tolist()),
    )


def _stack_of(references: list[Tensor], multiple: int) -> Tensor:
    """Return references as Lab_n of one size ``(r, 3, h, w)``: smaller ones go on by reflection."""
    labs = [normalized_lab(reference) for reference in references]
    height = max(padded_size(lab, multiple)[0] for lab in labs)
    width = max(padded_size(lab, multiple)[1] for lab in labs)
    return torch.stack([pad_reflect(lab, height, width) for lab in labs])


def _half_hints(hints: Tensor, height: int, width: int) -> Tensor:
    """Return (3, height, width): ab_n and mask on the half-size grid, 0 in the padding.

    A cell counts as painted as soon as any of its pixels is; its color is the mean of those.
    """
    lab = normalized_lab(hints[:3])
    painted = hints[3:]
    planes = torch.cat([lab[1:] * painted, painted])
    planes = F.pad(planes, (0, 2 * width - planes.shape[2], 0, 2 * height - planes.shape[1]))
    mean = F.avg_pool2d(planes, 2)
    mask = (mean[2:] > 0).float()
    return torch.cat([mean[:2] / mean[2:].clamp_min(1e-6) * mask, mask])


def _ask_color2embed(
    network: Color2Embed,
    luma: Tensor,
    references: list[Tensor],
    hints: Tensor | None,
    trust: float,
) -> Proposal:
    """One color vector for the whole picture (2106.08017, 3.2); of several references the mean.

    The network has no verdict on references, so ``trust`` has nothing to outvote.
    """
    device = next(network.parameters()).device
    h, w = luma.shape
    luma_n = (luma / 50 - 1)[None]
    luma_n = pad_reflect(luma_n, *padded_size(luma_n, network.SIDE_MULTIPLE))
    least = [pad_reflect(item, *padded_size(item, 32)) for item in references]
    z = torch.cat([network.embed(item[None].to(device)) for item in least]).mean(0, keepdim=True)
    chroma_n = network.colorize(luma_n[None].to(device), z)
    chroma = crop(chroma_n[0].float().cpu() * AB_SCALE, h, w)
    return Proposal(chroma, luma, confidence=None, related=None)


def _ask_pikfix(
    network: PikFixColor,
    luma: Tensor,
    references: list[Tensor],
    hints: Tensor | None,
    trust: float,
) -> Proposal:
    """Every cell takes what fits best from all references at once (2205.01902, 3.2).

    Confidence is how far the network used what it found. It has no verdict on a reference as a
    whole, so ``trust`` has nothing to outvote.
    """
    device = next(network.parameters()).device
    luma_n = (luma / 50 - 1)[None]
    luma_n = pad_reflect(luma_n, *padded_size(luma_n, network.SIDE_MULTIPLE))
    stack = _stack_of(references, network.SIDE_MULTIPLE)
    output = network(luma_n[None].to(device), stack[None].to(device))
    factor = luma_n.shape[1] // output.chroma.shape[2]  # 1, or 2 for half size
    h, w = (-(-side // factor) for side in luma.shape)
    shown = F.avg_pool2d((luma_n + 1) * 50, factor)
    confidence = None
    if output.trust is not None:
        confidence = crop(output.trust[0].float().cpu(), h, w)[0]
    return Proposal(
        chroma=crop(output.chroma[0].float().cpu().clamp(-1, 1) * AB_SCALE, h, w),
        luma=crop(shown, h, w)[0],
        confidence=confidence,
        related=None,
    )


COLORIZERS: dict[str, Colorizer] = {
    "color2embed": Colorizer(_ask_color2embed, takes_hints=False, judges_references=False),
    "exemplar": Colorizer(_ask_exemplar, takes_hints=True, judges_references=True),
    "pikfix": Colorizer(_ask_pikfix, takes_hints=False, judges_references=False),
}
