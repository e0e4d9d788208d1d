"""Luma as a restoration network leaves it, for color networks that come after one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from restore_colorize.imaging import lab_to_srgb, srgb_to_lab
from restore_colorize.networks import RestorationNet
from torch import Tensor

from restore_colorize_training.damage import DamageMaker, Decoys, Kind
from restore_colorize_training.shipped import shipped_network


class RestoredLuma:
    """Damages the luma of a share of the pictures and restores it; the network stays as it is.

    Pik-Fix trains its two networks together in the end; the color network then meets what the
    other one leaves over. No gradient flows into the restoration.

    Args:
        config: ``[restored]`` with ``model``, a restoration network's name, and ``share``;
            ``[damage.…]`` are the kinds of damage, by their shares.
        device: where pictures are made.
    """

    def __init__(self, config: Mapping[str, Any], device: torch.device) -> None:
        settings = config["restored"]
        self._share: float = settings["share"]
        network = shipped_network(settings["model"], device)
        if not isinstance(network, RestorationNet):
            raise SystemExit(f"{settings['model']} does not restore: name a model that does.")
        self._network = network
        kinds = {name: Kind.from_config(table) for name, table in config["damage"].items()}
        self._maker = DamageMaker(kinds, Decoys())

    @torch.no_grad()
    def __call__(self, luma: Tensor, generator: torch.Generator) -> Tensor:
        """Return luma (b, 1, s, s) L_n, s a multiple of 16, restored in some of the pictures."""
        chance = torch.rand(len(luma), generator=generator, device=luma.device)
        chosen = torch.nonzero(chance < self._share)[:, 0]
        if not len(chosen):
            return luma
        lightness = (luma[chosen] + 1) * 50
        neutral = torch.zeros_like(lightness).expand(-1, 2, -1, -1)
        gray = lab_to_srgb(torch.cat([lightness, neutral], 1))[:, :1]
        damaged = self._maker.damage(gray.clamp(0, 1), generator).picture
        with torch.autocast(damaged.device.type, torch.bfloat16):
            made, _ = self._network(damaged)
        restored = srgb_to_lab(made.picture.float().clamp(0, 1).expand(-1, 3, -1, -1))[:, :1]
        return luma.index_copy(0, chosen, restored / 50 - 1)
