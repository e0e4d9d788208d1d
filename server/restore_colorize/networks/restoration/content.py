"""The content branch: what is damaged, what was there, and what to put into the holes.

A U-Net without norms. Its two fine levels (1/2, 1/4) look 50 px far and may run tile by tile;
the two coarse ones (1/8, 1/16) see hundreds of pixels, along lines as well, and run once on the
whole picture.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restore_colorize.networks.restoration.level import expected_error
from restore_colorize.networks.restoration.sizes import RestorationSizes

_OUTPUTS = 3  # mask logit, correction d, fill f
# Lines in the cells at 1/8: half their length (128 px), how many, and what is gathered along them.
_REACH_CELLS, _DIRECTIONS, _EVIDENCE = 16, 8, 16


class ResidualPair(nn.Module):
    """x + conv 3x3(ReLU(conv 3x3(x))); begins close to doing nothing."""

    def __init__(self, channels: int, dilation: int = 1) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=dilation, dilation=dilation)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        for conv, gain in ((self.first, 1.0), (self.second, 0.15)):
            nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
            nn.init.zeros_(conv.bias)  # type: ignore[arg-type]
            with torch.no_grad():
                conv.weight.mul_(gain)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(F.relu(self.first(x)))


class _Lines(nn.Module):
    """x + what is gathered along straight lines: scratches too faint to be seen at any one place.

    Each cell gets the means of some evidence over short lines through it, in eight directions.
    Begins with doing nothing.
    """

    lines: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.evidence = nn.Conv2d(channels, _EVIDENCE, 3, padding=1)
        self.told = nn.Conv2d(_EVIDENCE * _DIRECTIONS, channels, 1)
        nn.init.zeros_(self.told.weight)
        nn.init.zeros_(self.told.bias)  # type: ignore[arg-type]
        self.register_buffer("lines", _lines(), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        evidence = F.relu(self.evidence(x)).flatten(0, 1)[:, None]
        along = F.conv2d(evidence, self.lines.to(evidence.dtype), padding=_REACH_CELLS)
        return x + self.told(along.unflatten(0, (len(x), -1)).flatten(1, 2))


def _lines() -> Tensor:
    """Lines through the middle of squares, soft at their edges, each of sum 1: (8, 1, 33, 33)."""
    ticks = torch.arange(-_REACH_CELLS, _REACH_CELLS + 1)
    y, x = torch.meshgrid(ticks, ticks, indexing="ij")
    drawn = []
    for index in range(_DIRECTIONS):
        angle = math.pi * index / _DIRECTIONS
        beside = (x * math.sin(angle) - y * math.cos(angle)).abs()
        ahead = (x * math.cos(angle) + y * math.sin(angle)).abs()
        drawn.append((1 - beside).clamp(min=0) * (ahead <= _REACH_CELLS))
    lines = torch.stack(drawn)[:, None]
    return lines / lines.sum((2, 3), keepdim=True)


class ContentBranch(nn.Module):
    """``survey`` (tiles), ``look_far`` (whole picture), ``repair`` (tiles), in this order."""

    def __init__(self, sizes: RestorationSizes) -> None:
        super().__init__()
        half, quarter, eighth, sixteenth = sizes.widths
        self.stem = nn.Conv2d(12, half, 3, padding=1)
        self.half_in = nn.Sequential(ResidualPair(half), ResidualPair(half))
        self.to_quarter = nn.Conv2d(half, quarter, 2, 2)
        self.quarter_in = nn.Sequential(ResidualPair(quarter), ResidualPair(quarter))
        self.to_eighth = nn.Conv2d(quarter, eighth, 2, 2)
        self.eighth_in = nn.Sequential(ResidualPair(eighth), ResidualPair(eighth))
        self.lines = _Lines(eighth)
        self.to_sixteenth = nn.Conv2d(eighth, sixteenth, 2, 2)
        self.level = nn.Conv2d(sizes.level_features, sixteenth, 1)
        self.sixteenth = nn.Sequential(
            ResidualPair(sixteenth), ResidualPair(sixteenth, 2), ResidualPair(sixteenth)
        )
        self.up_eighth = nn.Conv2d(sixteenth, eighth, 1)
        self.eighth_out = ResidualPair(eighth)
        self.up_quarter = nn.Conv2d(eighth, quarter, 1)
        self.quarter_out = ResidualPair(quarter)
        self.up_half = nn.Conv2d(quarter, half, 1)
        self.half_out = nn.Sequential(ResidualPair(half), ResidualPair(half))
        self.head = nn.Conv2d(half, half, 3, padding=1)
        self.last = nn.Conv2d(half, 4 * _OUTPUTS, 3, padding=1)
        self._begin()

    @torch.no_grad()
    def _begin(self) -> None:
        """No damage, no correction: a fresh network gives its input back."""
        nn.init.kaiming_normal_(self.stem.weight, nonlinearity="linear")
        nn.init.kaiming_normal_(self.head.weight)
        self.level.weight.mul_(0.1)
        self.last.weight[:4] *= 0.1
        self.last.weight[4:8] = 0.0
        self.last.weight[8:] *= 0.3
        self.last.bias.zero_()  # type: ignore[union-attr]
        self.last.bias[:4] = -4.0  # type: ignore[index]

    def survey(self, picture: Tensor, painted: Tensor, log_error: Tensor) -> Tensor:
        """Features (b, c, h/8, w/8) of a tile for :meth:`look_far`."""
        return self.to_eighth(self._fine(picture, painted, log_error)[1])

    def look_far(self, surveyed: Tensor, level_features: Tensor) -> Tensor:
        """Context (b, c, h/8, w/8) from the whole picture's survey and level, for the tiles."""
        eighth = self.lines(self.eighth_in(surveyed))
        sixteenth = self.to_sixteenth(eighth)
        known = F.interpolate(
            level_features, sixteenth.shape[2:], mode="bilinear", align_corners=False
        )
        sixteenth = self.sixteenth(sixteenth + self.level(known))
        up = F.interpolate(
            self.up_eighth(sixteenth), eighth.shape[2:], mode="bilinear", align_corners=False
        )
        return self.up_quarter(self.eighth_out(eighth + up))

    def repair(
        self, picture: Tensor, painted: Tensor, log_error: Tensor, context: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Mask logit, correction in units of the expected error, and fill, each (b, 1, h, w)."""
        half, quarter = self._fine(picture, painted, log_error)
        y = self.quarter_out(quarter + _doubled(context))
        y = self.half_out(half + _doubled(self.up_half(y)))
        planes = F.pixel_shuffle(self.last(F.relu(self.head(y))).float(), 2)
        logit, correction, fill = planes.split(1, 1)
        return logit, correction, fill + 0.5

    def _fine(self, picture: Tensor, painted: Tensor, log_error: Tensor) -> tuple[Tensor, Tensor]:
        """The levels at 1/2 and 1/4."""
        error = F.interpolate(
            expected_error(log_error), picture.shape[2:], mode="bilinear", align_corners=False
        )
        mean = F.avg_pool2d(F.pad(picture, (2, 2, 2, 2), mode="reflect"), 5, 1)
        detail = ((picture - mean) / (error + 0.004)).clamp(-6, 6)
        seen = torch.cat([(picture - 0.5) * 4, detail * 0.7, painted], 1)
        cells = F.pixel_unshuffle(seen, 2).contiguous(memory_format=torch.channels_last)
        half = self.half_in(self.stem(cells))
        return half, self.quarter_in(self.to_quarter(half))


def _doubled(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
