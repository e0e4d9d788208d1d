"""Anchors: every seventh cell each way, whose colors are drawn before all others (ours).

A sampler that walks from corner to corner drifts: the first cells are often gray, gray cells make
gray neighbors, and a fifth of the chroma is lost on the way. The bin classifier knows of every
cell what is likely there, whatever its neighbors are; colors that it draws for a few cells, far
apart, are known colors when it draws more between them, and at last for the walk over all others.
Measured in ``training/README.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from restore_colorize.networks.pixcolor.prior import PixColorPrior

_SPACING = 7  # cells between anchors: four on the short side
_FIRST, _GROWTH = 4, 2  # anchors of the first round; all after a round over all before it
# What the first ones decide all others follow: drawn at the same temperature as these, pictures
# are too much alike and too pale.
_FIRST_BOLDNESS = 1.3
_LEAST_FREE = 16  # cells for each anchor; what is smaller hears of its neighbors soon enough

# Logits (n, bins), numbers (n, 1) and the temperature over the usual one to bins (n, 1).
Pick = Callable[[Tensor, Tensor, float], Tensor]
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
    """Return rounds of places (row, column), the first of four, each later one of more.

    Places are spread evenly over the box around the cells that are not known (h, w), each moved to
    the nearest of these; whoever comes next lies farthest from all before. None where few cells
    are free.
    """
    free = torch.nonzero(~known.cpu())
    if len(free) < 4 * _LEAST_FREE:
        return []
    (top, left), (bottom, right) = free.amin(0).tolist(), (free.amax(0) + 1).tolist()
    middles = torch.cartesian_prod(_middles(top, bottom), _middles(left, right))
    away = (middles[:, None] - free).square().sum(2)  # (places, free)
    places = free[away.argmin(1).unique()]
    ordered = _farthest_first(places, torch.tensor([top + bottom, left + right]) / 2)
    rounds, start, end = [], 0, _FIRST
    while start < len(ordered):
        rounds.append([(int(row), int(column)) for row, column in places[ordered[start:end]]])
        start, end = end, _GROWTH * end
    return rounds


def _middles(start: int, end: int) -> Tensor:
    """Middles of equal parts, as near to ``_SPACING`` as the length allows."""
    count = max(1, round((end - start) / _SPACING))
    return start + (torch.arange(count) + 0.5) * (end - start) / count - 0.5


def _farthest_first(places: Tensor, middle: Tensor) -> list[int]:
    """Order places (n, 2): the one nearest to the middle, then ever the one farthest from all."""
    order = [int((places - middle).square().sum(1).argmin())]
    away = torch.full((len(places),), torch.iinfo(torch.int64).max)
    while len(order) < len(places):
        away = torch.minimum(away, (places - places[order[-1]]).square().sum(1))
        order.append(int(away.argmax()))
    return order


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
        pick: draws a bin.
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
        for number, places in enumerate(rounds):
            boldness = 1.0 if number else _FIRST_BOLDNESS
            logits = prior.classifier(condition)[0].unflatten(0, (2, -1))  # (2, bins, h, w)
            for row, column in places:
                cr, cb = logits[:, None, :, row, column]  # (1, bins) each
                for channel in (0, 1):
                    here = cb + prior.cr_to_cb(own[:1, row, column]) if channel else cr
                    drawn = pick(
                        here, uniform[channel, row, column].to(here).reshape(1, 1), boldness
                    )
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
