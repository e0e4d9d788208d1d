"""Recipes of PixColor: the prior by exact likelihood, the refinement on true small chroma."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from restore_colorize.imaging.color import ycbcr_to_srgb
from restore_colorize.networks.pixcolor import (
    PixColorPrior,
    PixColorPriorSizes,
    PixColorRefinement,
    PixColorRefinementSizes,
    bins_from_chroma,
    chroma_from_bins,
    grid_of,
    nats,
)
from torch import Tensor, nn

from restore_colorize_training.pixcolor_batches import (
    ColorBatch,
    ColorSources,
    KnownMix,
    PriorBatch,
    TeacherNoise,
    chroma_of,
    color_batch,
    gray_of,
    prior_batch,
)
from restore_colorize_training.recipe import Recipe

_BATCH = 4


class PixColorPriorRecipe(Recipe[PriorBatch]):
    """Trains :class:`PixColorPrior` with teacher forcing (1705.07208, 3.2).

    ``[network]`` is a ``PixColorPriorSizes``, ``[known]`` a ``KnownMix``, ``[noise]`` a
    ``TeacherNoise``; ``[loss] classifier`` weighs the bin classifier on the condition.
    """

    network_name = "pixcolor-prior"

    def __init__(self, config: Mapping[str, Any], data: Path, device: torch.device) -> None:
        self.sizes = PixColorPriorSizes.from_config(config.get("network", {}))
        self.known = KnownMix(**config.get("known", {}))
        self.noise = TeacherNoise(**config.get("noise", {}))
        self.classifier_weight: float = config["loss"]["classifier"]
        self.sources = ColorSources(config, data, device)
        self.marginal = self.sources.marginal()

    def build(self) -> PixColorPrior:
        prior = PixColorPrior(self.sizes)
        if prior.classifier is not None:
            with torch.no_grad():
                prior.cr_to_cb.weight.copy_(self.sources.cr_to_cb())
        return prior

    def draw(self, progress: float, generator: torch.Generator) -> PriorBatch:
        pixels = self.sources.pixels(progress, generator)
        return prior_batch(pixels, self.known, self.noise, generator)

    def pictures_in(self, batch: PriorBatch) -> int:
        return len(batch.gray)

    def loss(self, network: nn.Module, batch: PriorBatch) -> tuple[Tensor, dict[str, Tensor]]:
        out = network(
            batch.gray, batch.bins, batch.known, noisy_bins=batch.noisy_bins, scan=batch.scan
        )
        cr, cb = nats(out.logits, batch.bins, batch.known).mean(0)
        figures, total = {"cr": cr.detach(), "cb": cb.detach()}, cr + cb
        if out.classified is not None:
            classified = nats(out.classified, batch.bins, batch.known).mean(0).sum()
            figures["classified"] = classified.detach() / 2
            total = total + self.classifier_weight * classified
        return total, figures

    def validate(self, network: nn.Module) -> dict[str, float]:
        return validate_prior(network, self.sources.held_out, self.marginal)


def validate_prior(network: nn.Module, held_out: Tensor, marginal: Tensor) -> dict[str, float]:
    """Nats per sub-pixel for Cr and Cb on whole pictures, beside coding each by its marginal.

    Args:
        network: the prior. held_out: (n, 3, s, s) uint8. marginal: (2, 32) shares of the bins.
    """
    costs: dict[str, list[Tensor]] = {"own": [], "classified": [], "marginal": []}
    for part in held_out.split(_BATCH):
        srgb = part.float() / 255
        bins = bins_from_chroma(grid_of(chroma_of(srgb)))
        gray = gray_of(srgb, torch.zeros(len(srgb), dtype=torch.bool, device=srgb.device))
        out = network(gray, bins)
        costs["own"].append(nats(out.logits, bins))
        logits = marginal.log()[None, :, :, None, None].expand_as(out.logits)
        costs["marginal"].append(nats(logits, bins))
        if out.classified is not None:
            costs["classified"].append(nats(out.classified, bins))
    means = {name: torch.cat(rows).mean(0) for name, rows in costs.items() if rows}
    (cr, cb), (marginal_cr, marginal_cb) = means["own"].tolist(), means["marginal"].tolist()
    figures = {"cr": cr, "cb": cb, "marginal_cr": marginal_cr, "marginal_cb": marginal_cb}
    figures["of_marginal"] = (cr + cb) / (marginal_cr + marginal_cb)
    if "classified" in means:
        figures["classified"] = float(means["classified"].mean())
    return figures


class PixColorRefinementRecipe(Recipe[ColorBatch]):
    """Trains :class:`PixColorRefinement` on the true small chroma with L1 (1705.07208, 3.3)."""

    network_name = "pixcolor-refinement"

    def __init__(self, config: Mapping[str, Any], data: Path, device: torch.device) -> None:
        self.sizes = PixColorRefinementSizes.from_config(config.get("network", {}))
        self.sources = ColorSources(config, data, device)

    def build(self) -> PixColorRefinement:
        return PixColorRefinement(self.sizes)

    def draw(self, progress: float, generator: torch.Generator) -> ColorBatch:
        return color_batch(self.sources.pixels(progress, generator), generator)

    def pictures_in(self, batch: ColorBatch) -> int:
        return len(batch.gray)

    def loss(self, network: nn.Module, batch: ColorBatch) -> tuple[Tensor, dict[str, Tensor]]:
        small = _as_drawn(batch.chroma)
        l1 = (network(batch.gray, small) - batch.chroma).abs().mean()
        plain = F.interpolate(small, scale_factor=8, mode="bilinear")
        bilinear = (plain - batch.chroma).abs().mean()
        return l1, {"l1": l1.detach(), "of_bilinear": l1.detach() / bilinear}

    def validate(self, network: nn.Module) -> dict[str, float]:
        return validate_refinement(network, self.sources.held_out)


def validate_refinement(network: nn.Module, held_out: Tensor) -> dict[str, float]:
    """PSNR in RGB with true Y: refined, bilinear, and gray; ``held_out (n, 3, s, s)`` uint8."""
    rows: dict[str, list[Tensor]] = {"refined": [], "bilinear": [], "gray": []}
    for part in held_out.split(_BATCH):
        srgb = part.float() / 255
        chroma = chroma_of(srgb)
        luma601 = torch.ones(len(srgb), dtype=torch.bool, device=srgb.device)
        gray, small = gray_of(srgb, luma601), _as_drawn(chroma)
        plain = F.interpolate(small, scale_factor=8, mode="bilinear")
        made = {"refined": network(gray, small).float(), "bilinear": plain}
        for name, proposal in (made | {"gray": torch.zeros_like(plain)}).items():
            rgb = ycbcr_to_srgb(torch.cat([gray, proposal[:, [1, 0]]], 1) / 2 + 0.5)
            error = (rgb - srgb).square().mean((1, 2, 3))
            rows[name].append(-10 * torch.log10(error))
    return {name: float(torch.cat(values).mean()) for name, values in rows.items()}


def _as_drawn(chroma: Tensor) -> Tensor:
    """True chroma on the grid as the prior would give it: in bins."""
    return chroma_from_bins(bins_from_chroma(grid_of(chroma)))
