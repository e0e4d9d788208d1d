"""Tells a related from an unrelated reference, and how far to trust each cell's chroma.

The best cosine of a cell is no confidence: unrelated pictures reach it too, and the more easily
the larger they are. So fixed descriptors of the luma are fetched by the same attention and
compared with the target's own: where the match is true, they agree.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restore_colorize.networks.exemplar.correspondence import DESCRIBED_HEADS, Correspondence
from restore_colorize.networks.exemplar.encoders import for_each
from restore_colorize.networks.exemplar.sizes import ExemplarSizes
from restore_colorize.networks.layers import match_statistics

DESCRIPTORS = 5
_INNER = 24
_SURELY_RELATED = 4.0  # a logit: 98 %
_GLOBAL = 32


def describe_luma(luma: Tensor) -> Tensor:
    """Five descriptors of 4x4 cells: half mean, |dx|, |dy|, |Laplacian|, standard deviation.

    ``luma (b, 1, h, w)`` L_n at half size to ``(b, 5, h/4, w/4)`` float32.
    """
    x = luma.float()
    p = F.pad(x, (1, 1, 1, 1), mode="replicate")
    left, right = p[:, :, 1:-1, :-2], p[:, :, 1:-1, 2:]
    up, down = p[:, :, :-2, 1:-1], p[:, :, 2:, 1:-1]
    edges = [(right - left).abs(), (down - up).abs(), (4 * x - left - right - up - down).abs()]
    mean = F.avg_pool2d(x, 4)
    deviation = (F.avg_pool2d(x * x, 4) - mean * mean).clamp_min(1e-6).sqrt()
    return torch.cat([mean / 2, F.avg_pool2d(torch.cat(edges, 1), 4), deviation], 1)


def match_luma(luma: Tensor, like: Tensor) -> Tensor:
    """``luma (b, 1, h, w)`` with the mean and standard deviation of ``like``, by picture."""
    return match_statistics(luma.flatten(1), like.flatten(1)).view_as(luma)


class Trust(NamedTuple):
    """Verdict on one reference.

    Attributes:
        related_logit: (b,) above 0 when the reference shows something like the target.
        confidence: (b, 1, h/8, w/8) in (0, 1), factor on the warped chroma.
        style: (b, embedding) what the verdict adds to the color vector z.
    """

    related_logit: Tensor
    confidence: Tensor
    style: Tensor


class Verification(nn.Module):
    """Related-or-not logit of the pair, and a confidence for every cell that includes it."""

    def __init__(self, sizes: ExemplarSizes, context_channels: int) -> None:
        super().__init__()
        differences = DESCRIBED_HEADS * DESCRIPTORS
        self.target_global = nn.Linear(sizes.widths[3], _GLOBAL)
        self.reference_global = nn.Linear(sizes.embedding, _GLOBAL)
        verdict = nn.Linear(64, 1)
        verdict.bias.data.fill_(1.7)  # 85 % of the training pairs are related
        self.related = nn.Sequential(
            nn.Linear(2 * sizes.heads + 2 * differences + _GLOBAL, 64),
            nn.LeakyReLU(0.2, inplace=True),
            verdict,
        )
        self.content = nn.Conv2d(context_channels, _INNER, 1)
        maps = _INNER + 2 * sizes.heads + 3 + differences + 1
        last = nn.Conv2d(_INNER, 1, 1)
        nn.init.normal_(last.weight, std=0.01)
        last.bias = nn.Parameter(torch.full((1,), 1.5))  # trust is the rule at first
        self.cells = nn.Sequential(
            nn.Conv2d(maps, _INNER, 3, padding=1), nn.LeakyReLU(0.2, inplace=True), last
        )
        self.style = nn.Linear(sizes.heads + 2, sizes.embedding)
        nn.init.zeros_(self.style.weight)
        nn.init.zeros_(self.style.bias)

    def forward(
        self,
        context: Tensor,
        sixteenth: Tensor,
        descriptors: Tensor,
        embedding: Tensor,
        found: Correspondence,
        trust: float = 0.0,
    ) -> Trust:
        """Judge one reference by what the attention fetched from it.

        Args:
            context: (b, context_channels, h/8, w/8) of the target.
            sixteenth: (b, widths[3], h/16, w/16) of the target.
            descriptors: (b, 5, h/8, w/8) of the target's luma.
            embedding: (b r, embedding) of the reference; r of them in a row for each target.
            found: what the attention fetched.
            trust: in [0, 1]; 1 colors as if the reference were surely related, whatever the
                verdict, which is told as it is.
        """
        h, w = context.shape[2:]
        count = len(embedding) // len(context)
        own = for_each(descriptors, count).repeat(1, DESCRIBED_HEADS, 1, 1)
        difference = (own - found.described).abs() * 4  # (b, 10, h/8, w/8)
        cosine = found.best_cosine
        cosine_mean = cosine.mean((2, 3))  # (b, heads)
        both = self.target_global(sixteenth.float().mean((2, 3)))
        both = for_each(both, count) * self.reference_global(embedding)  # (b, 32)
        statistics = [cosine_mean, cosine.std((2, 3))]
        statistics += [difference.mean((2, 3)), difference.std((2, 3)), both.float()]
        verdict = self.related(torch.cat(statistics, 1)).float()  # (b, 1)
        logit = torch.lerp(verdict, verdict.clamp(min=_SURELY_RELATED), trust)

        def spread_out(vector: Tensor) -> Tensor:
            return vector[:, :, None, None].expand(-1, -1, h, w)

        content = for_each(self.content(context).float(), count)
        maps = [content, cosine, spread_out(cosine_mean), found.spread]
        maps += [found.warped, difference, spread_out(torch.tanh(logit / 3))]
        cells = self.cells(torch.cat(maps, 1)).float()
        confidence = torch.sigmoid(cells + logit[:, :, None, None] - 1)
        summary = torch.cat([cosine_mean, torch.sigmoid(logit), confidence.mean((2, 3))], 1)
        return Trust(verdict[:, 0], confidence, self.style(summary).float())
