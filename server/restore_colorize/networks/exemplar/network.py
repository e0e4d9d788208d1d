"""The exemplar network: encoders, correspondence, verification, hints and the decoder."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restore_colorize.errors import ShapeError
from restore_colorize.networks.exemplar.correspondence import CellAttention
from restore_colorize.networks.exemplar.encoders import (
    ReferenceEncoder,
    TargetEncoder,
    TargetFeatures,
    for_each,
)
from restore_colorize.networks.exemplar.fine import FineAttention, Level
from restore_colorize.networks.exemplar.hints import HintAttention, KnownColors
from restore_colorize.networks.exemplar.sizes import ExemplarSizes
from restore_colorize.networks.exemplar.verification import (
    Verification,
    describe_luma,
    match_luma,
)
from restore_colorize.networks.layers import Up, every_fourth, halved, lookup_map, quarter_of

# References are merged by the odds of their confidence; beyond these odds sure is sure.
_SUREST = 1e-4
_LEAST_CHANGE = 1e-12  # squared; gives the root a gradient where nothing changes
_DETAILS = 4  # channels that the fine attention fetches


class ExemplarOutput(NamedTuple):
    """What the network says about one batch.

    Attributes:
        chroma: (b, 2, h/2, w/2) ab_n, the result; inside hints it is the hint itself.
        warped: (b, 2, h/8, w/8) ab_n looked up in the references.
        confidence: (b, 1, h/8, w/8) in (0, 1), trust in ``warped``.
        related_logit: (b, r), above 0 when that reference fits the target.
        known_share: (b, 1, h/8, w/8) in [0, 1), how far hints rule a cell.
        base: (b, 2, h/4, w/4) ab_n that the decoder starts from: trusted warp, or hints.
        detailed: (b, 2, h/4, w/4) ab_n looked up for details.
    """

    chroma: Tensor
    warped: Tensor
    confidence: Tensor
    related_logit: Tensor
    known_share: Tensor
    base: Tensor
    detailed: Tensor


class _Opinion(NamedTuple):
    """What one reference adds to the decoder's input; of several, r in a row for each target."""

    found: Tensor  # (b, heads * (c + 1) + 2, h/8, w/8) features, cosines and ab_n last
    confidence: Tensor  # (b, 1, h/8, w/8)
    lookup: Tensor  # (b, 3, h/2, w/2)
    details: Tensor  # (b, 4, h/4, w/4)
    style: Tensor  # (b, embedding)
    related_logit: Tensor  # (b,)


class ExemplarNet(nn.Module):
    """Chroma for a gray target from colored references and painted hints.

    Color2Embed's U-Net (2106.08017) at half size; the single color vector is joined by attention
    over the reference's cells with a warped-chroma head, a finer one among the best cells'
    children, a luminance lookup map, a verification of the reference, and attention over known
    colors (all ours). The result is warped chroma
    plus a learned residual. Several references are judged one by one and merged by confidence,
    cell by cell; one reference passes through unchanged.
    """

    SIDE_MULTIPLE = 32

    def __init__(self, sizes: ExemplarSizes | None = None) -> None:
        super().__init__()
        self.sizes = sizes or ExemplarSizes()
        half, quarter, eighth, sixteenth = self.sizes.widths
        up8, up4, up2 = self.sizes.up_widths
        z = self.sizes.embedding
        self.target_encoder = TargetEncoder(self.sizes)
        self.reference_encoder = ReferenceEncoder(self.sizes)
        context = self.target_encoder.context_channels
        self.attention = CellAttention(
            self.sizes,
            context,
            self.reference_encoder.key_channels,
            self.reference_encoder.value_channels,
        )
        self.verification = Verification(self.sizes, context)
        self.hint_attention = HintAttention(self.sizes, context)
        keys = self.sizes.reference_widths[1], self.reference_encoder.key_channels
        self.fine_attention = FineAttention(self.sizes, (quarter, context), keys)
        self.detail_share = nn.Conv2d(quarter + _DETAILS + 2, 1, 1)
        nn.init.zeros_(self.detail_share.weight)
        self.detail_share.bias = nn.Parameter(torch.full((1,), -2.0))  # whole cells at first
        guide = 2 + 3 + 1  # base, lookup map, confidence
        looked_up = self.sizes.heads * (self.sizes.head_channels + 1) + 2
        self.inject = nn.Conv2d(looked_up + guide + 3, up8, 1)
        self.up1 = Up(sixteenth, quarter_of(eighth), up8, z)
        self.up2 = Up(up8, quarter_of(quarter) + guide, up4, z)
        self.up3 = Up(up4, quarter_of(half) + guide, up2, z)
        last = nn.Conv2d(up2, 2, 3, padding=1)
        nn.init.normal_(last.weight, std=0.005)  # starts at the looked-up chroma
        last.bias = nn.Parameter(torch.zeros(2))
        self.residual = nn.Sequential(
            nn.Conv2d(up2 + guide + 3, up2, 3, padding=1), nn.LeakyReLU(0.2, inplace=True), last
        )

    def forward(
        self,
        luma: Tensor,
        references: Tensor,
        hints: Tensor | None = None,
        trust: float = 0.0,
    ) -> ExemplarOutput:
        """Predict chroma at half size.

        Args:
            luma: (b, 1, h, w) L_n = L*/50 - 1.
            references: (b, r, 3, h2, w2) Lab_n, r >= 1; sides may differ from the target's.
            hints: (b, 3, h/2, w/2): ab_n where painted, and the mask (1 = painted); None is none.
            trust: in [0, 1]; how far references are used against the network's own verdict.

        Raises:
            ShapeError: if a side is no multiple of 32, or the tensors do not belong together.
        """
        hints = self._checked_hints(luma, references, hints)
        target = self.target_encoder(luma, hints)
        known = self.hint_attention(target.context, hints)
        half_luma = halved(luma.float())
        opinions = self._consult_all(references, target, half_luma, trust)
        merged = _merge(opinions, references.shape[1])
        base = self._base(target, merged, known)
        residual_base, residual = self._decode(target, merged, known, base, hints)
        chroma = residual_base + residual
        painted = hints[:, 2:]
        return ExemplarOutput(
            chroma=torch.where(painted > 0.5, hints[:, :2], chroma),
            warped=merged.found[:, -2:],
            confidence=merged.confidence,
            related_logit=opinions.related_logit.unflatten(0, references.shape[:2]),
            known_share=known.share,
            base=base,
            detailed=merged.details[:, :2],
        )

    def _base(self, target: TargetFeatures, merged: _Opinion, known: KnownColors) -> Tensor:
        """Trusted chroma with its details, or what hints say, ``(b, 2, h/4, w/4)``."""
        by_cell = [merged.found[:, -2:], merged.confidence, known.share, known.chroma]
        cells = F.interpolate(torch.cat(by_cell, 1), scale_factor=2, mode="bilinear")
        warped, confidence, known_share, known_chroma = cells.split((2, 1, 1, 2), 1)
        detailed = merged.details[:, :2]
        change = (detailed - warped).square().sum(1, keepdim=True)
        change = torch.sqrt(change + _LEAST_CHANGE)
        seen = _joined(target.quarter, [merged.details, confidence, change])
        share = torch.sigmoid(self.detail_share(seen).float())  # (b, 1, h/4, w/4)
        trusted = confidence * torch.lerp(warped, detailed, share)
        return (1 - known_share) * trusted + known_chroma

    def _consult_all(
        self, references: Tensor, target: TargetFeatures, half_luma: Tensor, insisted: float
    ) -> _Opinion:
        """Opinions on references ``(b, r, 3, h2, w2)``: in one pass when nothing is learned.

        In training each stands alone, as its share of a batch's statistics does.
        """
        if not self.training:
            return self._consult(references.flatten(0, 1), target, half_luma, insisted)

        alone = [self._consult(one, target, half_luma, insisted) for one in references.unbind(1)]
        return _Opinion(
            *(torch.stack(parts, 1).flatten(0, 1) for parts in zip(*alone, strict=True))
        )

    def _consult(
        self, reference: Tensor, target: TargetFeatures, half_luma: Tensor, insisted: float
    ) -> _Opinion:
        """What concerns single references ``(b r, 3, h2, w2)``, r of them in a row per target."""
        count = len(reference) // len(half_luma)
        half = halved(reference.float())  # (b r, 3, h2/2, w2/2)
        quarter = halved(half[:, 1:])  # (b r, 2, h2/4, w2/4)
        cells = halved(quarter)  # (b r, 2, h2/8, w2/8)
        with torch.no_grad():
            descriptors = describe_luma(half_luma)
            half_luma = for_each(half_luma, count)
            reference_descriptors = describe_luma(match_luma(half[:, :1], half_luma))
        features = self.reference_encoder(reference)
        found, matches = self.attention(
            target.context, features.keys, features.values, cells, reference_descriptors
        )
        trust = self.verification(
            target.context, target.sixteenth, descriptors, features.embedding, found, insisted
        )
        asked = Level(target.quarter, target.context)
        offered = Level(features.quarter, features.keys)
        return _Opinion(
            found=torch.cat([found.attended, found.best_cosine, found.warped], 1),
            confidence=trust.confidence,
            lookup=lookup_map(half_luma, half[:, :1], half[:, 1:]),
            details=self.fine_attention(asked, offered, matches, quarter),
            style=features.embedding + trust.style,
            related_logit=trust.related_logit,
        )

    def _decode(
        self,
        target: TargetFeatures,
        merged: _Opinion,
        known: KnownColors,
        base: Tensor,
        hints: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Enlarged base and residual, both ``(b, 2, h/2, w/2)``."""
        confidence, lookup, z = merged.confidence, merged.lookup, merged.style
        quarter = torch.cat([base, F.interpolate(confidence, scale_factor=2, mode="bilinear")], 1)
        half = F.interpolate(quarter, scale_factor=2, mode="bilinear")  # (b, 3, h/2, w/2)
        quarter_lookup = halved(lookup)
        eighth_lookup = halved(quarter_lookup)

        looked_up = [merged.found, halved(base), confidence, eighth_lookup]
        looked_up += [known.share, known.chroma]
        y = self.up1(target.sixteenth, every_fourth(target.eighth), z)
        y = y + self.inject(torch.cat(looked_up, 1))
        y = self.up2(y, _joined(every_fourth(target.quarter), [quarter, quarter_lookup]), z)
        guide = _like(target.half, [half, lookup, hints])  # (b, 3 + 3 + 3, h/2, w/2)
        y = self.up3(y, torch.cat([every_fourth(target.half), guide[:, :6]], 1), z)
        residual = self.residual(torch.cat([y, guide], 1)).float()
        return half[:, :2], residual

    def _checked_hints(self, luma: Tensor, references: Tensor, hints: Tensor | None) -> Tensor:
        """Hints multiplied by their mask; zeros if there are none."""
        if luma.ndim != 4 or luma.shape[1] != 1:
            raise ShapeError(f"The luma must be (b, 1, h, w), not {tuple(luma.shape)}.")
        b, _, h, w = luma.shape
        if references.ndim != 5 or references.shape[0] != b or references.shape[2] != 3:
            raise ShapeError(
                f"References must be ({b}, r, 3, h, w), not {tuple(references.shape)}."
            )
        if references.shape[1] < 1:
            raise ShapeError("The exemplar network needs at least one reference.")
        sides = (h, w, *references.shape[3:])
        if any(side < self.SIDE_MULTIPLE or side % self.SIDE_MULTIPLE for side in sides):
            raise ShapeError(f"Sides must be multiples of {self.SIDE_MULTIPLE}, not {sides}.")
        if hints is None:
            return luma.new_zeros(b, 3, h // 2, w // 2)
        if hints.shape != (b, 3, h // 2, w // 2):
            raise ShapeError(
                f"Hints must be {(b, 3, h // 2, w // 2)}, half the luma's size,"
                f" not {tuple(hints.shape)}."
            )
        return torch.cat([hints[:, :2] * hints[:, 2:], hints[:, 2:]], 1)


def _like(features: Tensor, maps: list[Tensor]) -> Tensor:
    """Maps put together in the number type and the memory format of the encoders' features.

    All at once: maps of one channel lie in either format, which leaves ``cat`` none to choose.
    """
    together = torch.cat(maps, 1).to(features.dtype)
    return together.contiguous(memory_format=torch.channels_last)


def _joined(features: Tensor, maps: list[Tensor]) -> Tensor:
    return torch.cat([features, _like(features, maps)], 1)


def _merge(opinions: _Opinion, count: int) -> _Opinion:
    """Mean of the opinions, weighted cell by cell with the odds c / (1 - c) of the confidence."""
    if count == 1:
        return opinions

    def apart(x: Tensor) -> Tensor:
        return x.unflatten(0, (-1, count))  # (b, r, ...)

    weight = torch.softmax(torch.logit(apart(opinions.confidence), eps=_SUREST), 1)

    def by_cell(x: Tensor) -> Tensor:
        return (apart(x) * weight).sum(1)

    def by_place(x: Tensor) -> Tensor:
        finer = F.interpolate(weight.flatten(0, 1), size=x.shape[2:], mode="bilinear")
        return (apart(x) * apart(finer)).sum(1)

    return _Opinion(
        found=by_cell(opinions.found),
        confidence=by_cell(opinions.confidence),
        lookup=by_place(opinions.lookup),
        details=by_place(opinions.details),
        style=(apart(opinions.style) * weight.mean((3, 4))).sum(1),
        related_logit=apart(opinions.related_logit).amax(1),
    )
