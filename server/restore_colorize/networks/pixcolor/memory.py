"""Colors that were drawn in earlier rows, recalled where the picture looks alike (ours)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_KEY_CHANNELS = 16
RECALLED = 3  # Cr, Cb, and how much of the attention found any color


class ColorMemory(nn.Module):
    """Attention from every cell to the colors of all earlier rows, and to known colors anywhere.

    Convolutions forget a color on its way across a large object: it drifts. Here queries and keys
    come from the condition alone, so the weights are known before the first draw, and a row's
    lookups are one matrix product. A slot without color takes what fits nowhere.
    """

    def __init__(self, condition_channels: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Conv2d(condition_channels, heads * _KEY_CHANNELS, 1)
        self.key = nn.Conv2d(condition_channels, heads * _KEY_CHANNELS, 1)
        # From far-sighted to near-sighted, in logits per cell of distance.
        self.log_distance_weight = nn.Parameter(torch.linspace(-4.0, 0.0, heads))
        self.empty = nn.Parameter(torch.zeros(heads))

    def weights(self, condition: Tensor, known: Tensor) -> Tensor:
        """Return attention (b, heads, n, n) from cells to cells, n = h * w.

        Args:
            condition: (b, c, h, w) in scan order. known: (b, h, w) bool, in the same order.
        """
        b, _, h, w = condition.shape
        shape = (b, self.heads, _KEY_CHANNELS, h * w)
        query, key = self.query(condition).reshape(shape), self.key(condition).reshape(shape)
        logits = (query.transpose(2, 3) @ key) / _KEY_CHANNELS**0.5
        row, column = _places(h, w, condition.device)
        distance = torch.hypot(row[:, None] - row, column[:, None] - column)
        logits = logits - self.log_distance_weight.exp()[:, None, None] * distance
        seen = (row < row[:, None]) | known.reshape(b, 1, h * w)  # (b, n, n)
        logits = logits.masked_fill(~seen[:, None], float("-inf"))
        empty = self.empty[:, None, None].expand(b, -1, h * w, 1)
        return torch.softmax(torch.cat([logits, empty], 3), 3)[..., :-1]

    def forward(self, weights: Tensor, chroma: Tensor) -> Tensor:
        """Return what each cell recalls, (b, heads * 3, h, w).

        Args:
            weights: as :meth:`weights` returns them. chroma: (b, 2, h, w) in [-1, 1].
        """
        values = memory_values(chroma).flatten(2).transpose(1, 2)  # (b, n, 3)
        recalled = weights @ values[:, None]  # (b, heads, n, 3)
        return recalled.transpose(2, 3).reshape(len(chroma), -1, *chroma.shape[2:])


def memory_values(chroma: Tensor) -> Tensor:
    """Return what is recalled of a cell: its chroma (b, 2, h, w), and that it has one."""
    return F.pad(chroma, (0, 0, 0, 0, 0, 1), value=1.0)


def _places(h: int, w: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Rows and columns of all cells, each (h * w,) float32."""
    index = torch.arange(h * w, device=device)
    return (index // w).float(), (index % w).float()
