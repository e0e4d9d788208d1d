"""Recipe that trains the tone branch alone: it judges what the content branch has restored."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from restore_colorize.networks.restoration import RestorationNet
from torch import Tensor, nn

from restore_colorize_training.damage import Damaged
from restore_colorize_training.recipe import Recipe
from restore_colorize_training.restoration import RestorationRecipe, tone_loss


class RestorationToneRecipe(Recipe[Damaged]):
    """Whole small pictures, faded or not; start it with ``--start-from`` a content training."""

    network_name = "restoration"

    def __init__(self, config: Mapping[str, Any], data: Path, device: torch.device) -> None:
        self._whole = RestorationRecipe(config, data, device)
        self.sources = self._whole.sources
        self._batch = config["data"]["tone_batch"]

    def build(self) -> nn.Module:
        return RestorationNet(self._whole.sizes)  # the level comes with the content, fitted

    def draw(self, progress: float, generator: torch.Generator) -> Damaged:
        pictures = self.sources.whole_pictures(self._batch, generator)
        if torch.rand((), generator=generator, device=generator.device) < 0.5:
            pictures = pictures.flip(3)
        return self._whole.tone_maker.damage(pictures, generator)

    def pictures_in(self, batch: Damaged) -> int:
        return len(batch.picture)

    def loss(self, network: nn.Module, batch: Damaged) -> tuple[Tensor, dict[str, Tensor]]:
        tone, verdict = tone_loss(network, batch)
        figures = {"tone": tone.detach(), "verdict": verdict.detach()}
        return tone + 0.5 * verdict, figures

    @staticmethod
    def shipped(weights: dict[str, Tensor], config: Mapping[str, Any]) -> dict[str, Tensor]:
        return RestorationRecipe.shipped(weights, config)

    def validate(self, network: nn.Module) -> dict[str, float]:
        return self._whole.validate(network)
