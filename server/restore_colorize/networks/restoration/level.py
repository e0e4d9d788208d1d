"""How damaged is a picture? Its expected error outside of holes, from statistics of detail."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

WINDOW_PX = 128
# The expected error never counts as less or more than this, as a logarithm.
_LEAST_LOG, _MOST_LOG = -6.5, -1.5
_HAAR_LEVELS = 3
_QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
STATISTICS = 2 + _HAAR_LEVELS * (3 + len(_QUANTILES))
_WINDOWS_AT_ONCE = 64


class Level(NamedTuple):
    """What is known of a picture (b, 1, h, w) before its content is looked at.

    Attributes:
        log_error: (b, 1, h/8, w/8), log of the expected error, in units of the gray value.
        features: (b, c, h/8, w/8) for the content branch.
    """

    log_error: Tensor
    features: Tensor


class LevelHead(nn.Module):
    """An MLP over statistics of windows; between windows the answer changes smoothly."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.first = nn.Linear(STATISTICS, features)
        self.second = nn.Linear(features, features)
        self.log_error = nn.Linear(features, 1)
        self.direct = nn.Linear(STATISTICS, 1)
        nn.init.zeros_(self.direct.weight)
        nn.init.constant_(self.log_error.bias, -3.5)

    def forward(self, statistics: Tensor) -> tuple[Tensor, Tensor]:
        """Log of the expected error (n,) and features (n, c) of ``statistics (n, STATISTICS)``."""
        features = F.relu(self.second(F.relu(self.first(statistics))))
        return (self.log_error(features) + self.direct(statistics))[:, 0], features

    def measure(self, picture: Tensor) -> Level:
        """Judge a picture (b, 1, h, w) in windows of 128 px; its sides are multiples of 16."""
        b, _, h, w = picture.shape
        tops, lefts = _starts(h), _starts(w)
        places = [(top, left) for top in tops for left in lefts]
        parts = []
        for first in range(0, len(places), _WINDOWS_AT_ONCE):
            windows = torch.cat(
                [
                    picture[:, :, top : top + WINDOW_PX, left : left + WINDOW_PX]
                    for top, left in places[first : first + _WINDOWS_AT_ONCE]
                ]
            )
            log_error, features = self(describe(windows))
            parts.append(
                torch.cat([log_error[:, None], features], 1).view(-1, b, 1 + features.shape[1])
            )
        grid = torch.cat(parts).permute(1, 2, 0).reshape(b, -1, len(tops), len(lefts))
        smooth = F.interpolate(grid, (h // 8, w // 8), mode="bilinear", align_corners=False)
        return Level(smooth[:, :1], smooth[:, 1:])


def expected_error(log_error: Tensor) -> Tensor:
    """The error itself, within bounds, without a gradient: what the content is divided by."""
    return log_error.detach().clamp(_LEAST_LOG, _MOST_LOG).exp()


@torch.no_grad()
def describe(windows: Tensor) -> Tensor:
    """Blockiness, and means and quantiles of Haar bands, ``(n, STATISTICS)``, about 0 to 5."""
    x = windows.float()
    columns = (x[..., 1:] - x[..., :-1]).abs().mean((1, 2))
    rows = (x[..., 1:, :] - x[..., :-1, :]).abs().mean((1, 3))
    found = [_blockiness(columns), _blockiness(rows)]
    for level in range(_HAAR_LEVELS):
        x, *bands = _haar(x)
        found += [_log(band.abs().mean((1, 2, 3))) for band in bands]
        diagonal = bands[-1].abs().flatten(1)
        diagonal = diagonal[:, :: 4 >> level]  # enough to know quantiles by
        ordered = diagonal.sort(1).values
        found += [_log(ordered[:, int(ordered.shape[1] * q)]) for q in _QUANTILES]
    return torch.stack(found, 1)


def _haar(x: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Mean and the horizontal, vertical and diagonal differences of 2 x 2 pixels."""
    a, b, c, d = x[..., ::2, ::2], x[..., ::2, 1::2], x[..., 1::2, ::2], x[..., 1::2, 1::2]
    return (a + b + c + d) / 4, (a - b + c - d) / 2, (a + b - c - d) / 2, (a - b - c + d) / 2


def _blockiness(differences: Tensor) -> Tensor:
    """How far one of eight phases of (n, k) stands out: where JPEG's blocks meet."""
    k = differences.shape[1] // 8 * 8
    phases = differences[:, :k].view(len(differences), -1, 8).mean(1)
    return (_log(phases.amax(1)) - _log(phases.mean(1))) * 4


def _log(x: Tensor) -> Tensor:
    return (x + 1e-3).log() + 4


def _starts(side: int) -> list[int]:
    """Where windows begin along a side: evenly spaced, together about the side long."""
    count = max(1, round(side / WINDOW_PX))
    last = max(0, side - WINDOW_PX)
    return [0] if count == 1 else [index * last // (count - 1) for index in range(count)]
