"""Cosine attention between the cells of two maps."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

# 1e-4 under the root bounds the gradient of a flat patch; a plain division by the norm does not.
_EPS = 1e-4


def unit_rows(x: Tensor) -> Tensor:
    """Bring the last axis of ``x`` to unit length; all-zero rows stay zero."""
    return x * torch.rsqrt(x.square().sum(-1, keepdim=True) + _EPS)


def centered_cosine_attention(query: Tensor, key: Tensor, value: Tensor, tau: Tensor) -> Tensor:
    """Softmax of centered cosine similarity over ``tau``, applied to ``value`` (Pik-Fix, eq. 1-2).

    Query and key are centered over their positions, then brought to unit length per position, in
    float32: with a sharp ``tau`` bfloat16 would move results by several percent. Runs as
    ``scaled_dot_product_attention``, whose saving path wants equal last sizes: the narrower of
    key and value is padded with zeros, which changes neither product.

    Args:
        query: (b, heads, n, c).
        key: (b, heads, m, c).
        value: (b, heads, m, d).
        tau: temperature, positive scalar.

    Returns:
        (b, heads, n, d) float32.
    """
    q = unit_rows(query.float() - query.float().mean(2, keepdim=True)) / tau
    k = unit_rows(key.float() - key.float().mean(2, keepdim=True))
    v = value.float()
    c, d = k.shape[-1], v.shape[-1]
    width = max(c, d)
    with torch.autocast(q.device.type, enabled=False):
        out = F.scaled_dot_product_attention(
            F.pad(q, (0, width - c)),
            F.pad(k, (0, width - c)),
            F.pad(v, (0, width - d)),
            scale=1.0,
        )
    return out[..., :d]
