"""Looks every target cell up in the reference: attention at 1/8 with a warped-chroma head."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restore_colorize.networks.exemplar.encoders import for_each
from restore_colorize.networks.exemplar.matches import (
    Matches,
    compared_at,
    places_of_greatest,
    search_in_bfloat16,
)
from restore_colorize.networks.exemplar.sizes import ExemplarSizes
from restore_colorize.networks.layers import unit_rows

# Inverse temperatures stay between a soft mean and a near copy (tau .2 to .005).
_SHARPEST, _SOFTEST = 200.0, 5.0
_STRIP_ROWS = 64
DESCRIBED_HEADS = 2


class Correspondence(NamedTuple):
    """What one reference has to say, by target cell at 1/8.

    Attributes:
        attended: (b, heads * head_channels, h/8, w/8) features fetched.
        warped: (b, 2, h/8, w/8) ab_n fetched by head 0.
        spread: (b, 1, h/8, w/8) standard deviation of the chroma that head 0 averaged.
        best_cosine: (b, heads, h/8, w/8) similarity of the best reference cell.
        described: (b, 2 * descriptors, h/8, w/8) descriptors fetched by heads 0 and 1.
    """

    attended: Tensor
    warped: Tensor
    spread: Tensor
    best_cosine: Tensor
    described: Tensor


class _LookedUp(NamedTuple):
    """Values ``(b, heads, n, c)`` fetched by rows, each row's cosine with its best key ``(b, heads,
    n)``, and the places ``(b, n, k)`` of head 0's best keys."""

    fetched: Tensor
    best_cosine: Tensor
    places: Tensor


class CellAttention(nn.Module):
    """Cosine attention of the target's cells over all cells of a reference.

    Color2Embed passes one global vector; this adds positions (our choice, +1.8 dB at equal time).
    Head 0 also carries plain chroma and gets a loss of its own (+1.7 dB more). Products are
    explicit and in float32: the row maxima are needed, and the softmax is sharp. In training the
    map of one reference is heads x 2,048 x 2,048 values at the largest working size (64 MiB).
    Without gradients, a CPU in bfloat16 uses its matrix units; see :func:`_look_up_in_bfloat16`.
    """

    def __init__(
        self, sizes: ExemplarSizes, context_channels: int, key_channels: int, value_channels: int
    ) -> None:
        super().__init__()
        self.heads, self.head_channels = sizes.heads, sizes.head_channels
        self.match_count = sizes.fine_parents
        inner = sizes.heads * sizes.head_channels
        self.query = nn.Conv2d(context_channels, inner, 1)
        self.key = nn.Conv2d(key_channels, inner, 1)
        self.value = nn.Conv2d(value_channels, inner, 1)
        self.log_sharpness = nn.Parameter(torch.full((sizes.heads,), math.log(20.0)))

    def forward(
        self, context: Tensor, keys: Tensor, values: Tensor, chroma: Tensor, descriptors: Tensor
    ) -> tuple[Correspondence, Matches]:
        """Fetch from references; r of them in a row for each target.

        Args:
            context: (b, context_channels, h/8, w/8) of the target.
            keys: (b r, key_channels, h2/8, w2/8) of the reference.
            values: (b r, value_channels, h2/8, w2/8) of the reference.
            chroma: (b r, 2, h2/8, w2/8) mean ab_n of the reference's cells.
            descriptors: (b r, d, h2/8, w2/8) of the reference's luma.
        """
        h, w = context.shape[2:]
        query, key, value = self.query(context), self.key(keys), self.value(values)
        is_fast = _is_cpu_inference(query) and query.dtype == torch.bfloat16  # by autocast
        look_up = _look_up_in_bfloat16 if is_fast else _look_up
        with torch.autocast(query.device.type, enabled=False):
            query, key = unit_rows(self._rows(query)), unit_rows(self._rows(key))
            query = for_each(query, len(key) // len(query))
            sharpness = self.log_sharpness.exp().clamp(_SOFTEST, _SHARPEST)[:, None, None]
            # Plain cells ride with every head's values: one product, nothing large is sliced.
            plain = [chroma, chroma.square().sum(1, keepdim=True), descriptors]
            cells = torch.cat(plain, 1).float().flatten(2).transpose(1, 2)  # (b, m, 3 + d)
            cells = cells[:, None].expand(-1, self.heads, -1, -1)
            fetchable = torch.cat([self._rows(value), cells], 3)
            found = look_up(query, key, fetchable, sharpness, self.match_count)
            matches = compared_at(query[:, 0], key[:, 0], found.places)
            fetched = found.fetched.transpose(2, 3).unflatten(3, (h, w))
            attended = fetched[:, :, : self.head_channels]  # (b, heads, c, h, w)
            warped, second, _ = fetched[:, 0, self.head_channels :].split(
                (2, 1, descriptors.shape[1]), 1
            )
            variance = second - warped.square().sum(1, keepdim=True)
            described = fetched[:, :DESCRIBED_HEADS, self.head_channels + 3 :]
            correspondence = Correspondence(
                attended=attended.flatten(1, 2),  # (b, heads * c, h/8, w/8)
                warped=warped,
                spread=variance.clamp_min(1e-6).sqrt(),
                best_cosine=found.best_cosine.unflatten(2, (h, w)),
                described=described.flatten(1, 2),  # (b, 2 * d, h/8, w/8)
            )
            return correspondence, matches

    def _rows(self, x: Tensor) -> Tensor:
        """``(b, heads * c, h, w)`` to ``(b, heads, hw, c)`` float32, as it lies in memory."""
        rows = x.float().permute(0, 2, 3, 1).unflatten(3, (self.heads, -1))
        return rows.flatten(1, 2).transpose(1, 2)


def _is_cpu_inference(query: Tensor) -> bool:
    return query.device.type == "cpu" and not torch.is_grad_enabled()


def _look_up(
    query: Tensor, key: Tensor, values: Tensor, sharpness: Tensor, count: int
) -> _LookedUp:
    """What rows ``(b, heads, n, c)`` find, and the places of their ``count`` best keys.

    Rows do not depend on each other. Without gradients a CPU takes them in strips whose maps stay
    within its cache, which halves the time; elsewhere one product of everything is fastest.
    """
    if not _is_cpu_inference(query):
        return _look_up_rows(query, key, values, sharpness, count)
    query, key, values = query.contiguous(), key.contiguous(), values.contiguous()
    pictures = []
    for rows, keys, fetchable in zip(query.split(1), key.split(1), values.split(1), strict=True):
        strips = rows.split(_STRIP_ROWS, 2)
        found = [_look_up_rows(strip, keys, fetchable, sharpness, count) for strip in strips]
        fetched, best_cosine, places = zip(*found, strict=True)
        pictures.append((torch.cat(fetched, 2), torch.cat(best_cosine, 2), torch.cat(places, 1)))
    return _LookedUp(*(torch.cat(parts) for parts in zip(*pictures, strict=True)))


def _look_up_rows(
    query: Tensor, key: Tensor, values: Tensor, sharpness: Tensor, count: int
) -> _LookedUp:
    logits = (query * sharpness) @ key.transpose(2, 3)  # (b, heads, n, m)
    places = places_of_greatest(logits[:, 0].detach(), count)
    fetched = torch.softmax(logits, -1) @ values
    return _LookedUp(fetched, _best_cosine(query, key, logits), places)


def _look_up_in_bfloat16(
    query: Tensor, key: Tensor, values: Tensor, sharpness: Tensor, count: int
) -> _LookedUp:
    """Same as :func:`_look_up` without gradients, several times faster on CPUs with bfloat16.

    A logit of 200 has no digit after the point in bfloat16, so query, key and values enter as sums
    of two parts with 8 bits each; what is left of a logit's error is below 0.01. What comes out is
    rounded to bfloat16, as are the maps of the convolutions that read it.
    """
    whole, rest = _halves(query * sharpness)
    key_whole, key_rest = _halves(key)
    query_parts = torch.cat([whole, rest, whole], 3)
    key_parts = torch.cat([key_whole, key_whole, key_rest], 3)
    value_parts = torch.cat(_halves(values), 3)
    width = max(query_parts.shape[3], value_parts.shape[3])  # the fused kernel wants one for all
    fetched = F.scaled_dot_product_attention(
        _widened(query_parts, width),
        _widened(key_parts, width),
        _widened(value_parts, width),
        scale=1.0,
    )
    channels = values.shape[3]
    fetched = fetched[..., :channels].float() + fetched[..., channels : 2 * channels]
    return _LookedUp(fetched, *search_in_bfloat16(query, key, count))


def _halves(x: Tensor) -> tuple[Tensor, Tensor]:
    """``x`` in bfloat16, and what that leaves of it."""
    whole = x.bfloat16()
    return whole, (x - whole).bfloat16()


def _widened(x: Tensor, width: int) -> Tensor:
    """``x (..., c)`` with zeros up to ``width``; padding by nothing would copy."""
    return x if x.shape[-1] == width else F.pad(x, (0, width - x.shape[-1]))


def _best_cosine(query: Tensor, key: Tensor, logits: Tensor) -> Tensor:
    """Cosine of each query row with its best key row, ``(b, heads, n)``.

    Only the place of the maximum comes from the map, so its gradient does not fill another map.
    ``max`` and not ``argmax``, which is four times slower on CPUs.
    """
    best = logits.detach().max(3, keepdim=True).indices.expand(-1, -1, -1, key.shape[3])
    return (query * key.gather(2, best)).sum(3)
