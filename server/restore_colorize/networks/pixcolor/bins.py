"""Chroma as PixColor draws it: 32 bins for Cr and for Cb, gray exactly in the middle of one."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from restore_colorize.errors import ShapeError

BINS = 32
GRAY_BIN = 16
CELL_PX = 8  # a cell of the chroma grid covers 8 x 8 px of the network's gray input


def bins_from_chroma(chroma: Tensor) -> Tensor:
    """Quantize chroma (5.3 of 1705.07208 has 32 bins; where they lie is our choice).

    With C = 128 + 128 * chroma the bin is round(C / 8), so that gray (C = 128) is exactly bin 16.
    32 equal bins, with centers 4, 12, ..., would tint every gray by 4 levels. Only what lies above
    C = 252 loses more than half a bin.

    Args:
        chroma: Cr and Cb (any shape) in [-1, 1], 0 is gray.

    Returns:
        int64 of the same shape in [0, 31].
    """
    return ((chroma + 1) * GRAY_BIN).round().clamp(0, BINS - 1).long()


def chroma_from_bins(bins: Tensor) -> Tensor:
    """Return the chroma in [-1, 0.9375] that bins stand for, float32; bin 16 is exactly 0."""
    return (bins.float() - GRAY_BIN) / GRAY_BIN


def grid_of(chroma: Tensor) -> Tensor:
    """Reduce chroma (b, 2, h, w) to the grid (b, 2, h/8, w/8) by the mean of each cell.

    Raises:
        ShapeError: a side is no multiple of 8.
    """
    if chroma.shape[-1] % CELL_PX or chroma.shape[-2] % CELL_PX:
        raise ShapeError(f"Sides must be multiples of {CELL_PX}, not {tuple(chroma.shape[-2:])}.")
    return F.avg_pool2d(chroma, CELL_PX)


def enlarged(chroma: Tensor, factor: int = CELL_PX) -> Tensor:
    """Enlarge chroma of the grid (b, 2, h, w) bilinearly."""
    return F.interpolate(chroma, scale_factor=factor, mode="bilinear")


def nats(logits: Tensor, bins: Tensor, known: Tensor | None = None) -> Tensor:
    """Return the mean cost of Cr and of Cb in nats per cell that is not known.

    Args:
        logits: (b, 2, 32, h, w). bins: (b, 2, h, w) int64.
        known: (b, h, w) bool cells that cost nothing; None: no cell is known.

    Returns:
        (b, 2) float32, [Cr, Cb]; 0 where every cell is known.
    """
    log_p = torch.log_softmax(logits.float(), 2)
    cost = -log_p.gather(2, bins[:, :, None]).squeeze(2)  # (b, 2, h, w)
    if known is None:
        return cost.mean((2, 3))
    free = (~known)[:, None].float()
    return (cost * free).sum((2, 3)) / free.sum((2, 3)).clamp(min=1)
