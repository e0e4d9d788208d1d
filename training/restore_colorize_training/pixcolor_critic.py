"""Recipe of PixColor's critic: true small chroma against draws of a prior, one file of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from restore_colorize.networks.pixcolor import (
    PixColorCritic,
    PixColorCriticSizes,
    bins_from_chroma,
    chroma_from_bins,
)
from torch import Tensor, nn

from restore_colorize_training.recipe import Recipe

_SATURATION = (0.6, 1.4)
_SAME = 0.1  # draws whose distances differ by this share are told apart in 73 of 100 cases


@dataclass(frozen=True)
class CriticBatch:
    """Pictures with their truth and draws.

    Attributes:
        condition, expected: (b, c, h, w) and (b, 2, h, w) of the prior.
        bins: (b, 1 + k, 2, h, w) int64, the truth first.
    """

    condition: Tensor
    expected: Tensor
    bins: Tensor


class CriticDraws:
    """What ``training/draw_for_critic.py`` wrote: conditions, true bins and draws of photographs.

    Args:
        path: the file. device: where it is kept.
    """

    def __init__(self, path: Path, device: torch.device) -> None:
        content = torch.load(path, map_location=device, weights_only=True)
        self.held_out: Tensor = content["held_out"]  # (n,) bool
        self.condition: Tensor = content["condition"]  # (n, c, h, w) float16
        self.expected: Tensor = content["expected"]  # (n, 2, h, w) float16
        self.truth: Tensor = content["truth"]  # (n, 2, h, w) uint8
        self.draws: Tensor = content["draws"]  # (n, k, 2, h, w) uint8
        self.pictures = torch.nonzero(~self.held_out)[:, 0]  # those to train on

    def of(self, pictures: Tensor, draws: Tensor) -> CriticBatch:
        """Return pictures (b,) with the draws (b, k) of each."""
        chosen = self.draws[pictures[:, None], draws]
        bins = torch.cat([self.truth[pictures][:, None], chosen], 1).long()
        return CriticBatch(self.condition[pictures].float(), self.expected[pictures].float(), bins)

    def describe(self) -> str:
        """Counts for the log's first line."""
        aside = int(self.held_out.sum())
        return f"{self.draws.shape[1]} draws of {len(self.pictures)}; set aside: {aside}"


class PixColorCriticRecipe(Recipe[CriticBatch]):
    """Trains :class:`PixColorCritic` (ours) on draws of the prior with which it is shipped.

    ``[network]`` is a ``PixColorCriticSizes``; of ``[[sources]]`` there is one, whose pack is the
    file of draws; ``[loss] nearer`` weighs the order of draws by their distance from the truth.
    """

    network_name = "pixcolor-critic"

    def __init__(self, config: Mapping[str, Any], data: Path, device: torch.device) -> None:
        (source,) = config["sources"]
        self.sizes = PixColorCriticSizes.from_config(config.get("network", {}))
        self.sources = CriticDraws(data / source["packs"][0], device)
        self.batch, self.compared = source["batch"], source["draws"]
        self.nearer_weight: float = config["loss"]["nearer"]

    def build(self) -> PixColorCritic:
        return PixColorCritic(self.sizes)

    def draw(self, progress: float, generator: torch.Generator) -> CriticBatch:
        sources, device = self.sources, generator.device
        index = torch.randint(
            len(sources.pictures), (self.batch,), generator=generator, device=device
        )
        order = torch.rand(
            self.batch, sources.draws.shape[1], generator=generator, device=device
        ).argsort(1)
        batch = sources.of(sources.pictures[index], order[:, : self.compared])
        if torch.rand((), generator=generator, device=device) < 0.5:
            mirrored = (batch.condition.flip(3), batch.expected.flip(3), batch.bins.flip(4))
            return CriticBatch(*mirrored)
        return batch

    def pictures_in(self, batch: CriticBatch) -> int:
        return len(batch.bins)

    def loss(self, network: nn.Module, batch: CriticBatch) -> tuple[Tensor, dict[str, Tensor]]:
        saturated = scored(network, batch, _saturated(batch.bins))
        true, false = saturated[:, :1], saturated[:, 1:]
        tell = F.softplus(false - true).mean()
        drawn = scored(network, batch, batch.bins[:, 1:])
        distance = relative_distances(batch.bins)
        first, second = torch.triu_indices(drawn.shape[1], drawn.shape[1], 1, device=drawn.device)
        wanted = torch.sigmoid((distance[:, second] - distance[:, first]) / _SAME)
        nearer = F.binary_cross_entropy_with_logits(drawn[:, first] - drawn[:, second], wanted)
        figures = {
            "tell": tell.detach(),
            "told": (true > false).float().mean(),
            "nearer": nearer.detach(),
        }
        return tell + self.nearer_weight * nearer, figures

    def validate(self, network: nn.Module) -> dict[str, float]:
        return validate_critic(network, self.sources)


def scored(network: nn.Module, batch: CriticBatch, bins: Tensor) -> Tensor:
    """Scores (b, k) of grids (b, k, 2, h, w)."""
    b, count = bins.shape[:2]
    condition, expected = (
        one.repeat_interleave(count, 0) for one in (batch.condition, batch.expected)
    )
    return network(condition, expected, bins.flatten(0, 1)).float().reshape(b, count)


def _saturated(bins: Tensor) -> Tensor:
    """Bins (b, k, 2, h, w) with the chroma of each grid multiplied by a number of its own.

    A young sampler draws paler or bolder colors than there are: a critic that may go by that
    learns nothing else.
    """
    low, high = _SATURATION
    factor = torch.rand(*bins.shape[:2], 1, 1, 1, device=bins.device) * (high - low) + low
    return bins_from_chroma(chroma_from_bins(bins) * factor)


def relative_distances(bins: Tensor) -> Tensor:
    """Mean chroma distance of each draw from the truth over that of all draws, (b, k).

    Args:
        bins: (b, 1 + k, 2, h, w), the truth first.
    """
    chroma = chroma_from_bins(bins)
    distance = (chroma[:, 1:] - chroma[:, :1]).norm(dim=2).mean((2, 3))
    return distance / distance.mean(1, keepdim=True).clamp(min=1e-6)


def validate_critic(network: nn.Module, draws: CriticDraws) -> dict[str, float]:
    """Figures on photographs set aside.

    Returns:
        ``told``, the share of draws scored below the truth; ``first``, the distance from the truth
        of the draw that is ranked first over the mean of all; ``best``, the same of the nearest
        one; ``chroma``, the mean chroma of the first over that of all draws; ``ranked``, the
        share of pairs in the order of their distances.
    """
    rows: dict[str, list[Tensor]] = {}
    everyone = torch.arange(draws.draws.shape[1], device=draws.draws.device)
    for picture in torch.nonzero(draws.held_out)[:, 0]:
        batch = draws.of(picture[None], everyone[None])
        score = scored(network, batch, batch.bins)[0]
        distance = relative_distances(batch.bins)[0]
        colors = chroma_from_bins(batch.bins[0, 1:]).norm(dim=1).mean((1, 2))
        first = int(score[1:].argmax())
        pairs = torch.triu_indices(len(distance), len(distance), 1)
        order = (score[1:][pairs[0]] - score[1:][pairs[1]]) * (
            distance[pairs[1]] - distance[pairs[0]]
        )
        found = {
            "told": (score[1:] < score[0]).float().mean(),
            "first": distance[first],
            "best": distance.min(),
            "chroma": colors[first] / colors.mean().clamp(min=1e-6),
            "ranked": (order > 0).float().mean(),
        }
        for name, value in found.items():
            rows.setdefault(name, []).append(value)
    return {name: float(torch.stack(values).mean()) for name, values in rows.items()}
