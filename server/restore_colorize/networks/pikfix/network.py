"""Pik-Fix's color network whole: similarity, histograms, U-Net (2205.01902, 3.2-3.3)."""

from __future__ import annotations

from typing import NamedTuple, Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restore_colorize.errors import ModelError, ShapeError
from restore_colorize.networks.features import ResNet34
from restore_colorize.networks.features.trunk import FeatureTrunk
from restore_colorize.networks.layers import unit_rows
from restore_colorize.networks.pikfix.dense import DenseUNet
from restore_colorize.networks.pikfix.histogram import FixedHistogram, RawChroma, SPHist, pooled
from restore_colorize.networks.pikfix.similarity import (
    EIGHTH,
    SIXTEENTH,
    Match,
    SimilarityMaps,
    Temperature,
    match,
    spread,
)
from restore_colorize.networks.pikfix.sizes import PikFixSizes
from restore_colorize.networks.pikfix.warpnet import WarpNet

_SCALES = 4  # 1/4, 1/8, 1/16, 1/32
_TRUSTED = 2.0  # logit: at first looked-up chroma counts .88


class PikFixOutput(NamedTuple):
    """What the network says about one batch.

    Attributes:
        chroma: (b, 2, h, w) ab_n, or half of that size with a stem of stride 2.
        warped: (b, 2, h/s, w/s) ab_n that carried histograms stand for, one for each similarity
            map: s = 4, 8, 16, 32, or 8 alone; empty without similarity.
        best: (b, 1, h/8, w/8) cosine of each cell's best match in [-1, 1]; 0 without similarity.
        trust: as large as ``chroma``, in (0, 1): how far looked-up chroma is used; None where the
            network does not say.
    """

    chroma: Tensor
    warped: tuple[Tensor, ...]
    best: Tensor
    trust: Tensor | None


class PikFixColor(nn.Module):
    """Chroma for a gray target from colored references.

    A trunk describes both pictures in gray; the similarity sub-net finds for every cell of the
    target the cells of the references that look alike, at four scales, and carries their
    histograms over; the dense U-Net fuses these with the target's own features. Several references
    are searched as one: every cell takes what fits best.
    """

    SIDE_MULTIPLE = 32
    CELL_PX = 16  # of what :meth:`cells` returns

    def __init__(self, sizes: PikFixSizes | None = None) -> None:
        super().__init__()
        self.sizes = sizes or PikFixSizes()
        kind = self.sizes.similarity
        self.histogram = _histogram(self.sizes)
        if kind != "none":
            is_own = self.sizes.trunk == "own"
            self.trunk = FeatureTrunk(self.sizes.trunk_widths) if is_own else ResNet34()
            self.trunk.requires_grad_(is_own)
            self.similarity: WarpNet | SimilarityMaps = (
                WarpNet() if kind == "warpnet" else SimilarityMaps(self.sizes, self.trunk.channels)
            )
            self.temperature = Temperature()
        self.unet = DenseUNet(
            self.sizes,
            self.sizes.carried_channels + self.sizes.sees_best_match,
            2 + self.sizes.starts_at_match,
            are_corners_aligned=kind == "warpnet",
        )
        if self.sizes.starts_at_match:
            with torch.no_grad():
                self.unet.out.bias[2] = _TRUSTED  # type: ignore[index]

    def train(self, mode: bool = True) -> Self:
        """Train or evaluate; a frozen trunk stays in evaluation while the rest learns."""
        super().train(mode)
        if self.sizes.similarity != "none" and any(p.requires_grad for p in self.parameters()):
            self.trunk.train(mode and any(p.requires_grad for p in self.trunk.parameters()))
        return self

    def forward(self, luma: Tensor, references: Tensor) -> PikFixOutput:
        """Predict chroma.

        Args:
            luma: (b, 1, h, w) L_n = L*/50 - 1; of a restored picture where it was damaged.
            references: (b, r, 3, h2, w2) Lab_n, r >= 1; sides may differ from the target's.

        Raises:
            ShapeError: if a side is no multiple of 32, or the tensors do not belong together.
        """
        self._check(luma, references)
        carried = self._carried(references[:, :, 1:])
        if self.sizes.similarity == "none":
            matches = self._mean_everywhere(luma, carried)
            found: list[Match] = []
        else:
            found = self._matches(luma, references[:, :, :1], carried)
            matches = spread(found[0]) if len(found) == 1 else found
        seen = [one.carried for one in matches]
        if self.sizes.sees_best_match:  # before the histograms, as in the public code
            seen = [torch.cat([one.best, one.carried], 1) for one in matches]
        made = self.unet(luma, seen).float()
        chroma, trust = made, None
        if self.sizes.starts_at_match:
            chroma, trust = made[:, :2], torch.sigmoid(made[:, 2:])
            start = self.histogram.expected(matches[0].carried)
            start = F.interpolate(start, size=chroma.shape[2:], mode="bilinear")
            chroma = chroma + trust * start
        warped = tuple(self.histogram.expected(one.carried) for one in found)
        return PikFixOutput(chroma, warped, matches[EIGHTH].best, trust)

    def cells(self, luma: Tensor) -> Tensor:
        """Return M at 1/16 (eq. 1) as unit vectors (b, h/16 * w/16, c), for ``alike_cells``.

        Not centered over positions, unlike for looking up colors: what a picture is as a whole
        tells whether another one shows the like (``training/README.md``).

        Args:
            luma: (b, 1, h, w) L_n, sides multiples of 32.

        Raises:
            ModelError: the network does not compare at four scales.
        """
        if self.sizes.similarity != "four":
            raise ModelError(f"{self.sizes.TITLE} compares pictures only with similarity 'four'.")
        maps = self.similarity(self.trunk(luma))[SIXTEENTH]
        return unit_rows(maps.float().flatten(2).transpose(1, 2))

    def _carried(self, chroma: Tensor) -> list[Tensor]:
        """What the cells of references ``(b, r, 2, h, w)`` hold at four scales.

        Histograms are taken of cells at 1/4, not of pixels as the paper has it: as many numbers
        as there are bins for each pixel would not fit, and are not needed.
        """
        count, flat = chroma.shape[:2], chroma.float().flatten(0, 1)
        if self.sizes.similarity == "warpnet":  # the public code: of cells at 1/8
            eighth = self.histogram(F.avg_pool2d(flat, 8))
            levels = [torch.empty(0), *pooled(eighth, _SCALES - 1)]
        else:
            levels = pooled(self.histogram(F.avg_pool2d(flat, 4)), _SCALES)
        return [x.unflatten(0, count) if x.numel() else x for x in levels]

    def _matches(self, luma: Tensor, references: Tensor, carried: list[Tensor]) -> list[Match]:
        """Matches at four scales, or at 1/8 alone."""
        count = references.shape[:2]
        queries = self.similarity.query(self.trunk(luma))
        keys = self.similarity.key(self.trunk(references.flatten(0, 1)))
        tau = self.temperature()
        values = carried if len(queries) == _SCALES else [carried[EIGHTH]]
        return [
            match(query, key.unflatten(0, count), value, tau)
            for query, key, value in zip(queries, keys, values, strict=True)
        ]

    def _mean_everywhere(self, luma: Tensor, carried: list[Tensor]) -> list[Match]:
        """The ablation of table 5: what the references hold on average, in every cell."""
        mean = carried[-1].mean((1, 3, 4))[:, :, None, None]
        h, w = luma.shape[2:]
        matches = []
        for factor in (4, 8, 16, 32):
            size = (h // factor, w // factor)
            best = mean.new_zeros(len(mean), 1, *size)
            matches.append(Match(mean.expand(-1, -1, *size), best))
        return matches

    def _check(self, luma: Tensor, references: Tensor) -> None:
        if luma.ndim != 4 or luma.shape[1] != 1:
            raise ShapeError(f"The luma must be (b, 1, h, w), not {tuple(luma.shape)}.")
        b = luma.shape[0]
        if references.ndim != 5 or references.shape[0] != b or references.shape[2] != 3:
            raise ShapeError(
                f"References must be ({b}, r, 3, h, w), not {tuple(references.shape)}."
            )
        if references.shape[1] < 1:
            raise ShapeError("Pik-Fix's color network needs at least one reference.")
        sides = (*luma.shape[2:], *references.shape[3:])
        # InstanceNorm of WarpNet needs more than one cell at 1/32.
        least = self.SIDE_MULTIPLE * (2 if self.sizes.similarity == "warpnet" else 1)
        if any(side < least or side % self.SIDE_MULTIPLE for side in sides):
            raise ShapeError(
                f"Sides must be multiples of {self.SIDE_MULTIPLE} from {least} on, not {sides}."
            )


def _histogram(sizes: PikFixSizes) -> SPHist | FixedHistogram | RawChroma:
    if sizes.histogram == "none":
        return RawChroma()
    return SPHist(sizes.bins) if sizes.histogram == "learned" else FixedHistogram(sizes.bins)
