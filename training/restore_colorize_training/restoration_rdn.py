"""Pik-Fix's restoration sub-net by plain regression: what the structured network stands beside."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from restore_colorize.networks.restoration import MultiLevelRDN, RdnSizes
from torch import Tensor, nn

from restore_colorize_training.damage import Damaged
from restore_colorize_training.recipe import Recipe
from restore_colorize_training.restoration import RestorationRecipe, charbonnier
from restore_colorize_training.restoration_validation import validate_plain


class RestorationRdnRecipe(Recipe[Damaged]):
    """Trains :class:`MultiLevelRDN` from damaged to true luma (2205.01902, 3.1).

    Damage and photographs are those of the structured network's recipe.
    """

    network_name = "rdn"

    def __init__(self, config: Mapping[str, Any], data: Path, device: torch.device) -> None:
        self._sizes = RdnSizes.from_config(config.get("network", {}))
        self._damage = RestorationRecipe({**config, "network": {}}, data, device)
        self.sources = self._damage.sources

    def build(self) -> nn.Module:
        return MultiLevelRDN(self._sizes)

    def draw(self, progress: float, generator: torch.Generator) -> Damaged:
        return self._damage.maker.damage(self.sources.crops(progress, generator), generator)

    def pictures_in(self, batch: Damaged) -> int:
        return len(batch.picture)

    def loss(self, network: nn.Module, batch: Damaged) -> tuple[Tensor, dict[str, Tensor]]:
        made = network(2 * batch.picture - 1)
        difference = (made.float() + 1) / 2 - batch.truth
        loss = charbonnier(difference).mean()
        return loss, {"loss": loss.detach()}

    def validate(self, network: nn.Module) -> dict[str, float]:
        def restored(picture: Tensor) -> Tensor:
            return (network(2 * picture - 1).float() + 1) / 2

        return validate_plain(restored, self._damage.held_out)
