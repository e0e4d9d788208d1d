"""Recipe of Color2Embed as the paper trains it: every picture is its own, bent reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
import torch.nn.functional as F
from restore_colorize.imaging.color import lab_to_linear, lab_to_srgb, linear_to_srgb
from restore_colorize.networks.color2embed import Color2Embed, Color2EmbedSizes
from torch import Tensor, nn

from restore_colorize_training.diagonal_warps import diagonal_self_reference
from restore_colorize_training.recipe import Recipe, ReferenceSources
from restore_colorize_training.validation import HeldOut, psnr

# Distance of two RGB pictures (b, 3, h, w) in [0, 1]: a feature loss, say.
Perceptual = Callable[[Tensor, Tensor], Tensor]

_BATCH = 4
_GAMUT_LEAK = 0.01  # keeps a gradient where RGB is clipped


@dataclass(frozen=True)
class Color2EmbedLoss:
    """Reconstruction, and perceptual distance where a trunk is given (2106.08017, eq. 8-10).

    Attributes:
        beta: of the smooth L1 on ab_n. 1 as in the public code: all differences are below it, so
            it is half the squared error; 0 is plain L1.
        perceptual_weight: the paper's 0.1.
        perceptual: distance of two RGB pictures; None until there is a trunk for it.
    """

    beta: float = 1.0
    perceptual_weight: float = 0.1
    perceptual: Perceptual | None = None

    def __call__(
        self, predicted: Tensor, luma: Tensor, chroma: Tensor
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Loss of ``predicted`` against the true ``chroma (b, 2, h, w)``, and its parts."""
        with torch.autocast(predicted.device.type, enabled=False):
            total = F.smooth_l1_loss(predicted.float(), chroma.float(), beta=self.beta)
            parts = {"smooth_l1": total, "l1": (predicted - chroma).abs().mean()}
            if self.perceptual is not None:
                made, truth = srgb_for_losses(luma, predicted), srgb_for_losses(luma, chroma)
                parts["perceptual"] = self.perceptual(made, truth)
                total = total + self.perceptual_weight * parts["perceptual"]
        return total, {name: value.detach() for name, value in parts.items()}


def srgb_for_losses(luma: Tensor, chroma: Tensor) -> Tensor:
    """sRGB ``(b, 3, h, w)`` of L_n and ab_n with gradients that are finite and never vanish."""
    linear = lab_to_linear(_lab_units(torch.cat([luma, chroma], 1)))
    clipped = linear.clamp(0, 1)
    return linear_to_srgb(clipped) + _GAMUT_LEAK * (linear - clipped)


@dataclass(frozen=True)
class Color2EmbedBatch:
    """Inputs and truth.

    Attributes:
        luma: (b, 1, s, s) L_n. references: (b, 1, 3, s, s) sRGB in [0, 1].
        chroma: (b, 2, s, s) true ab_n.
    """

    luma: Tensor
    references: Tensor
    chroma: Tensor


class Color2EmbedRecipe(Recipe[Color2EmbedBatch]):
    """Trains :class:`Color2Embed`.

    ``[network]`` is a ``Color2EmbedSizes``; ``[self_reference] warp`` is "grid" (ours: nine
    points, reflected borders, Gaussian noise) or "diagonal" (as the public code); ``[loss]`` is
    a ``Color2EmbedLoss`` without its trunk.
    """

    network_name = "color2embed"

    def __init__(self, config: Mapping[str, Any], data: Path, device: torch.device) -> None:
        self.sizes = Color2EmbedSizes.from_config(config["network"])
        self.warp: Literal["grid", "diagonal"] = config["self_reference"]["warp"]
        if self.warp not in ("grid", "diagonal"):
            raise ValueError(f"[self_reference] warp is grid or diagonal, not {self.warp!r}")
        self.objective = Color2EmbedLoss(**config.get("loss", {}))
        self.sources = ReferenceSources(config, data, device)

    def build(self) -> Color2Embed:
        return Color2Embed(self.sizes)

    def draw(self, progress: float, generator: torch.Generator) -> Color2EmbedBatch:
        drawn = self.sources.draw(progress, generator)
        if self.warp == "diagonal":
            reference = diagonal_self_reference(lab_to_srgb(_lab_units(drawn.lab)), generator)
        else:
            reference = lab_to_srgb(_lab_units(drawn.reference))
        return Color2EmbedBatch(drawn.luma, reference[:, None], drawn.lab[:, 1:])

    def pictures_in(self, batch: Color2EmbedBatch) -> int:
        return len(batch.luma)

    def loss(self, network: nn.Module, batch: Color2EmbedBatch) -> tuple[Tensor, dict[str, Tensor]]:
        return self.objective(network(batch.luma, batch.references), batch.luma, batch.chroma)

    def validate(self, network: nn.Module) -> dict[str, float]:
        return validate_color2embed(network, self.sources.held_out)


def validate_color2embed(network: nn.Module, held_out: HeldOut) -> dict[str, float]:
    """PSNR beside gray's for its own, strangers' and paired references; chroma over the truth's."""
    lab, references = held_out.lab, held_out.references
    targets = held_out.pair_targets
    own = _run(network, lab, references)
    half = F.avg_pool2d(lab[:, 1:], 2)
    figures = {
        "gray": psnr(torch.zeros_like(own), lab),
        "self": psnr(own, lab),
        "unrel": psnr(_run(network, lab, references.roll(1, 0)), lab),
        "pairs_gray": psnr(torch.zeros_like(targets[:, 1:, ::2, ::2]), targets),
        "pairs": psnr(_run(network, targets, held_out.pair_references), targets),
        "self_ab": (own - half).norm(dim=1).mean() / half.norm(dim=1).mean(),
        "chroma": own.norm(dim=1).mean() / half.norm(dim=1).mean(),
    }
    return {name: float(value.mean()) for name, value in figures.items()}


def _run(network: nn.Module, lab: Tensor, references: Tensor) -> Tensor:
    """Chroma at half size, ``(n, 2, h/2, w/2)``, so that figures compare with other networks'."""
    parts = []
    for target, reference in zip(lab.split(_BATCH), references.split(_BATCH), strict=True):
        chroma = network(target[:, :1], lab_to_srgb(_lab_units(reference))[:, None])
        parts.append(F.avg_pool2d(chroma, 2))
    return torch.cat(parts)


def _lab_units(lab: Tensor) -> Tensor:
    return torch.cat([(lab[:, :1] + 1) * 50, lab[:, 1:] * 110], 1)
