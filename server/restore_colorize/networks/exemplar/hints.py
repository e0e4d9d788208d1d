"""Known colors: painted hints spread to the cells that look like the hinted ones."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restore_colorize.networks.exemplar.sizes import ExemplarSizes
from restore_colorize.networks.layers import unit_rows

_CELL = 4  # hints come at half size, cells are at 1/8


class KnownColors(NamedTuple):
    """Chroma that the hints ask for, by cell at 1/8.

    Attributes:
        share: (b, 1, h/8, w/8) in [0, 1), how far the hints rule the cell.
        chroma: (b, 2, h/8, w/8) ab_n times ``share``.
    """

    share: Tensor
    chroma: Tensor


class HintAttention(nn.Module):
    """Every cell attends the hinted cells, and one empty slot that means "none of them".

    Hints that are only input channels are ignored: with a good reference they say nothing new.
    Here they replace the warped chroma by the share that the softmax gives them. The logit of a
    hinted cell falls with the angle between features and with the distance in cells; the empty
    slot has logit 0. Without hints the share is exactly 0.
    """

    def __init__(self, sizes: ExemplarSizes, context_channels: int) -> None:
        super().__init__()
        self.feature = nn.Conv2d(context_channels, sizes.hint_channels, 1)
        self.log_sharpness = nn.Parameter(torch.tensor(math.log(10.0)))
        self.log_distance_weight = nn.Parameter(torch.tensor(math.log(0.25)))
        self.bias = nn.Parameter(torch.tensor(2.0))

    def forward(self, context: Tensor, hints: Tensor) -> KnownColors:
        """``context (b, c, h/8, w/8)``, ``hints (b, 3, h/2, w/2)`` ab_n times mask, and mask."""
        b, _, h, w = context.shape
        mask = hints[:, 2:].float()
        known = F.max_pool2d(mask, _CELL)  # (b, 1, h/8, w/8)
        # Most cells carry no hint, in most jobs none does: only those of any picture are keys.
        hinted = known.flatten(1).amax(0).nonzero()[:, 0]  # (k,)
        if len(hinted) == 0 and not torch.is_grad_enabled():
            return KnownColors(known, known.repeat(1, 2, 1, 1))  # zeros, as the empty slot gives
        feature = self.feature(context)
        with torch.autocast(context.device.type, enabled=False):
            mean = F.avg_pool2d(hints[:, :2].float(), _CELL)
            mean = mean / (F.avg_pool2d(mask, _CELL) + 1e-6) * known
            rows = unit_rows(feature.float().flatten(2).transpose(1, 2))  # (b, n, c)
            logits = rows @ rows[:, hinted].transpose(1, 2) - 1  # (b, n, k)
            logits = logits * self.log_sharpness.exp() + self.bias
            places = _places(h, w, context.device)
            distance = torch.cdist(places, places[hinted])  # (n, k)
            logits = logits - distance * self.log_distance_weight.exp()
            logits = logits.masked_fill(known.flatten(2)[:, :, hinted] < 0.5, float("-inf"))
            empty = logits.new_zeros(b, h * w, 1)
            weight = torch.softmax(torch.cat([logits, empty], 2), 2)  # (b, n, k + 1)
            share = (1 - weight[:, :, -1]).view(b, 1, h, w)
            chroma = weight[:, :, :-1] @ mean.flatten(2)[:, :, hinted].transpose(1, 2)  # (b, n, 2)
            return KnownColors(share, chroma.transpose(1, 2).unflatten(2, (h, w)))


def _places(h: int, w: int, device: torch.device) -> Tensor:
    """Row and column of every cell of a grid, ``(hw, 2)`` float32."""
    rows, columns = torch.meshgrid(
        torch.arange(h, device=device, dtype=torch.float32),
        torch.arange(w, device=device, dtype=torch.float32),
        indexing="ij",
    )
    return torch.stack([rows.flatten(), columns.flatten()], 1)
