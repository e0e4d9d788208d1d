"""Which of many draws are offered: the best, or those of the best that differ most."""

from __future__ import annotations

import torch
from torch import Tensor

from restore_colorize.networks import chroma_from_bins

__all__ = ["best_and_different"]


def best_and_different(scores: Tensor, bins: Tensor, count: int, diversity: float) -> list[int]:
    """Choose draws, best first.

    The best comes first; each next one has the best mix of its rank and its distance from the
    nearest one that was chosen before, among the better half. Scores are used for their order
    alone, so that they may be of any scale.

    Args:
        scores: (n,) higher is better; equal ones keep their order.
        bins: (n, 2, h, w) int64.
        count: how many, if there are as many.
        diversity: 0 looks at the scores alone, 1 at the distance alone.

    Returns:
        Places of the chosen ones.
    """
    order = torch.argsort(scores, descending=True, stable=True).tolist()
    pool = order[: max(count, len(order) // 2)]
    distance = _distances(chroma_from_bins(bins[pool]))
    merit = 1 - torch.arange(len(pool), dtype=torch.float64) / max(1, len(pool) - 1)
    chosen = [0]
    while len(chosen) < min(count, len(pool)):
        apart = distance[:, chosen].amin(1)
        mixed = (1 - diversity) * merit + diversity * apart / apart.max().clamp(min=1e-12)
        mixed[chosen] = -1
        chosen.append(int(mixed.argmax()))
    return [pool[place] for place in sorted(chosen)]


def _distances(chroma: Tensor) -> Tensor:
    """Mean chroma distance (n, n) float64 of all pairs of (n, 2, h, w)."""
    flat = chroma.double()
    return torch.stack([(flat - one).norm(dim=1).mean((1, 2)) for one in flat]).cpu()
