"""Finds the cells of a reference that the target's cells match best."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

_GROUP = 16  # numbers of which only the best is compared at first
_STRIP_ROWS = 384  # x 1,536 cells x 2 bytes stay within a core's second cache
# A cosine of rounded rows stays below 1 + 2^-8, so that a distance from here is never negative.
_BEYOND = 1 + 2**-7
_PLACES = 2**16  # that a packed number has room for
_TAKEN = 2**31 - 1


class Matches(NamedTuple):
    """The best cells of the reference for every cell of the target, by head 0 of the attention.

    Attributes:
        places: (b, n, k) which cells, the best first.
        similarity: (b, n, k) their cosines, float32.
    """

    places: Tensor
    similarity: Tensor


def compared_at(query: Tensor, key: Tensor, places: Tensor) -> Matches:
    """Cosines of unit rows ``query (b, n, c)`` with those of ``key (b, m, c)`` at ``places``."""
    chosen = rows_at(key, places).view(*places.shape, -1)  # (b, n, k, c)
    return Matches(places, (chosen * query[:, :, None]).sum(3))


def rows_at(rows: Tensor, places: Tensor) -> Tensor:
    """Rows ``(b, n, k * c)`` of ``rows (b, m, c)`` at ``places (b, n, k)``, each in one piece."""
    b, m, c = rows.shape
    first = torch.arange(b, device=rows.device)[:, None, None] * m
    return (
        rows.reshape(b * m, c)
        .index_select(0, (places + first).flatten())
        .view(b, places.shape[1], -1)
    )


def places_of_greatest(x: Tensor, count: int) -> Tensor:
    """Places ``(..., k)`` of the ``count`` greatest of every row of ``x (..., m)``, or of all m."""
    return _by_groups(x, count, torch.amax, lambda some, k: some.topk(k).indices)


def search_in_bfloat16(query: Tensor, key: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Best cosines ``(b, heads, n)`` float32 of unit rows, and places ``(b, n, k)`` by head 0.

    ``query (b, heads, n, c)`` and ``key (b, heads, m, c)`` may be of any strides. What is compared
    are distances 1.008 - cosine: the smallest keep the most digits in bfloat16, and since none is
    negative their bits are ordered as integers are, of which the least is found ten times faster.
    """
    b, heads, n, _ = query.shape
    one = query.new_ones(1, dtype=torch.bfloat16).expand(b, heads, 1, 1)
    from_rows = torch.cat([-query.bfloat16(), one.expand(-1, -1, n, 1)], 3).flatten(0, 1)
    to_rows = torch.cat([key.bfloat16(), (one * _BEYOND).expand(-1, -1, key.shape[2], 1)], 3)
    to_rows = to_rows.flatten(0, 1).transpose(1, 2)  # (b heads, c + 1, m)
    distance = from_rows.new_empty(min(n, _STRIP_ROWS), to_rows.shape[2])
    nearest, places = [], []
    for number, (rows, across) in enumerate(zip(from_rows, to_rows, strict=True)):
        for strip in rows.split(_STRIP_ROWS):  # all into the same memory: it stays in the cache
            bits = torch.mm(strip, across, out=distance[: len(strip)]).view(torch.int16)
            nearest.append(bits.amin(1))
            if number % heads == 0:
                places.append(_places_of_least(bits, count))
    least = torch.cat(nearest).view(torch.bfloat16).view(b, heads, n).float()
    return _BEYOND - least, torch.cat(places).view(b, n, -1)


def _places_of_least(bits: Tensor, count: int) -> Tensor:
    """Places ``(..., k)`` of the least along the last axis of ``bits (..., m)``, all positive."""
    return _by_groups(bits, count, torch.amin, _places_by_packing)


def _by_groups(
    x: Tensor,
    count: int,
    extreme: Callable[[Tensor, int], Tensor],
    places_of: Callable[[Tensor, int], Tensor],
) -> Tensor:
    """What ``places_of`` finds, sought only in the groups with the best extremes."""
    count = min(count, x.shape[-1])
    groups = x.shape[-1] // _GROUP
    if x.shape[-1] % _GROUP or groups <= count:
        return places_of(x, count)
    grouped = x.unflatten(-1, (_GROUP, groups))
    best = places_of(extreme(grouped, -2), count)  # (..., k) groups
    index = best[..., None, :].expand(*grouped.shape[:-1], count)
    among = places_of(grouped.gather(-1, index).flatten(-2), count)  # member * k + which group
    return among // count * groups + best.gather(-1, among % count)


def _places_by_packing(bits: Tensor, count: int) -> Tensor:
    """Places of the least of positive int16, the first of equals: five times faster than topk.

    A number and its place are packed into one, so that their least tells both.
    """
    packed = bits.int() * _PLACES + torch.arange(bits.shape[-1], dtype=torch.int32)
    places = []
    for _ in range(count):
        places.append((packed.amin(-1, keepdim=True) % _PLACES).long())
        packed.scatter_(-1, places[-1], _TAKEN)
    return torch.cat(places, -1)
