"""Restoration by plain regression: what the structured network stands beside."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from restore_colorize.networks.restoration import MultiLevelRDN, NafSizes, NafUNet, RdnSizes
from torch import Tensor, nn

from restore_colorize_training.damage import Damaged
from restore_colorize_training.recipe import Recipe
from restore_colorize_training.restoration import RestorationRecipe, charbonnier
from restore_colorize_training.restoration_validation import validate_plain


class PlainRestorationRecipe(Recipe[Damaged]):
    """Trains a network from damaged to true luma.

    Damage and photographs are those of the structured network's recipe.
    """

    def __init__(self, config: Mapping[str, Any], data: Path, device: torch.device) -> None:
        self._network: Mapping[str, Any] = config.get("network", {})
        self._damage = RestorationRecipe({**config, "network": {}}, data, device)
        self.sources = self._damage.sources

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


class RestorationRdnRecipe(PlainRestorationRecipe):
    """Pik-Fix's restoration sub-net, :class:`MultiLevelRDN` (2205.01902, 3.1)."""

    network_name = "rdn"

    def build(self) -> nn.Module:
        return MultiLevelRDN(RdnSizes.from_config(self._network))


class RestorationNafRecipe(PlainRestorationRecipe):
    """NAFNet's blocks in a U-Net, :class:`NafUNet` (2204.04676)."""

    network_name = "naf"

    def build(self) -> nn.Module:
        return NafUNet(NafSizes.from_config(self._network))
