"""Similarity sub-net (2205.01902, 3.2, eq. 1-2): where in the reference a cell's color may lie."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restore_colorize.networks.layers import centered_cosine_attention, unit_rows
from restore_colorize.networks.pikfix.sizes import PikFixSizes

# The paper names no temperature; cosines need one. Kept between a near copy and a soft mean.
_TAU, _SHARPEST, _SOFTEST = 0.03, 0.005, 0.2
_STRIP_VALUES = 2**20  # of a similarity map that exist at once: 4 MiB, within a CPU's cache
EIGHTH = 1  # index of the scale that serves all scales where there is one map
SIXTEENTH = 2  # index of the scale at which whole pictures are compared


class Match(NamedTuple):
    """What a target's cells find in the reference, at one scale.

    Attributes:
        carried: (b, c, h, w) what the matching cells hold.
        best: (b, 1, h, w) cosine of each cell's best match, in [-1, 1]; carries no gradient.
    """

    carried: Tensor
    best: Tensor


class SimilarityMaps(nn.Module):
    """Features M_i that are compared (eq. 1).

    f_i = conv(trunk's map i); M_i = W * [g(A_i1 f_1), ..., g(A_i4 f_4)], where g resizes to scale
    i, A is learnable and the convolution W is shared by the scales.

    Args:
        sizes: channel counts; with one similarity map only M at 1/8 is made.
        trunk_widths: channels of the trunk's four maps.
    """

    def __init__(self, sizes: PikFixSizes, trunk_widths: tuple[int, ...]) -> None:
        super().__init__()
        c = sizes.similarity_channels
        self.scales = (EIGHTH,) if sizes.similarity == "one" else (0, 1, 2, 3)
        self.reduce = nn.ModuleList(nn.Conv2d(width, c, 3, padding=1) for width in trunk_widths)
        self.mixing = nn.Parameter(torch.ones(len(self.scales), len(trunk_widths)))
        self.shared = nn.Conv2d(len(trunk_widths) * c, c, 3, padding=1)

    def forward(self, maps: list[Tensor]) -> list[Tensor]:
        """Trunk's maps to M_i ``(b, c, h_i, w_i)``, one a scale."""
        features = [conv(x) for conv, x in zip(self.reduce, maps, strict=True)]
        made = []
        for weights, scale in zip(self.mixing, self.scales, strict=True):
            size = features[scale].shape[2:]
            resized = [
                _resized(weight.to(x.dtype) * x, size)
                for weight, x in zip(weights, features, strict=True)
            ]
            made.append(self.shared(torch.cat(resized, 1)))
        return made

    query = key = forward


class Temperature(nn.Module):
    """A learnable positive number, kept where a softmax over cosines means something."""

    def __init__(self, value: float = _TAU) -> None:
        super().__init__()
        self.log = nn.Parameter(torch.tensor(math.log(value)))

    def forward(self) -> Tensor:
        """The temperature, a scalar."""
        return self.log.float().exp().clamp(_SHARPEST, _SOFTEST)


def match(query: Tensor, keys: Tensor, carried: Tensor, tau: Tensor) -> Match:
    """Fetch what the reference's cells hold, by centered cosine similarity (eq. 2).

    Phi = q k^T with q and k centered over positions and of unit length; fetched is
    softmax(Phi / tau) carried. Phi itself never exists as a whole.

    Args:
        query: (b, c, h, w) of the target.
        keys: (b, r, c, h2, w2) of r references, which are searched as one.
        carried: (b, r, d, h2, w2) what their cells hold.
        tau: temperature, scalar.
    """
    h, w = query.shape[2:]
    rows, columns, values = _cells(query[:, None]), _cells(keys), _cells(carried)
    fetched = centered_cosine_attention(rows, columns, values, tau)  # (b, 1, h w, d)
    best = best_match(rows, columns)
    return Match(
        fetched[:, 0].transpose(1, 2).unflatten(2, (h, w)),
        best[:, 0].unflatten(1, (h, w))[:, None],
    )


@torch.no_grad()
def best_match(query: Tensor, key: Tensor) -> Tensor:
    """Greatest centered cosine of each row of ``query (b, 1, n, c)`` over ``key (b, 1, m, c)``.

    Computed in strips, since attention that saves memory does not tell it.

    Returns:
        (b, 1, n) float32.
    """
    with torch.autocast(query.device.type, enabled=False):
        q = unit_rows(query.float() - query.float().mean(2, keepdim=True))[:, 0]
        k = unit_rows(key.float() - key.float().mean(2, keepdim=True))[:, 0].transpose(1, 2)
        strips = q.split(max(1, _STRIP_VALUES // (len(q) * k.shape[2])), 1)
        # All into the same memory: the heap would grow by many strips.
        product = q.new_empty(len(q), strips[0].shape[1], k.shape[2])
        best = [torch.bmm(one, k, out=product[:, : one.shape[1]]).amax(2) for one in strips]
        return torch.cat(best, 1)[:, None]


def alike_cells(target: Tensor, others: Tensor) -> Tensor:
    """Mean over a target's cells of the cosine of their best match in each of m pictures.

    What Pik-Fix would find in a reference, before anything is looked up: every cell of the target
    takes the cell that looks most like it, wherever it lies (ours).

    Args:
        target: (n, c) unit vectors. others: (m, k, c) unit vectors.

    Returns:
        (m,) in [-1, 1], 1 for the same picture.
    """
    cosines = others.flatten(0, 1) @ target.T  # (m k, n)
    return cosines.unflatten(0, others.shape[:2]).amax(1).mean(1)


def spread(found: Match) -> list[Match]:
    """One match at 1/8 for all four scales: repeated to 1/4, means at 1/16 and 1/32."""
    finer = Match(*(F.interpolate(x, scale_factor=2.0, mode="nearest") for x in found))
    coarser = [Match(*(F.avg_pool2d(x, factor) for x in found)) for factor in (2, 4)]
    return [finer, found, *coarser]


def _cells(maps: Tensor) -> Tensor:
    """``(b, r, c, h, w)`` to ``(b, 1, r h w, c)``, in one piece: else attention fills its map."""
    return maps.flatten(3).permute(0, 1, 3, 2).flatten(1, 2)[:, None].contiguous()


def _resized(x: Tensor, size: torch.Size) -> Tensor:
    if x.shape[2:] == size:
        return x
    if x.shape[2] > size[0]:
        return F.avg_pool2d(x, x.shape[2] // size[0])
    return F.interpolate(x, size=size, mode="bilinear", align_corners=False)
