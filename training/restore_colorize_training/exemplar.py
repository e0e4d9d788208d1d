"""Recipe of the exemplar network: mixed references, verification, hints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from restore_colorize.networks import ExemplarNet, ExemplarSizes
from torch import Tensor, nn

from restore_colorize_training.hint_drawing import HintMix, draw_hints
from restore_colorize_training.recipe import Recipe, ReferenceSources
from restore_colorize_training.validation import validate_exemplar

_RELATED = ("verification.related.2.weight", "verification.related.2.bias")


@dataclass(frozen=True)
class ExemplarBatch:
    """Inputs and truths.

    Attributes:
        luma: (b, 1, s, s) L_n. references: (b, r, 3, s, s) Lab_n.
        hints: (b, 3, s/2, s/2) ab_n times mask, and mask.
        chroma: (b, 2, s/2, s/2) true ab_n, recolored surfaces included.
        original_chroma: the same before recoloring: all that a reference can know.
        related: (b,) 1 where a reference shows the same thing.
        judged: (b, r) the same, reference by reference.
    """

    luma: Tensor
    references: Tensor
    hints: Tensor
    chroma: Tensor
    original_chroma: Tensor
    related: Tensor
    judged: Tensor


@dataclass(frozen=True)
class LossWeights:
    """Weights beside the L1 of the result, which counts 1.

    Attributes:
        warped: L1 of the looked-up chroma at 1/8, related references only.
        detailed: the same at 1/4.
        confidence: L1 of confidence times looked-up chroma, all references.
        base: L1 of what the decoder starts from.
        related: cross entropy of the related-or-not logit.
    """

    warped: float = 0.5
    detailed: float = 0.5
    confidence: float = 0.5
    base: float = 0.25
    related: float = 0.1


class ExemplarRecipe(Recipe[ExemplarBatch]):
    """Trains :class:`ExemplarNet` with one reference a picture."""

    network_name = "exemplar"

    def __init__(self, config: Mapping[str, Any], data: Path, device: torch.device) -> None:
        self.sizes = ExemplarSizes.from_config(config.get("network", {}))
        self.hint_mix = HintMix(**config.get("hints", {}))
        self.weights = LossWeights(**config.get("loss", {}))
        self.two_references = config.get("two_references", 0.0)
        self.sources = ReferenceSources(config, data, device)

    def build(self) -> ExemplarNet:
        return ExemplarNet(self.sizes)

    def draw(self, progress: float, generator: torch.Generator) -> ExemplarBatch:
        drawn = self.sources.draw(progress, generator)
        half = F.avg_pool2d(drawn.lab, 2)
        hinted = draw_hints(half[:, :1], half[:, 1:], drawn.related, self.hint_mix, generator)
        references, judged = drawn.reference[:, None], drawn.related[:, None]
        if torch.rand((), generator=generator, device=generator.device) < self.two_references:
            # The neighbor's reference is a stranger; which comes first does not matter to the
            # network, which judges one by one.
            references = torch.cat([references, references.roll(1, 0)], 1)
            judged = torch.cat([judged, torch.zeros_like(judged)], 1)
        return ExemplarBatch(
            luma=drawn.luma,
            references=references,
            hints=hinted.hints,
            chroma=hinted.chroma,
            original_chroma=half[:, 1:],
            related=drawn.related,
            judged=judged,
        )

    def pictures_in(self, batch: ExemplarBatch) -> int:
        return len(batch.luma)

    def loss(self, network: nn.Module, batch: ExemplarBatch) -> tuple[Tensor, dict[str, Tensor]]:
        out = network(batch.luma, batch.references, batch.hints)
        quarter = F.avg_pool2d(batch.chroma, 2)
        original_quarter = F.avg_pool2d(batch.original_chroma, 2)
        original_cells = F.avg_pool2d(batch.original_chroma, 4)
        related, strangers = batch.related, 1 - batch.related

        result = (out.chroma - batch.chroma).abs().mean()
        missed = (out.warped - original_cells).abs().mean((1, 2, 3)) * related
        warped = missed.sum() / related.sum().clamp(min=1)
        trusted = (out.confidence * out.warped.detach() - original_cells).abs().mean()
        missed = (out.detailed - original_quarter).abs().mean((1, 2, 3)) * related
        detailed = missed.sum() / related.sum().clamp(min=1)
        base = (out.base - quarter).abs().mean()
        verdict = F.binary_cross_entropy_with_logits(out.related_logit, batch.judged)
        w = self.weights
        total = result + w.warped * warped + w.confidence * trusted + w.base * base
        total = total + w.detailed * detailed
        total = total + w.related * verdict
        figures = {
            "l1": result,
            "warped": warped,
            "detailed": detailed,
            "related": verdict,
            "conf": _mean_where(out.confidence, related),
            "conf_unrel": _mean_where(out.confidence, strangers),
        }
        return total, {name: value.detach() for name, value in figures.items()}

    @staticmethod
    def shipped(weights: dict[str, Tensor], config: Mapping[str, Any]) -> dict[str, Tensor]:
        """Calibrate the related-or-not logit as ``[verdict]`` says: gain * logit + offset.

        In training 85 of 100 references are related; a user's folder makes no such promise.
        """
        gain, offset = _verdict(config)
        return weights | {
            _RELATED[0]: weights[_RELATED[0]] * gain,
            _RELATED[1]: weights[_RELATED[1]] * gain + offset,
        }

    @staticmethod
    def trained(weights: dict[str, Tensor], config: Mapping[str, Any]) -> dict[str, Tensor]:
        """Take the calibration of :meth:`shipped` back."""
        gain, offset = _verdict(config)
        return weights | {
            _RELATED[0]: weights[_RELATED[0]] / gain,
            _RELATED[1]: (weights[_RELATED[1]] - offset) / gain,
        }

    def validate(self, network: nn.Module) -> dict[str, float]:
        return validate_exemplar(network, self.sources.held_out)


def _verdict(config: Mapping[str, Any]) -> tuple[float, float]:
    verdict = config.get("verdict", {})
    return verdict.get("gain", 1.0), verdict.get("offset", 0.0)


def _mean_where(maps: Tensor, chosen: Tensor) -> Tensor:
    """Mean of ``maps (b, ...)`` where ``chosen (b,)`` is 1; NaN, which the log skips, if none."""
    return (maps.flatten(1).mean(1) * chosen).sum() / chosen.sum()
