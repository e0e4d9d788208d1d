"""Colors that were drawn in earlier rows, recalled where the picture looks alike (ours)."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

RECALLED = 3  # Cr, Cb, and how much of the attention found any color

_KEY_CHANNELS = 16
_PLACE_CHANNELS = 4
# Standard deviations of the nearest and the farthest head, in cells.
_NEAR, _FAR = 2.0, 24.0


class ColorMemory(nn.Module):
    """Attention from every cell to the colors of all earlier rows, and to known colors anywhere.

    Convolutions forget a color on its way across a large object: it drifts. Here queries and keys
    come from the condition alone, so the weights are known before the first draw, and a row's
    lookups are one matrix product. Likeness counts less with the squared distance of the cells,
    by head; a slot without color takes what fits nowhere.
    """

    def __init__(self, condition_channels: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Conv2d(condition_channels, heads * _KEY_CHANNELS, 1)
        self.key = nn.Conv2d(condition_channels, heads * _KEY_CHANNELS, 1)
        self.empty = nn.Parameter(torch.zeros(heads, _KEY_CHANNELS))
        self.log_sigma = nn.Parameter(torch.linspace(math.log(_NEAR), math.log(_FAR), heads))

    def weights(self, condition: Tensor, known: Tensor) -> Tensor:
        """Return attention (b, heads, n, n) from cells to cells, n = h * w.

        Args:
            condition: (b, c, h, w) in scan order. known: (b, h, w) bool, in the same order.
        """
        queries, keys = self._features(condition)
        logits = (queries @ keys.transpose(2, 3)).masked_fill(~_seen(known), float("-inf"))
        return torch.softmax(logits, 3)[..., :-1]

    def forward(self, condition: Tensor, known: Tensor, chroma: Tensor) -> Tensor:
        """Return what each cell recalls, (b, heads * 3, h, w), without storing weights.

        Args:
            condition, known: as for :meth:`weights`. chroma: (b, 2, h, w) in [-1, 1].
        """
        with torch.autocast(condition.device.type, enabled=False):
            queries, keys = self._features(condition)
            values = memory_values(chroma).to(queries.dtype).flatten(2).transpose(1, 2)
            # As wide as the keys (attention then saves memory), and nothing in the empty slot.
            values = F.pad(values, (0, keys.shape[3] - RECALLED, 0, 1))[:, None]
            recalled = F.scaled_dot_product_attention(
                queries,
                keys,
                values.expand(-1, self.heads, -1, -1),
                attn_mask=_seen(known),
                scale=1.0,
            )[..., :RECALLED]  # (b, heads, n, 3)
        return recalled.transpose(2, 3).reshape(len(chroma), -1, *chroma.shape[2:])

    def _features(self, condition: Tensor) -> tuple[Tensor, Tensor]:
        """Queries (b, heads, n, c) and keys (b, heads, n + 1, c), the empty slot last.

        Their product is the likeness minus the squared distance over twice the variance; the
        square is multiplied out, so that places are channels like others.
        """
        b, _, h, w = condition.shape
        own = condition.to(self.empty.dtype)
        shape = (b, self.heads, _KEY_CHANNELS, h * w)
        query = self.query(own).reshape(shape).transpose(2, 3) / _KEY_CHANNELS**0.5
        key = self.key(own).reshape(shape).transpose(2, 3)
        place = _places(h, w, own)  # (n, 2)
        square = place.square().sum(1, keepdim=True)
        from_here = torch.cat([2 * place, -square, -torch.ones_like(square)], 1)
        to_there = torch.cat([place, torch.ones_like(square), square], 1)
        nearness = 0.5 * torch.exp(-2 * self.log_sigma)[:, None, None]  # (heads, 1, 1)
        queries = torch.cat([query, (nearness * from_here).expand(b, -1, -1, -1)], 3)
        keys = torch.cat([key, to_there.expand(b, self.heads, -1, -1)], 3)
        empty = F.pad(self.empty[:, None], (0, _PLACE_CHANNELS)).expand(b, -1, -1, -1)
        return queries, torch.cat([keys, empty], 2)


def memory_values(chroma: Tensor) -> Tensor:
    """Return what is recalled of a cell: its chroma (b, 2, h, w), and that it has one."""
    return F.pad(chroma, (0, 0, 0, 0, 0, 1), value=1.0)


def _seen(known: Tensor) -> Tensor:
    """Which slots (b, 1, n, n + 1) cells may look at: earlier rows, known cells, the empty one."""
    b, h, w = known.shape
    row = torch.arange(h * w, device=known.device) // w
    seen = (row < row[:, None]) | known.reshape(b, 1, h * w)
    return F.pad(seen, (0, 1), value=True)[:, None]


def _places(h: int, w: int, like: Tensor) -> Tensor:
    """Rows and columns of all cells from the middle, (h * w, 2)."""
    index = torch.arange(h * w, device=like.device)
    places = torch.stack([index // w - (h - 1) / 2, index % w - (w - 1) / 2], 1)
    return places.to(like.dtype)
