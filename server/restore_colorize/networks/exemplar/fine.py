"""Looks details up: attention at 1/4, among the children of the cells that matched at 1/8."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restore_colorize.networks.exemplar.encoders import for_each
from restore_colorize.networks.exemplar.sizes import ExemplarSizes
from restore_colorize.networks.layers import unit_rows

_CHILDREN = 4  # cells at 1/4 in a cell at 1/8
_GROUP = 16  # numbers of which only the greatest is compared at first


class Level(NamedTuple):
    """One picture's maps: ``fine (b, c, h/4, w/4)``, ``coarse (b, d, h/8, w/8)``, and ``rows``
    ``(b, e, h/8, w/8)`` by which head 0 of the coarse attention compares cells."""

    fine: Tensor
    coarse: Tensor
    rows: Tensor


class FineAttention(nn.Module):
    """Every cell at 1/4 attends the children of its parent's best cells.

    The mean over whole cells at 1/8 loses small saturated things: true chroma at 1/8 enlarged
    gives 32.7 dB, at 1/4 35.6. All pairs at 1/4 would be 16 times the coarse map; the children of
    the best ``fine_parents`` cells are nearly all of what the softmax would weigh. After the
    coarse-to-fine matching of detector-free correspondence (LoFTR, 2104.00680, section 3.4).
    """

    def __init__(
        self,
        sizes: ExemplarSizes,
        target_channels: tuple[int, int],
        reference_channels: tuple[int, int],
    ) -> None:
        super().__init__()
        self.parents, self.channels = sizes.fine_parents, sizes.fine_channels
        self.query = nn.Conv2d(target_channels[0], self.channels, 1)
        self.query_context = nn.Conv2d(target_channels[1], self.channels, 1, bias=False)
        self.key = nn.Conv2d(reference_channels[0], self.channels, 1)
        self.key_context = nn.Conv2d(reference_channels[1], self.channels, 1, bias=False)
        self.log_sharpness = nn.Parameter(torch.tensor(math.log(10.0)))
        self.log_parent_sharpness = nn.Parameter(torch.tensor(math.log(10.0)))

    def forward(self, target: Level, reference: Level, chroma: Tensor) -> Tensor:
        """Fetch chroma.

        Args:
            target, reference: maps of both pictures; their sides may differ, and the batch of
                references may be r times the targets', r in a row for each.
            chroma: (b r, 2, h2/4, w2/4) ab_n of the reference.

        Returns:
            (b r, 4, h/4, w/4) float32: ab_n, its spread, cosine with the best child.
        """
        h, w = target.rows.shape[2:]
        query = self.query(target.fine) + _doubled(self.query_context(target.coarse))
        key = self.key(reference.fine) + _doubled(self.key_context(reference.coarse))
        with torch.autocast(query.device.type, enabled=False):
            query, key = unit_rows(_families(query)), unit_rows(_families(key))  # (b, n, 4, c)
            query = for_each(query, len(key) // len(query))
            similarity, parents = self._best_parents(target.rows, reference.rows)  # (b, n, k)
            b, n, k = parents.shape
            power = chroma.square().sum(1, keepdim=True)
            values = _families(torch.cat([chroma, power], 1))  # (b, m, 4, 3)
            cells = torch.cat([key, values], 3).flatten(2)  # (b, m, 4 (c + 3))
            found = _rows_at(cells, parents).view(b, n, k * _CHILDREN, self.channels + 3)
            cosine = query @ found[..., : self.channels].transpose(2, 3)  # (b, n, 4, 4 k)
            prior = similarity * self.log_parent_sharpness.exp()
            prior = prior.repeat_interleave(_CHILDREN, 2)[:, :, None]
            weight = torch.softmax(cosine * self.log_sharpness.exp() + prior, 3)
            mean, second = (weight @ found[..., self.channels :]).split((2, 1), 3)  # (b, n, 4, .)
            spread = (second - mean.square().sum(3, keepdim=True)).clamp_min(1e-6).sqrt()
            fetched = torch.cat([mean, spread, cosine.amax(3, keepdim=True)], 3)
            return F.pixel_shuffle(fetched.permute(0, 3, 2, 1).reshape(b, 16, h, w), 2)

    def _best_parents(self, target: Tensor, reference: Tensor) -> tuple[Tensor, Tensor]:
        """Cosines with the best cells of the reference, and their places, ``(b, n, parents)``."""
        query = unit_rows(target.float().flatten(2).transpose(1, 2))
        key = unit_rows(reference.float().flatten(2).transpose(1, 2))
        query = for_each(query, len(key) // len(query))
        with torch.no_grad():
            # What is found at bfloat16's precision may differ between equals; cosines do not.
            compared = _without_gradients(target)
            similarity = query.to(compared) @ key.to(compared).transpose(1, 2)  # (b, n, m)
            places = _places_of_best(similarity, min(self.parents, similarity.shape[2]))
        chosen = _rows_at(key, places).view(*places.shape, -1)  # (b, n, k, c)
        return (chosen * query[:, :, None]).sum(3), places


def _without_gradients(rows: Tensor) -> torch.dtype:
    """The number type to search in: the map's own when nothing is learned, else float32."""
    return torch.float32 if torch.is_grad_enabled() else rows.dtype


def _places_of_best(x: Tensor, count: int) -> Tensor:
    """Places ``(b, n, count)`` of the greatest along the last axis of ``x (b, n, m)``.

    The greatest lie in the groups with the greatest maxima, so most are never looked at.
    """
    groups = x.shape[2] // _GROUP
    if x.shape[2] % _GROUP or groups <= count:
        return x.topk(count, 2).indices
    grouped = x.unflatten(2, (_GROUP, groups))
    best = grouped.amax(2).topk(count, 2, sorted=False).indices  # (b, n, k) groups
    members = grouped.gather(3, best[:, :, None].expand(-1, -1, _GROUP, -1)).flatten(2)
    among = members.topk(count, 2).indices  # member * k + which of the groups
    return among // count * groups + best.gather(2, among % count)


def _rows_at(rows: Tensor, places: Tensor) -> Tensor:
    """Rows ``(b, n, k * c)`` of ``rows (b, m, c)`` at ``places (b, n, k)``, each in one piece."""
    b, m, c = rows.shape
    first = torch.arange(b, device=rows.device)[:, None, None] * m
    return (
        rows.reshape(b * m, c)
        .index_select(0, (places + first).flatten())
        .view(b, places.shape[1], -1)
    )


def _families(x: Tensor) -> Tensor:
    """``(b, c, 2h, 2w)`` to ``(b, hw, 4, c)``: the four children of every cell, float32."""
    b, c, h, w = x.shape
    cells = x.permute(0, 2, 3, 1).reshape(b, h // 2, 2, w // 2, 2, c)
    return cells.transpose(2, 3).reshape(b, -1, _CHILDREN, c).float()


def _doubled(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2, mode="bilinear")
