"""Recipe of Pik-Fix's color network: mixed references, carried histograms, the paper's losses."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from restore_colorize.models.files import read_tensors
from restore_colorize.networks import FeatureNet
from restore_colorize.networks.pikfix import (
    PatchDiscriminator,
    PikFixColor,
    PikFixOutput,
    PikFixSizes,
)
from torch import Tensor, nn

from restore_colorize_training.color2embed import srgb_for_losses
from restore_colorize_training.pikfix_losses import (
    LossWeights,
    chroma_loss,
    deceiving_loss,
    feature_loss,
    histogram_loss,
    judging_loss,
    luma_loss,
    mean_where,
    warped_loss,
)
from restore_colorize_training.recipe import Recipe, ReferenceSources
from restore_colorize_training.references import Drawn
from restore_colorize_training.restored import RestoredLuma
from restore_colorize_training.shipped import shipped_model, shipped_network
from restore_colorize_training.validation import HeldOut, psnr

_BATCH = 4
_COLOR = "color."
# Where files of models keep a trunk of our own.
_TRUNKS = {"features": "trunk.", "exemplar": "target_encoder."}
_FIRST = "inc.0.weight"  # of an exemplar network: four channels of luma, three of hints


@dataclass(frozen=True)
class PikFixBatch:
    """Inputs and truths.

    Attributes:
        luma: (b, 1, s, s) L_n, in some as a restoration network leaves it. true_luma: undamaged.
        references: (b, 1, 3, s, s) Lab_n.
        chroma: (b, 2, s, s) true ab_n, its hue turned where the reference's is.
        related: (b,) 1 where the reference shows the same thing.
        adversarial: what the discriminator counts in this step.
    """

    luma: Tensor
    true_luma: Tensor
    references: Tensor
    chroma: Tensor
    related: Tensor
    adversarial: float


class AdversarialPair(nn.Module):
    """The color network with its discriminator: one set of weights to save, average and resume."""

    def __init__(self, color: PikFixColor) -> None:
        super().__init__()
        self.color = color
        self.discriminator = PatchDiscriminator()
        self.sizes = color.sizes

    def forward(self, luma: Tensor, references: Tensor) -> PikFixOutput:
        """As the color network."""
        return self.color(luma, references)


class PikFixRecipe(Recipe[PikFixBatch]):
    """Trains :class:`PikFixColor`; the restoration network has a training of its own.

    ``[network]`` is a ``PikFixSizes``; ``[start] model`` names the model whose trunk is taken and
    ``frozen`` its stages that stay; ``[hue] share`` turns hues of reference and truth alike;
    ``[loss]`` is a ``LossWeights``, and ``[features] model`` names the network whose maps its
    feature loss compares; ``[adversarial] start`` is the share of the budget before it;
    ``[restored]`` is that of :class:`RestoredLuma`. Without the last two tables luma is undamaged
    and nothing compares features. Alpha's term, the restored luma's, has no gradient here.

    Unlike the paper's, strangers' histograms are not wanted back: what they show is another thing.
    """

    network_name = "pikfix"

    def __init__(self, config: Mapping[str, Any], data: Path, device: torch.device) -> None:
        self.sizes = PikFixSizes.from_config(config.get("network", {}))
        self.weights = LossWeights(**config.get("loss", {}))
        self.hue_share = config.get("hue", {}).get("share", 0.0)
        self.adversarial_start = config.get("adversarial", {}).get("start", 0.5)
        self._start = config.get("start", {})
        compared = config.get("features", {}).get("model")
        self.features = compared_maps(compared, device) if compared else None
        self._restored = RestoredLuma(config, device) if "restored" in config else None
        self.sources = ReferenceSources(config, data, device)

    def build(self) -> PikFixColor | AdversarialPair:
        color = PikFixColor(self.sizes)
        if self._start and self.sizes.similarity != "none":
            adopt_trunk(color.trunk, self._start["model"])
            for name in self._start["frozen"]:
                color.trunk.get_submodule(name).requires_grad_(False)
        return AdversarialPair(color) if self.weights.adversarial > 0 else color

    def draw(self, progress: float, generator: torch.Generator) -> PikFixBatch:
        drawn = turned_hues(self.sources.draw(progress, generator), self.hue_share, generator)
        judged = self.weights.adversarial if progress >= self.adversarial_start else 0.0
        luma = self._restored(drawn.luma, generator) if self._restored else drawn.luma
        references = drawn.reference[:, None]
        return PikFixBatch(luma, drawn.luma, references, drawn.lab[:, 1:], drawn.related, judged)

    def pictures_in(self, batch: PikFixBatch) -> int:
        return len(batch.luma)

    def loss(self, network: nn.Module, batch: PikFixBatch) -> tuple[Tensor, dict[str, Tensor]]:
        out: PikFixOutput = network(batch.luma, batch.references)
        factor = batch.chroma.shape[2] // out.chroma.shape[2]
        truth, luma = F.avg_pool2d(batch.chroma, factor), F.avg_pool2d(batch.luma, factor)
        reference = F.avg_pool2d(batch.references[:, 0, 1:], factor)
        w, related = self.weights, batch.related
        figures = {"l1": chroma_loss(out.chroma, truth)}
        if self._restored:
            figures["luma"] = luma_loss(batch.luma, batch.true_luma)
        total = w.chroma * figures["l1"] + w.luma * figures.get("luma", 0.0)
        if w.histogram > 0:
            moved = histogram_loss(out.chroma, reference, self.sizes.bins)
            figures["histogram"] = mean_where(moved, related)
            total = total + w.histogram * figures["histogram"]
        if w.warped > 0 and out.warped:
            figures["warped"] = warped_loss(out.warped, batch.chroma, related)
            total = total + w.warped * figures["warped"]
        if w.feature > 0 and self.features is not None:
            made, wanted = (2 * srgb_for_losses(luma, ab) - 1 for ab in (out.chroma, truth))
            figures["feature"] = feature_loss(self.features, made, wanted)
            total = total + w.feature * figures["feature"]
        if batch.adversarial > 0:
            discriminator = network.get_submodule("discriminator")
            assert isinstance(discriminator, PatchDiscriminator)  # build() put it there
            figures["deceiving"] = deceiving_loss(discriminator, out.chroma)
            figures["judging"] = judging_loss(discriminator, out.chroma, truth)
            total = total + batch.adversarial * figures["deceiving"] + figures["judging"]
        if out.trust is not None:
            trust = out.trust.mean((1, 2, 3))
            figures["trust"] = mean_where(trust, related)
            figures["trust_unrel"] = (trust * (1 - related)).sum() / (1 - related).sum()
        return total, {name: value.detach() for name, value in figures.items()}

    @staticmethod
    def shipped(weights: dict[str, Tensor], config: Mapping[str, Any]) -> dict[str, Tensor]:
        """The color network alone; a discriminator only judges."""
        own = {n.removeprefix(_COLOR): v for n, v in weights.items() if n.startswith(_COLOR)}
        return own or weights

    def validate(self, network: nn.Module) -> dict[str, float]:
        return validate_pikfix(network, self.sources.held_out)


def compared_maps(name: str, device: torch.device) -> Callable[[Tensor], list[Tensor]]:
    """What a shipped feature network sees in ``(b, 1, h, w)`` L_n, all channels of one size.

    As they come, a few large channels would be all that is compared, and worth more than colors.

    Raises:
        SystemExit: the model is no feature network.
    """
    network = shipped_network(name, device)
    if not isinstance(network, FeatureNet):
        raise SystemExit(f"{name} has no features to compare: name a feature network.")
    return lambda luma: network.likeness.standardized(network(luma))


def turned_hues(drawn: Drawn, share: float, generator: torch.Generator) -> Drawn:
    """Turn the hues of target and reference by one angle, in a share of the pictures.

    Luma alone can then not tell the color: the reference must.
    """

    def uniform(count: int) -> Tensor:
        return torch.rand(count, generator=generator, device=drawn.luma.device)

    b = len(drawn.luma)
    angle = 2 * math.pi * uniform(b) * (uniform(b) < share)
    turn = torch.stack([angle.cos(), -angle.sin(), angle.sin(), angle.cos()], 1).view(b, 2, 2)

    def turned(lab: Tensor) -> Tensor:
        return torch.cat([lab[:, :1], torch.einsum("bij,bjhw->bihw", turn, lab[:, 1:])], 1)

    return replace(drawn, lab=turned(drawn.lab), reference=turned(drawn.reference))


def adopt_trunk(trunk: nn.Module, name: str) -> None:
    """Take a model's trunk as far as it goes: a feature network's, or an exemplar network's.

    Raises:
        SystemExit: if there is no such model, or it has no trunk of these widths.
    """
    model = shipped_model(name)
    tensors = read_tensors(model.read(), model.entry.file)
    prefix, own = _TRUNKS.get(model.entry.network, ""), trunk.state_dict()
    found = {n.removeprefix(prefix): v for n, v in tensors.items() if n.startswith(prefix)}
    if _FIRST in found:
        found[_FIRST] = found[_FIRST][:, : own[_FIRST].shape[1]]
    shared = {
        n: v.to(own[n].dtype) for n, v in found.items() if n in own and v.shape == own[n].shape
    }
    if not prefix or _FIRST not in shared:
        raise SystemExit(f"{name} has no trunk of these widths to start from")
    trunk.load_state_dict(own | shared)


def validate_pikfix(network: nn.Module, held_out: HeldOut) -> dict[str, float]:
    """PSNR for its own, strangers' and paired references, beside gray's; ab distance; trust."""
    lab, references = held_out.lab, held_out.references
    targets, pairs = held_out.pair_targets, held_out.pair_references
    truth = F.avg_pool2d(lab[:, 1:], 2)
    own, trust = _run(network, lab, references)
    strange, strange_trust = _run(network, lab, references.roll(1, 0))
    paired, pair_trust = _run(network, targets, pairs)
    figures = {
        "gray": psnr(torch.zeros_like(truth), lab),
        "self": psnr(own, lab),
        "self_ab": (own - truth).norm(dim=1).mean() / truth.norm(dim=1).mean(),
        "unrel": psnr(strange, lab),
        "pairs_gray": psnr(torch.zeros_like(paired), targets),
        "pairs": psnr(paired, targets),
        "chroma": own.norm(dim=1).mean() / truth.norm(dim=1).mean(),
        "trust": trust,
        "trust_unrel": strange_trust,
        "trust_pair": pair_trust,
    }
    return {name: float(value.mean()) for name, value in figures.items()}


def _run(network: nn.Module, lab: Tensor, references: Tensor) -> tuple[Tensor, Tensor]:
    """Chroma at half size ``(n, 2, h/2, w/2)``, and how far what was looked up is used ``(n,)``."""
    chroma, trust = [], []
    for target, reference in zip(lab.split(_BATCH), references.split(_BATCH), strict=True):
        out = network(target[:, :1], reference[:, None])
        chroma.append(F.avg_pool2d(out.chroma, 2 * out.chroma.shape[2] // lab.shape[2]))
        told = torch.zeros(len(target)) if out.trust is None else out.trust.mean((1, 2, 3)).cpu()
        trust.append(told)
    return torch.cat(chroma), torch.cat(trust)
