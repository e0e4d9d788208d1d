"""SPHist (2205.01902, eq. 3-4): how a cell's a and b spread over bins, without losing gradients."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SIGMA = 0.1
_PUBLIC_SIGMA = 0.01
# Shares below e^-60 count for nothing, but numbers too small to be normal make products slow.
_LEAST_EXPONENT = -60.0


def initial_centers(bins: int) -> Tensor:
    """u_k = -1 + 2k / K: with an even K, gray lies on a center."""
    return -1 + 2 * torch.arange(bins) / bins


def soft_histogram(chroma: Tensor, centers: Tensor, sigma: float = SIGMA) -> Tensor:
    """Share of every bin at every place (eq. 3).

    h_k = softmax over k of -(D - u_k)^2 / (2 sigma^2), for a and for b.

    Args:
        chroma: (b, 2, h, w) ab_n.
        centers: (2, K) of a and of b.

    Returns:
        (b, 2 K, h, w) float32, the bins of a first.
    """
    with torch.autocast(chroma.device.type, enabled=False):
        distance = chroma.float()[:, :, None] - centers.float()[:, :, None, None]
        exponent = (distance.square() / (-2 * sigma**2)).clamp_min(_LEAST_EXPONENT)
        return torch.softmax(exponent, 2).flatten(1, 2)  # (b, 2, K, h, w) -> (b, 2 K, h, w)


class SPHist(nn.Module):
    """Histograms with learnable centers, 2K of them; sigma .1 (section 3.2)."""

    def __init__(self, bins: int) -> None:
        super().__init__()
        self.centers = nn.Parameter(initial_centers(bins).repeat(2, 1))

    def forward(self, chroma: Tensor) -> Tensor:
        """``chroma (b, 2, h, w)`` ab_n to shares ``(b, 2 K, h, w)`` that sum to 1 for a and b."""
        return soft_histogram(chroma, self.centers)

    def expected(self, carried: Tensor) -> Tensor:
        """The mean that histograms ``(b, 2 K, h, w)`` stand for: ab_n ``(b, 2, h, w)``."""
        shares = carried.unflatten(1, self.centers.shape)
        return (shares * self.centers[:, :, None, None]).sum(2)


class FixedHistogram(nn.Module):
    """The public code's: a density over fixed centers, the same for a and b; sigma .01."""

    centers: Tensor

    def __init__(self, bins: int) -> None:
        super().__init__()
        self.register_buffer("centers", initial_centers(bins) + 1 / bins)

    def forward(self, chroma: Tensor) -> Tensor:
        """``chroma (b, 2, h, w)`` ab_n to densities times bin width ``(b, 2 K, h, w)``."""
        with torch.autocast(chroma.device.type, enabled=False):
            distance = chroma.float()[:, :, None] - self.centers[:, None, None]
            exponent = -0.5 * (distance / _PUBLIC_SIGMA).square()
            density = torch.exp(exponent.clamp_min(_LEAST_EXPONENT))
            width = 2 / len(self.centers)
            scaled = density * (width / (_PUBLIC_SIGMA * math.sqrt(2 * math.pi)))
            return scaled.flatten(1, 2)  # (b, 2, K, h, w) -> (b, 2 K, h, w)

    def expected(self, carried: Tensor) -> Tensor:
        """The mean that histograms stand for: ab_n ``(b, 2, h, w)``."""
        shares = carried.unflatten(1, (2, -1))
        mean = (shares * self.centers[:, None, None]).sum(2)
        return mean / shares.sum(2).clamp_min(1e-6)


class RawChroma(nn.Module):
    """No histogram at all: the ablation of the paper's table 4 ("ab fusion")."""

    def forward(self, chroma: Tensor) -> Tensor:
        """``chroma (b, 2, h, w)`` as it is, float32."""
        return chroma.float()

    def expected(self, carried: Tensor) -> Tensor:
        """``carried (b, 2, h, w)`` as it is."""
        return carried


def pooled(maps: Tensor, times: int) -> list[Tensor]:
    """``maps`` and its means at 1/2, 1/4, ... of their size, ``times`` of them in all."""
    levels = [maps]
    while len(levels) < times:
        levels.append(F.avg_pool2d(levels[-1], 2))
    return levels
