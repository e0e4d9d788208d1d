"""Anchors: a few cells far apart whose colors are drawn before all others (ours).

A sampler that walks from corner to corner drifts: the first cells are often gray, and gray cells
make gray neighbors. The bin classifier knows of every cell what is likely there, whatever its
neighbors are; colors that it draws for a few cells are known colors for all others, wherever they
lie in the scan. Measured in ``training/README.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from restore_colorize.networks.pixcolor.prior import PixColorPrior

_LEAST_FREE = 16  # cells for each anchor; what is smaller hears of its neighbors soon enough

Pick = Callable[[Tensor, Tensor], Tensor]  # logits (n, bins) and numbers (n, 1) to bins (n, 1)
Told = Callable[[Tensor, Tensor], Tensor]  # bins (n, 2, h, w) and known (n, h, w) to a condition


class Anchored(NamedTuple):
    """Candidates of which some cells are known, and what that means for the others; upright.

    Attributes:
        bins: (n, 2, h, w) int64. known: (h, w) bool, the same cells for all.
        condition: (n, c, h, w); n is 1 where all candidates know the same.
        log_likelihood: (n,) float64, nats of the anchors under the classifier.
    """

    bins: Tensor
    known: Tensor
    condition: Tensor
    log_likelihood: Tensor


def anchor_rounds(known: Tensor) -> list[list[tuple[int, int]]]:
    """Return two rounds of two places (row, column): middles of opposite quarters.

    Places are among the cells that are not known (h, w), in the box around them; none where these
    are few.
    """
    free = torch.nonzero(~known)
    if len(free) < 4 * _LEAST_FREE:
        return []
    (top, left), (bottom, right) = free.amin(0).tolist(), (free.amax(0) + 1).tolist()
    rows = [top + (bottom - top) * part // 4 for part in (1, 3)]
    columns = [left + (right - left) * part // 4 for part in (1, 3)]
    rounds: list[list[tuple[int, int]]] = []
    taken: set[tuple[int, int]] = set()
    for corners in (((0, 0), (1, 1)), ((0, 1), (1, 0))):
        places = []
        for i, j in corners:
            away = (free - torch.tensor([rows[i], columns[j]], device=free.device)).square().sum(1)
            row, column = free[int(away.argmin())].tolist()
            if (row, column) not in taken:
                taken.add((row, column))
                places.append((row, column))
        rounds.append(places)
    return rounds


def draw_anchors(
    prior: PixColorPrior,
    told: Told,
    bins: Tensor,
    known: Tensor,
    numbers: Sequence[Tensor],
    pick: Pick,
) -> Anchored:
    """Draw the anchors of each candidate, each for itself: rounding never depends on company.

    Args:
        prior: with a bin classifier. told: the condition of bins where they are known.
        bins, known: (2, h, w) and (h, w) what is known to begin with.
        numbers: (2, h, w) uniform numbers for each candidate.
        pick: how a bin is drawn.
    """
    assert prior.classifier is not None  # the sampler looked
    rounds = anchor_rounds(known)
    first = told(bins[None], known[None])
    if not rounds:
        nothing = torch.zeros(len(numbers), dtype=torch.float64)
        return Anchored(bins.expand(len(numbers), -1, -1, -1), known, first, nothing)
    candidates, conditions, costs = [], [], []
    for uniform in numbers:
        own, mask, condition, cost = bins.clone(), known.clone(), first, 0.0
        for places in rounds:
            logits = prior.classifier(condition)[0].unflatten(0, (2, -1))  # (2, bins, h, w)
            for row, column in places:
                cr, cb = logits[:, None, :, row, column]  # (1, bins) each
                for channel in (0, 1):
                    here = cb + prior.cr_to_cb(own[:1, row, column]) if channel else cr
                    drawn = pick(here, uniform[channel, row, column].to(here).reshape(1, 1))
                    cost += float(torch.log_softmax(here.double(), 1).gather(1, drawn))
                    own[channel, row, column] = drawn
                mask[row, column] = True
            condition = told(own[None], mask[None])
        candidates.append(own)
        conditions.append(condition)
        costs.append(cost)
    return Anchored(
        torch.stack(candidates),
        mask,
        torch.cat(conditions),
        torch.tensor(costs, dtype=torch.float64),
    )
