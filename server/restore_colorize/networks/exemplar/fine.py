"""Looks details up: attention at 1/4, among the children of the cells that matched at 1/8."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restore_colorize.networks.exemplar.sizes import ExemplarSizes
from restore_colorize.networks.layers import unit_rows

_CHILDREN = 4  # cells at 1/4 in a cell at 1/8


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
            target, reference: maps of both pictures; their sides may differ.
            chroma: (b, 2, h2/4, w2/4) ab_n of the reference.

        Returns:
            (b, 4, h/4, w/4) float32: ab_n, its spread, cosine with the best child.
        """
        h, w = target.rows.shape[2:]
        query = self.query(target.fine) + _doubled(self.query_context(target.coarse))
        key = self.key(reference.fine) + _doubled(self.key_context(reference.coarse))
        with torch.autocast(query.device.type, enabled=False):
            query, key = unit_rows(_families(query)), unit_rows(_families(key))  # (b, n, 4, c)
            similarity, parents = self._best_parents(target.rows, reference.rows)  # (b, n, k)
            b, n, k = parents.shape
            cells = torch.cat([key, _families(chroma)], 3).flatten(2)  # (b, m, 4 (c + 2))
            index = parents.flatten(1)[:, :, None].expand(-1, -1, cells.shape[2])
            found = cells.gather(1, index).view(b, n, k * _CHILDREN, self.channels + 2)
            cosine = query @ found[..., : self.channels].transpose(2, 3)  # (b, n, 4, 4 k)
            prior = similarity * self.log_parent_sharpness.exp()
            prior = prior.repeat_interleave(_CHILDREN, 2)[:, :, None]
            weight = torch.softmax(cosine * self.log_sharpness.exp() + prior, 3)
            values = found[..., self.channels :]
            values = torch.cat([values, values.square().sum(3, keepdim=True)], 3)
            mean, second = (weight @ values).split((2, 1), 3)  # (b, n, 4, .)
            spread = (second - mean.square().sum(3, keepdim=True)).clamp_min(1e-6).sqrt()
            fetched = torch.cat([mean, spread, cosine.amax(3, keepdim=True)], 3)
            return F.pixel_shuffle(fetched.permute(0, 3, 2, 1).reshape(b, 16, h, w), 2)

    def _best_parents(self, target: Tensor, reference: Tensor) -> tuple[Tensor, Tensor]:
        """Cosines with the best cells of the reference, and their places, ``(b, n, parents)``."""
        query = unit_rows(target.float().flatten(2).transpose(1, 2))
        key = unit_rows(reference.float().flatten(2).transpose(1, 2))
        with torch.no_grad():
            similarity = query @ key.transpose(1, 2)  # (b, n, m)
            places = similarity.topk(min(self.parents, similarity.shape[2]), 2).indices
        b, n, k = places.shape
        chosen = key.gather(1, places.flatten(1)[:, :, None].expand(-1, -1, key.shape[2]))
        return (chosen.view(b, n, k, -1) * query[:, :, None]).sum(3), places


def _families(x: Tensor) -> Tensor:
    """``(b, c, 2h, 2w)`` to ``(b, hw, 4, c)``: the four children of every cell, float32."""
    b, c = x.shape[:2]
    grouped = F.pixel_unshuffle(x.float(), 2).flatten(2)  # (b, c * 4, hw)
    return grouped.view(b, c, _CHILDREN, -1).permute(0, 3, 2, 1)


def _doubled(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2, mode="bilinear")
