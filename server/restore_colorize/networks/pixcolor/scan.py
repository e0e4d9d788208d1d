"""Ways to walk over the grid: the eight flips and turns of it, always row by row."""

from __future__ import annotations

import torch
from torch import Tensor

SCANS = 8
UPRIGHT = 0  # rows from the top, columns from the left


def to_scan(maps: Tensor, scan: int) -> Tensor:
    """Flip and turn maps (..., h, w) so that walking row by row follows the scan.

    Bit 0 of ``scan`` begins rows at the right, bit 1 begins at the bottom, bit 2 walks columns
    instead of rows; a scan in 0..7.
    """
    flips = [axis for bit, axis in ((1, -1), (2, -2)) if scan & bit]
    maps = maps.flip(flips) if flips else maps
    return maps.transpose(-1, -2) if scan & 4 else maps


def from_scan(maps: Tensor, scan: int) -> Tensor:
    """Undo :func:`to_scan`."""
    maps = maps.transpose(-1, -2) if scan & 4 else maps
    flips = [axis for bit, axis in ((1, -1), (2, -2)) if scan & bit]
    return maps.flip(flips) if flips else maps


def best_scan(known: Tensor) -> int:
    """Return the scan in which known cells (h, w) bool come as early as possible in the mean.

    Equal ones are decided for the lowest number, so nothing known means upright.
    """
    if not known.any() or known.all():
        return UPRIGHT
    ranks = []
    for scan in range(SCANS):
        turned = to_scan(known, scan).flatten()
        ranks.append(float(torch.nonzero(turned).double().mean()))
    return min(range(SCANS), key=lambda scan: (round(ranks[scan], 6), scan))
