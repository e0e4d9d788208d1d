"""Recipe of the feature network: it finds the partner of every picture among a whole batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from restore_colorize.errors import ModelError
from restore_colorize.models.files import load_authors_checkpoint, read_tensors
from restore_colorize.networks.checkpoints import tensors_of
from restore_colorize.networks.features import Description, FeatureNet, FeatureSizes, ResNet34
from torch import Tensor, nn

from restore_colorize_training.packs import load_pairs, load_photographs
from restore_colorize_training.recipe import Recipe
from restore_colorize_training.references import Drawn, ReferenceDrawer, ReferenceMix, lab_n
from restore_colorize_training.shipped import shipped_model

_ENCODER = "target_encoder."
_FIRST = "inc.0.weight"  # of the encoder: four channels of luma, three of hints


@dataclass(frozen=True)
class FeatureSources:
    """Photographs and pairs to draw from, and pairs that are set aside.

    Attributes:
        aside: (p, 2, 3, s, s) uint8 pairs that choose. others: the same, among which each has to
            find its partner, too.
    """

    drawer: ReferenceDrawer
    batch: int
    aside: Tensor
    others: Tensor

    def describe(self) -> str:
        """Counts for the log's first line."""
        return (
            f"{len(self.drawer.pixels)} at {self.drawer.side} px and {len(self.drawer.pairs)} "
            f"pairs; set aside: {len(self.aside)} pairs"
        )


class FeatureRecipe(Recipe[Drawn]):
    """Contrast (InfoNCE) of the paper's own score: the partner's must be the highest of a batch.

    Partners are the same picture bent, another crop of it with another exposure, and real pairs;
    all in gray. ``[start] model`` begins with the target encoder of an exemplar network, which has
    learned for hours what looks alike; ``[start] file`` with a trunk "resnet34" as torchvision
    writes it. Stages named by ``frozen`` stay as they are.
    """

    network_name = "features"

    def __init__(self, config: Mapping[str, Any], data: Path, device: torch.device) -> None:
        self.sizes = FeatureSizes.from_config(config.get("network", {}))
        self._start = config["start"]
        (source,) = config["sources"]
        groups = config["data"]["held_out_groups"]
        pixels = load_photographs([data / name for name in source["packs"]], source["side"])
        pairs, _ = load_pairs(data / "pairs.tar", source["pair_side"], groups)
        others, aside = load_pairs(data / "pairs.tar", config["data"]["validation_side"], groups)
        mix = ReferenceMix(**config["references"])
        self.sources = FeatureSources(
            ReferenceDrawer(pixels, pairs.pixels, mix, device),
            source["batch"],
            aside.pixels,
            others.pixels,
        )
        self._device = device

    def build(self) -> FeatureNet:
        network = FeatureNet(self.sizes)
        if "file" in self._start:
            adopt_resnet34(network, Path(self._start["file"]))
        else:
            adopt_encoder(network, self._start["model"])
        for name in self._start["frozen"]:
            network.trunk.get_submodule(name).requires_grad_(False)
        return network

    def draw(self, progress: float, generator: torch.Generator) -> Drawn:
        return self.sources.drawer.draw(self.sources.batch, generator)

    def pictures_in(self, batch: Drawn) -> int:
        return len(batch.luma)

    def loss(self, network: nn.Module, batch: Drawn) -> tuple[Tensor, dict[str, Tensor]]:
        maps = network(torch.cat([batch.luma, batch.reference[:, :1]]))
        with torch.autocast(batch.luma.device.type, enabled=False):
            half = len(batch.luma)
            described = network.likeness.describe([level.float() for level in maps])
            targets = Description(*(part[:half] for part in described))
            others = Description(*(part[half:] for part in described))
            scores = network.likeness.matrix(targets, others)
            logits = scores * network.likeness.sharpness
            partners = torch.arange(half, device=logits.device)
            loss = (F.cross_entropy(logits, partners) + F.cross_entropy(logits.T, partners)) / 2
        found = (logits.argmax(1) == partners).float().mean()
        gap = scores.diagonal().mean() - scores.mean()
        figures = {"contrast": loss, "found": found, "gap": gap}
        figures["sharpness"] = network.likeness.sharpness
        return loss, {name: value.detach() for name, value in figures.items()}

    def validate(self, network: nn.Module) -> dict[str, float]:
        """Where partners of pairs set aside come among them and the pairs that train."""
        pictures = torch.cat([self.sources.aside, self.sources.others]).flatten(0, 1)
        parts = []
        for some in pictures.split(16):
            luma = lab_n(some.to(self._device))[:, :1]
            parts.append(network.likeness.describe([level.float() for level in network(luma)]))
        described = Description(*(torch.cat(part) for part in zip(*parts, strict=True)))
        count = 2 * len(self.sources.aside)
        with torch.autocast(self._device.type, enabled=False):
            targets = Description(*(part[:count] for part in described))
            scores = network.likeness.matrix(targets, described)
        own = torch.arange(count, device=scores.device)
        scores[own, own] = -torch.inf
        partner = scores[own, own ^ 1]
        before = (scores > partner[:, None]).sum(1).float()
        return {
            "first": (before == 0).float().mean().item(),
            "first_ten": (before < 10).float().mean().item(),
            "median_before": before.median().item(),
        }


def adopt_encoder(network: FeatureNet, name: str) -> None:
    """Take the stages that a model's target encoder shares with our trunk; the others stay."""
    model = shipped_model(name)
    tensors = read_tensors(model.read(), model.entry.file)
    own = network.trunk.state_dict()
    shared = {}
    for key, value in tensors.items():
        key = key.removeprefix(_ENCODER)
        if key == _FIRST:
            value = value[:, :4]
        if key in own and own[key].shape == value.shape:
            shared[key] = value.float()
    if _FIRST not in shared:
        raise SystemExit(f"The model {name} has no target encoder of our trunk's sizes.")
    network.trunk.load_state_dict(own | shared)


def adopt_resnet34(network: FeatureNet, path: Path) -> None:
    """Take the trunk from torchvision's file of ResNet34.

    Raises:
        SystemExit: the network's trunk is another one, or the file holds something else.
    """
    if not isinstance(network.trunk, ResNet34):
        raise SystemExit(f'{path.name} needs trunk = "resnet34" under [network].')
    try:
        network.trunk.load_torchvision(tensors_of(load_authors_checkpoint(path), path.name))
    except ModelError as error:
        raise SystemExit(f"{path} holds no ResNet34 of torchvision: {error}") from error
