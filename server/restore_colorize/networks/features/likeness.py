"""How alike two pictures are to a feature network: texture and structure, channel by channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_SMALL = 0.1  # c1 and c2, in variances of a channel; see ``Likeness``
_PACE = 20.0  # how much faster than weights of the trunk the few weights of the score learn


class Description(NamedTuple):
    """What is kept of a picture: all channels of all levels behind one another.

    Attributes:
        means: (n, c), each channel's mean over the picture.
        layout: (n, c, grid * grid), each channel's means over cells, less their mean.
    """

    means: Tensor
    layout: Tensor


class Alike(NamedTuple):
    """A target beside n pictures, ``(n,)`` each; 1 is the same, strangers lie around 0.

    Attributes:
        score: the weighted sum, by which pictures are ordered.
        texture: l, whatever is where.
        structure: s, what is where; of the mirrored picture where that fits better.
    """

    score: Tensor
    texture: Tensor
    structure: Tensor


class Likeness(nn.Module):
    """Texture and structure similarity of deep features (Pik-Fix, 2205.01902, section 3.5).

    For each channel l = (2 m_x m_y + c1) / (m_x^2 + m_y^2 + c1) of the means and
    s = (2 cov_xy + c2) / (var_x + var_y + c2); the score is the sum over all channels of
    alpha l + beta s, and all alpha and beta together sum to 1.

    The paper leaves open: its layers (ours: all four maps), alpha and beta (learned with the
    trunk), c1 and c2 (DISTS has 1e-6 for features of VGG, which are never negative; ours are
    standardized, so that small means are noise: 0.1), how maps of different sizes are compared
    (over a grid of cells, so that a description is small enough for an index), and mirrored
    pictures, which serve as well: the better of both layouts counts (ours).

    Args:
        channels: of the trunk's maps.
        grid: cells on a side.
    """

    even: Tensor

    def __init__(self, channels: Sequence[int], grid: int) -> None:
        super().__init__()
        self.grid = grid
        # Standardized, or the many channels that are never far from their mean drown the others.
        self.standard = nn.ModuleList(nn.BatchNorm2d(count, affine=False) for count in channels)
        # A level counts the same, however many channels it has.
        even = torch.cat([torch.full((count,), 1.0 / count) for count in channels]).log()
        self.register_buffer("even", even.repeat(2), persistent=False)
        self.weights = nn.Parameter(torch.zeros(2 * len(even)))  # of textures, then of structures
        self.pace = nn.Parameter(torch.zeros(1))  # of the sharpness

    @property
    def sharpness(self) -> Tensor:
        """What multiplies scores before the softmax of the training."""
        return 20.0 * (_PACE * self.pace[0]).exp()

    def standardized(self, maps: Sequence[Tensor]) -> list[Tensor]:
        """Return the ``maps (n, c, h, w)`` with channels of mean 0 and variance 1, float32."""
        return [norm(level.float()) for norm, level in zip(self.standard, maps, strict=True)]

    def describe(self, maps: Sequence[Tensor]) -> Description:
        """Describe a batch by its ``maps (n, c, h, w)``, float32."""
        standardized = self.standardized(maps)
        cells = [F.adaptive_avg_pool2d(level, self.grid).flatten(2) for level in standardized]
        layout = torch.cat(cells, 1)
        means = layout.mean(2)
        return Description(means, layout - means[..., None])

    def forward(self, target: Description, others: Description) -> Alike:
        """Compare one target ``(1, ...)`` with ``others (n, ...)``."""
        alpha, beta = (self.even + _PACE * self.weights).softmax(0).chunk(2)
        m_x, m_y = target.means, others.means
        textures = (2 * m_x * m_y + _SMALL) / (m_x.square() + m_y.square() + _SMALL)
        texture = textures @ alpha
        layout = target.layout[0]
        spread = layout.square().mean(1) + others.layout.square().mean(2) + _SMALL
        structure = torch.maximum(
            _structure(layout, others.layout, spread) @ beta,
            _structure(self._mirrored(layout), others.layout, spread) @ beta,
        )
        return Alike(texture + structure, texture / alpha.sum(), structure / beta.sum())

    def matrix(self, targets: Description, others: Description) -> Tensor:
        """Return the scores ``(t, n)`` of several targets beside ``n`` pictures."""
        rows = [
            self(Description(targets.means[i : i + 1], targets.layout[i : i + 1]), others).score
            for i in range(len(targets.means))
        ]
        return torch.stack(rows)

    def _mirrored(self, layout: Tensor) -> Tensor:
        """``(c, grid * grid)`` with left and right exchanged."""
        return layout.unflatten(1, (self.grid, self.grid)).flip(2).flatten(1)


def _structure(layout: Tensor, others: Tensor, spread: Tensor) -> Tensor:
    """s for every picture and channel, ``(n, c)``."""
    covariance = torch.einsum("ck,nck->nc", layout, others) / layout.shape[1]
    return (2 * covariance + _SMALL) / spread
