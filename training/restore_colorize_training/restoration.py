"""Recipe of the structured restoration network: content with its mask, and tone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from restore_colorize.networks.restoration import (
    LevelHead,
    RestorationNet,
    RestorationSizes,
    describe,
)
from torch import Tensor, nn

from restore_colorize_training.damage import Damaged, DamageMaker, Decoys, Kind, Textures
from restore_colorize_training.gray_sources import GraySources
from restore_colorize_training.recipe import Recipe
from restore_colorize_training.restoration_validation import HeldOutDamage, validate_restoration

# Opacity below which a pixel is intact, and from which it is painted by a person.
_INTACT, _PAINTED = 0.05, 0.15
# Least error that a picture is judged by (a quarter of a step of 8 bits), and its offset in the
# relative error: below it, a better denoiser is not worth more.
_LEAST_ERROR, _ERROR_OFFSET = 0.0015, 0.008
_FADED = 0.02  # root mean squared; below it nobody sees it
_SURE = 30.0  # logit
_SSIM_C1, _SSIM_C2 = 0.01**2, 0.03**2


@dataclass(frozen=True)
class RestorationBatch:
    """Damaged crops, what is painted (b, 1, s, s), and whole pictures for tone in some steps."""

    content: Damaged
    painted: Tensor
    tone: Damaged | None


@dataclass(frozen=True)
class LossWeights:
    """Weights beside the denoised picture's relative error outside of holes, which counts 1.

    Attributes:
        result: Charbonnier of the joined result, more for pictures that were nearly good.
        structure: 1 - SSIM of the joined result.
        fill: Charbonnier of the fill inside of holes. mask: cross entropy of the mask, whose
            positives count ``mask_positive``. level: squared error of the logarithm.
        tone: logarithm of the tone branch's squared error. verdict: cross entropy of faded.
    """

    result: float = 1.0
    structure: float = 0.0
    fill: float = 4.0
    mask: float = 2.0
    mask_positive: float = 3.0
    level: float = 0.05
    tone: float = 0.1
    verdict: float = 0.05


class RestorationRecipe(Recipe[RestorationBatch]):
    """Trains :class:`RestorationNet` on damage made by procedure."""

    network_name = "restoration"

    def __init__(self, config: Mapping[str, Any], data: Path, device: torch.device) -> None:
        self.sizes = RestorationSizes.from_config(config.get("network", {}))
        self.weights = LossWeights(**config.get("loss", {}))
        self.settings, self._paint = config["data"], config["painted"]
        self._level = config.get("level", {})
        self.seed, self.device = config["seed"], device
        self.sources = GraySources(config, data, device)
        kinds = {name: Kind.from_config(table) for name, table in config["damage"].items()}
        textures = None
        if "textures" in self.settings:
            textures = Textures.load(data / self.settings["textures"], device)
        self.maker = DamageMaker(kinds, Decoys(**config.get("decoys", {})), textures)
        shares = config["tone_shares"]
        toned = {name: replace(kind, share=shares.get(name, 0.0)) for name, kind in kinds.items()}
        self.tone_maker = DamageMaker(toned, Decoys(), textures)
        self.held_out = HeldOutDamage(self.sources.held_out, kinds)

    def build(self) -> RestorationNet:
        network = RestorationNet(self.sizes)
        self._fit_level(network.level)
        return network

    def draw(self, progress: float, generator: torch.Generator) -> RestorationBatch:
        content = self.maker.damage(self.sources.crops(progress, generator), generator)
        painted = self._draw_painted(content.mask, generator)
        tone = None
        chance = torch.rand((), generator=generator, device=generator.device)
        if chance < 1 / self.settings["tone_every"]:
            whole = self.sources.whole_pictures(self.settings["tone_batch"], generator)
            tone = self.tone_maker.damage(whole, generator)
        return RestorationBatch(content, painted, tone)

    def pictures_in(self, batch: RestorationBatch) -> int:
        return len(batch.painted)

    def loss(self, network: nn.Module, batch: RestorationBatch) -> tuple[Tensor, dict[str, Tensor]]:
        content, painted, w = batch.content, batch.painted, self.weights
        made, level = network(content.picture, painted)
        holes = torch.maximum((content.mask * 2).clamp(0, 1), painted)
        error = content_error(content)  # (b,)
        by_picture = error[:, None, None, None]
        careful = (0.05 / (by_picture + 0.02)).clamp(max=2.5)
        relative = (made.denoised - content.toned) / (by_picture + _ERROR_OFFSET)
        denoised = ((1 - holes) * ((relative.square() + 0.15).sqrt() - math.sqrt(0.15))).mean()
        result = (careful * charbonnier(made.picture - content.toned)).mean()
        fill = (holes * charbonnier(made.fill - content.toned)).mean()
        unknown = F.binary_cross_entropy_with_logits(
            made.mask_logit,
            (content.mask * 2).clamp(0, 1),
            reduction="none",
            pos_weight=torch.tensor(w.mask_positive, device=painted.device),
        )
        mask = ((1 - painted) * unknown).mean()
        judged = (level.log_error.mean((1, 2, 3)) - error.log()).square().mean()
        total = denoised + w.result * result + w.fill * fill + w.mask * mask + w.level * judged
        figures = {"den": denoised, "result": result, "fill": fill, "mask": mask, "level": judged}
        if w.structure:
            structure = 1 - structural_similarity(made.picture.float(), content.toned)
            total = total + w.structure * structure
            figures["structure"] = structure
        if batch.tone is not None:
            tone, verdict = tone_loss(network, batch.tone)
            total = total + w.tone * tone + w.verdict * verdict
            figures |= {"tone": tone, "verdict": verdict}
        return total, {name: value.detach() for name, value in figures.items()}

    @staticmethod
    def shipped(weights: dict[str, Tensor], config: Mapping[str, Any]) -> dict[str, Tensor]:
        """Set the gates of fill and tone: each opens half at ``threshold``, with ``slope``.

        The learned ones weigh the pictures of the training, whose damaged and faded ones are the
        most; a user's folder makes no such promise.
        """
        weights = dict(weights)
        if "fill_gate" in config:
            slope, threshold = config["fill_gate"]["slope"], config["fill_gate"]["threshold"]
            weights["gate_slope"] = torch.tensor(float(slope))
            weights["gate_offset"] = torch.tensor(-float(slope) * float(threshold))
        if "tone_gate" in config:
            slope, threshold = config["tone_gate"]["slope"], config["tone_gate"]["threshold"]
            weights |= _with_verdict(weights, slope, -slope * threshold)
        return weights

    @staticmethod
    def trained(weights: dict[str, Tensor], config: Mapping[str, Any]) -> dict[str, Tensor]:
        """Take the tone's gate back; the fill's, which shipping sets anew, stays."""
        if "tone_gate" not in config:
            return weights
        slope, threshold = config["tone_gate"]["slope"], config["tone_gate"]["threshold"]
        return weights | _with_verdict(weights, 1 / slope, threshold)

    def validate(self, network: nn.Module) -> dict[str, float]:
        return validate_restoration(network, self.held_out)

    def _draw_painted(self, mask: Tensor, generator: torch.Generator) -> Tensor:
        """Generously painted damage in some pictures, in some of these intact places, too."""

        def chosen(share: float) -> Tensor:
            shape = (len(mask), 1, 1, 1)
            return torch.rand(shape, generator=generator, device=mask.device) < share

        reach = 2 * int(torch.randint(0, 3, (), generator=generator, device=mask.device)) + 1
        brushed = F.max_pool2d((mask > _PAINTED).float(), reach, 1, reach // 2)
        slip = F.max_pool2d(brushed, 5, 1, 2).roll(1, 0) * chosen(self._paint["elsewhere"])
        return torch.maximum(brushed, slip) * chosen(self._paint["share"])

    def _fit_level(self, head: LevelHead) -> None:
        """Fit the noise level alone: trained along from nothing it learns too late to be used."""
        generator = torch.Generator(self.device).manual_seed(self.seed)
        statistics, errors = [], []
        for _ in range(max(1, self._level["pictures"] // 64)):
            content = self.maker.damage(self.sources.cut(64, 128, generator), generator)
            statistics.append(describe(content.picture))
            errors.append(content_error(content).log())
        seen, wanted = torch.cat(statistics), torch.cat(errors)
        head.to(self.device)
        optimizer = torch.optim.AdamW(head.parameters(), lr=2e-3, weight_decay=1e-3)
        steps = self._level["steps"]
        for step in range(steps):
            optimizer.param_groups[0]["lr"] = 2e-3 * (1 - step / steps) + 1e-5
            pick = torch.randint(len(seen), (512,), generator=generator, device=self.device)
            missed = (head(seen[pick])[0] - wanted[pick]).square().mean()
            optimizer.zero_grad()
            missed.backward()
            optimizer.step()


def _with_verdict(weights: dict[str, Tensor], factor: float, offset: float) -> dict[str, Tensor]:
    """The tone branch's last layer with ``factor * verdict + offset`` in place of its verdict."""
    made = {}
    for name, added in (("weight", 0.0), ("bias", offset)):
        answer = weights[f"tone.answer.{name}"].clone()
        answer[-1] = factor * answer[-1] + added
        made[f"tone.answer.{name}"] = answer
    return made


def content_error(damaged: Damaged) -> Tensor:
    """Root mean squared difference (b,) from the truth in the same tone, outside of damage."""
    intact = (damaged.mask < _INTACT).float()
    squared = ((damaged.picture - damaged.toned).square() * intact).sum((1, 2, 3))
    return (squared / intact.sum((1, 2, 3)).clamp(min=1)).sqrt().clamp(min=_LEAST_ERROR)


def tone_loss(network: nn.Module, whole: Damaged) -> tuple[Tensor, Tensor]:
    """Logarithm of the squared error of the faded ones' tone, and cross entropy of the verdict.

    The branch judges the damaged picture; its answer is applied to the undamaged one, so that
    only the tone counts, and as if it were sure: how sure it is has a loss of its own. Runs the
    judging alone under the ambient autocast.
    """
    answer = network.tone.judge(whole.picture)
    with torch.autocast(answer.device.type, enabled=False):
        answer = answer.float()
        toned, truth = F.avg_pool2d(whole.toned, 2), F.avg_pool2d(whole.truth, 2)
        faded = ((toned - truth).square().mean((1, 2, 3)).sqrt() > _FADED).float()
        verdict = F.binary_cross_entropy_with_logits(answer[:, -1], faded)
        sure = torch.cat([answer[:, :-1], torch.full_like(answer[:, -1:], _SURE)], 1)
        corrected = network.tone.correct(toned, sure)
        missed = ((corrected - truth).square().mean((1, 2, 3)) + 1e-4).log()
        return (missed * faded).sum() / faded.sum().clamp(min=1), verdict


def structural_similarity(made: Tensor, truth: Tensor) -> Tensor:
    """SSIM (Wang et al. 2004) of pictures (b, 1, s, s) in [0, 1], by 7 x 7 means, as one number."""
    stacked = torch.cat([made, truth, made * made, truth * truth, made * truth], 1)
    m, t, mm, tt, mt = F.avg_pool2d(stacked, 7, 1).unbind(1)
    spread, shared = mm + tt - m * m - t * t, mt - m * t
    bright = (2 * m * t + _SSIM_C1) / (m * m + t * t + _SSIM_C1)
    return (bright * (2 * shared + _SSIM_C2) / (spread + _SSIM_C2)).mean()


def charbonnier(difference: Tensor) -> Tensor:
    """Absolute differences, smooth near 0: sqrt(d² + .005²)."""
    return (difference.square() + 2.5e-5).sqrt()
