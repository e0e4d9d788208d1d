"""What the training loop asks of a recipe, and the data that color recipes share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn

from restore_colorize_training.packs import load_pairs, load_photographs
from restore_colorize_training.references import Drawn, ReferenceDrawer, ReferenceMix
from restore_colorize_training.validation import HeldOut

BatchT = TypeVar("BatchT")


class Recipe(ABC, Generic[BatchT]):
    """A network, its batches, its loss and its validation.

    Args:
        config: the whole TOML file.
        data: folder with the packs.
        device: where batches are made and the network runs.
    """

    network_name: str

    @abstractmethod
    def __init__(self, config: Mapping[str, Any], data: Path, device: torch.device) -> None: ...

    @abstractmethod
    def build(self) -> nn.Module:
        """The network with fresh weights; it has ``sizes`` with ``to_config()``."""

    @abstractmethod
    def draw(self, progress: float, generator: torch.Generator) -> BatchT:
        """One batch on the device; ``progress`` in [0, 1] of the training's budget."""

    @abstractmethod
    def pictures_in(self, batch: BatchT) -> int:
        """How many pictures a batch holds."""

    @abstractmethod
    def loss(self, network: nn.Module, batch: BatchT) -> tuple[Tensor, dict[str, Tensor]]:
        """The loss, and figures worth a line in the log; runs under autocast."""

    @staticmethod
    def shipped(weights: dict[str, Tensor], config: Mapping[str, Any]) -> dict[str, Tensor]:
        """The averaged weights as they are shipped; a recipe may calibrate them."""
        return weights

    @staticmethod
    def trained(weights: dict[str, Tensor], config: Mapping[str, Any]) -> dict[str, Tensor]:
        """The weights as training left them, of what :meth:`shipped` made of them."""
        return weights

    @abstractmethod
    def validate(self, network: nn.Module) -> dict[str, float]:
        """Figures on pictures that are never trained on; the network is in evaluation."""


@dataclass(frozen=True)
class _Source:
    drawer: ReferenceDrawer
    batch: int
    share: float
    start: float


class ReferenceSources:
    """Photographs of one or more sizes, each with its batch size, share of steps and start.

    Reads the tables ``[data]``, ``[[sources]]`` and ``[references]`` of a config. A slice of the
    photographs of ``data.validation`` and some groups of the pairs are set aside.
    """

    def __init__(self, config: Mapping[str, Any], data: Path, device: torch.device) -> None:
        settings = config["data"]
        mix = ReferenceMix(**config.get("references", {}))
        large_px = settings.get("validation_side", 256)
        large_packs = settings["validation_packs"]
        large = load_photographs([data / name for name in large_packs], large_px)
        step = settings["validation_every"]
        aside = torch.arange(len(large)) % step == 0
        pairs_pack, groups = data / "pairs.tar", settings["held_out_groups"]
        _, pairs_aside = load_pairs(pairs_pack, large_px, groups)
        self.held_out = HeldOut(large[aside], pairs_aside.pixels, device)
        self._sources = []
        for source in config["sources"]:
            if source["packs"] == large_packs and source["side"] == large_px:
                pixels = large[~aside]
            elif set(source["packs"]) & set(large_packs):
                raise ValueError("validation_packs train as a whole and at validation_side only")
            else:
                pixels = load_photographs([data / n for n in source["packs"]], source["side"])
            pairs, _ = load_pairs(pairs_pack, source["pair_side"], groups)
            self._sources.append(
                _Source(
                    ReferenceDrawer(pixels, pairs.pixels, mix, device),
                    source["batch"],
                    source["share"],
                    source.get("start", 0.0),
                )
            )

    def draw(self, progress: float, generator: torch.Generator) -> Drawn:
        """A batch of one of the sources that have started, by their shares.

        At the end (1) the last source alone: the size of use.
        """
        active = [source for source in self._sources if source.start <= progress]
        if progress >= 1:
            active = active[-1:]
        shares = torch.tensor([source.share for source in active])
        pick = 0
        if len(active) > 1:
            draw = torch.rand((), generator=generator, device=generator.device).item()
            pick = int(torch.bucketize(draw * shares.sum(), shares.cumsum(0), right=True))
        chosen = active[min(pick, len(active) - 1)]
        return chosen.drawer.draw(chosen.batch, generator)

    def describe(self) -> str:
        """Counts for the log's first line."""
        parts = [
            f"{len(s.drawer.pixels)} at {s.drawer.side} px and {len(s.drawer.pairs)} pairs"
            for s in self._sources
        ]
        return "; ".join([*parts, f"set aside: {self.held_out.describe()}"])
