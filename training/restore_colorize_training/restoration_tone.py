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
from restore_colorize_training.warps import random_cuts


class RestorationToneRecipe(Recipe[Damaged]):
    """Small pictures, faded or not; start it with ``--start-from`` a content training.

    They are cut anywhere: 23,453 whole ones are known by heart after half an hour. With
    ``[data] tone_side`` they are cut from the large ones, whose darkest and brightest pixels are
    those of pictures that people have.
    """

    network_name = "restoration"

    def __init__(self, config: Mapping[str, Any], data: Path, device: torch.device) -> None:
        self._whole = RestorationRecipe(config, data, device)
        self.sources = self._whole.sources
        settings = config["data"]
        self._batch, self._least = settings["tone_batch"], settings["tone_cut"]
        self._side: int | None = settings.get("tone_side")

    def build(self) -> nn.Module:
        return RestorationNet(self._whole.sizes)  # the level comes with the content, fitted

    def draw(self, progress: float, generator: torch.Generator) -> Damaged:
        if self._side is None:
            small = self.sources.whole_pictures(self._batch, generator)
            pictures = random_cuts(small, self._least, generator)
        else:
            pictures = self.sources.cut(self._batch, self._side, generator)
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
