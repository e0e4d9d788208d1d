"""The exemplar network: encoders, correspondence, verification, hints and the decoder."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restore_colorize.errors import ShapeError
from restore_colorize.networks.exemplar.correspondence import CellAttention, Correspondence
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
    Trust,
    Verification,
    describe_luma,
    match_luma,
)
from restore_colorize.networks.layers import Up, every_fourth, lookup_map, quarter_of

# References are merged by the odds of their confidence; beyond these odds sure is sure.
_SUREST = 1e-4
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
    """One reference's share of the decoder's input, before merging."""

    found: Correspondence
    trust: Trust
    lookup: Tensor
    style: Tensor
    details: Tensor


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
        half_luma = F.avg_pool2d(luma.float(), 2)
        opinions = self._consult_all(references, target, half_luma, trust)
        merged = _merge(opinions)
        base = self._base(target, merged, known)
        residual_base, residual = self._decode(target, merged, known, base, hints)
        chroma = residual_base + residual
        painted = hints[:, 2:]
        return ExemplarOutput(
            chroma=torch.where(painted > 0.5, hints[:, :2], chroma),
            warped=merged.found.warped,
            confidence=merged.trust.confidence,
            related_logit=torch.stack([one.trust.related_logit for one in opinions], 1),
            known_share=known.share,
            base=base,
            detailed=merged.details[:, :2],
        )

    def _base(self, target: TargetFeatures, merged: _Opinion, known: KnownColors) -> Tensor:
        """Trusted chroma with its details, or what hints say, ``(b, 2, h/4, w/4)``."""
        by_cell = [merged.found.warped, merged.trust.confidence, known.share, known.chroma]
        cells = F.interpolate(torch.cat(by_cell, 1), scale_factor=2, mode="bilinear")
        warped, confidence, known_share, known_chroma = cells.split((2, 1, 1, 2), 1)
        detailed = merged.details[:, :2]
        change = (detailed - warped).norm(dim=1, keepdim=True)
        seen = _joined([target.quarter, merged.details, confidence, change])
        share = torch.sigmoid(self.detail_share(seen).float())  # (b, 1, h/4, w/4)
        trusted = confidence * torch.lerp(warped, detailed, share)
        return (1 - known_share) * trusted + known_chroma

    def _consult_all(
        self, references: Tensor, target: TargetFeatures, half_luma: Tensor, insisted: float
    ) -> list[_Opinion]:
        """Opinions on references ``(b, r, 3, h2, w2)``: in one pass when nothing is learned.

        In training each stands alone, as its share of a batch's statistics does.
        """
        count = references.shape[1]
        if self.training or count == 1:
            return [
                self._consult(references[:, index], target, half_luma, insisted)
                for index in range(count)
            ]

        together = self._consult(references.flatten(0, 1), target, half_luma, insisted)
        return [_opinion_of(together, index, count) for index in range(count)]

    def _consult(
        self, reference: Tensor, target: TargetFeatures, half_luma: Tensor, insisted: float
    ) -> _Opinion:
        """What concerns single references ``(b r, 3, h2, w2)``, r of them in a row per target."""
        count = len(reference) // len(half_luma)
        half = F.avg_pool2d(reference.float(), 2)  # (b r, 3, h2/2, w2/2)
        quarter = F.avg_pool2d(half[:, 1:], 2)  # (b r, 2, h2/4, w2/4)
        cells = F.avg_pool2d(quarter, 2)  # (b r, 2, h2/8, w2/8)
        with torch.no_grad():
            descriptors = describe_luma(half_luma)
            half_luma = for_each(half_luma, count)
            reference_descriptors = describe_luma(match_luma(half[:, :1], half_luma))
        features = self.reference_encoder(reference)
        query, key = self.attention.query(target.context), self.attention.key(features.keys)
        found = self.attention(
            for_each(query, count), key, features.values, cells, reference_descriptors
        )
        trust = self.verification(
            target.context, target.sixteenth, descriptors, features.embedding, found, insisted
        )
        lookup = lookup_map(half_luma, half[:, :1], half[:, 1:])
        c = self.sizes.head_channels
        asked = Level(target.quarter, target.context, query[:, :c])
        offered = Level(features.quarter, features.keys, key[:, :c])
        details = self.fine_attention(asked, offered, quarter)
        return _Opinion(found, trust, lookup, features.embedding + trust.style, details)

    def _decode(
        self,
        target: TargetFeatures,
        merged: _Opinion,
        known: KnownColors,
        base: Tensor,
        hints: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Enlarged base and residual, both ``(b, 2, h/2, w/2)``."""
        confidence, z = merged.trust.confidence, merged.style
        quarter = torch.cat([base, F.interpolate(confidence, scale_factor=2, mode="bilinear")], 1)
        half = F.interpolate(quarter, scale_factor=2, mode="bilinear")  # (b, 3, h/2, w/2)
        lookup, quarter_lookup = merged.lookup, F.avg_pool2d(merged.lookup, 2)

        looked_up = [merged.found.attended, merged.found.best_cosine, merged.found.warped]
        looked_up += [
            F.avg_pool2d(base, 2),
            confidence,
            F.avg_pool2d(lookup, 4),
            known.share,
            known.chroma,
        ]
        y = self.up1(target.sixteenth, every_fourth(target.eighth), z)
        y = y + self.inject(torch.cat(looked_up, 1))
        y = self.up2(y, _joined([every_fourth(target.quarter), quarter, quarter_lookup]), z)
        y = self.up3(y, _joined([every_fourth(target.half), half, lookup]), z)
        residual = self.residual(_joined([y, half, lookup, hints])).float()
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


def _joined(maps: list[Tensor]) -> Tensor:
    """Concatenation in the first map's number type, channels last: no copy in between."""
    first = maps[0]
    return torch.cat(
        [m.to(first.dtype).contiguous(memory_format=torch.channels_last) for m in maps], 1
    )


def _opinion_of(together: _Opinion, index: int, count: int) -> _Opinion:
    """One reference's opinion out of those on ``count`` references of every picture."""

    def own(x: Tensor) -> Tensor:
        return x.unflatten(0, (-1, count))[:, index]

    return _Opinion(
        Correspondence(*(own(x) for x in together.found)),
        Trust(*(own(x) for x in together.trust)),
        own(together.lookup),
        own(together.style),
        own(together.details),
    )


def _merge(opinions: list[_Opinion]) -> _Opinion:
    """Mean of the opinions, weighted cell by cell with the odds c / (1 - c) of the confidence."""
    if len(opinions) == 1:
        return opinions[0]
    confidence = torch.stack([one.trust.confidence for one in opinions])  # (r, b, 1, h/8, w/8)
    weight = torch.softmax(torch.logit(confidence, eps=_SUREST), 0)

    def by_cell(maps: list[Tensor]) -> Tensor:
        return (torch.stack(maps) * weight).sum(0)

    def by_place(maps: list[Tensor]) -> Tensor:
        finer = F.interpolate(weight.flatten(0, 1), size=maps[0].shape[2:], mode="bilinear")
        return (torch.stack(maps) * finer.unflatten(0, weight.shape[:2])).sum(0)

    global_weight = weight.mean((3, 4))  # (r, b, 1)
    found = Correspondence(
        *(by_cell(list(maps)) for maps in zip(*(o.found for o in opinions), strict=True))
    )
    trust = Trust(
        related_logit=torch.stack([one.trust.related_logit for one in opinions]).amax(0),
        confidence=by_cell([one.trust.confidence for one in opinions]),
        style=(torch.stack([one.trust.style for one in opinions]) * global_weight).sum(0),
    )
    lookup = by_place([one.lookup for one in opinions])
    style = (torch.stack([one.style for one in opinions]) * global_weight).sum(0)
    details = by_place([one.details for one in opinions])
    return _Opinion(found, trust, lookup, style, details)
