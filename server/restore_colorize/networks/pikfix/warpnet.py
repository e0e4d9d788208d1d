"""WarpNet: how the authors' public code compares two pictures, at 1/8 alone."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_EACH, _ALL = 64, 256  # channels of a scale's branch, and of all four


class _Branch(nn.Module):
    """Two convolutions with InstanceNorm and PReLU that bring one trunk map to 1/8."""

    def __init__(self, in_channels: int, inner: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, inner, 3)
        self.prelu1 = nn.PReLU()
        self.conv2 = nn.Conv2d(inner, _EACH, 3, stride)
        self.prelu2 = nn.PReLU()

    def forward(self, x: Tensor, *, enlarge_between: bool = False) -> Tensor:
        x = self.prelu1(F.instance_norm(self.conv1(_reflected(x))))
        if enlarge_between:
            x = F.interpolate(x, scale_factor=2.0, mode="nearest")
        return self.prelu2(F.instance_norm(self.conv2(_reflected(x))))


class _ResidualBlock(nn.Module):
    """Two convolutions with InstanceNorm, one PReLU for both, plus the input."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(_ALL, _ALL, 3)
        self.conv2 = nn.Conv2d(_ALL, _ALL, 3)
        self.prelu = nn.PReLU()

    def forward(self, x: Tensor) -> Tensor:
        y = self.prelu(F.instance_norm(self.conv1(_reflected(x))))
        return self.prelu(F.instance_norm(self.conv2(_reflected(y))) + x)


class WarpNet(nn.Module):
    """Trunk's four maps to one map of features at 1/8; target and reference end differently."""

    def __init__(self) -> None:
        super().__init__()
        self.quarter = _Branch(64, 128, 2)
        self.eighth = _Branch(128, 128)
        self.sixteenth = _Branch(256, 256)
        self.thirtysecond = _Branch(512, 256)
        self.blocks = nn.Sequential(*(_ResidualBlock() for _ in range(3)))
        self.theta = nn.Conv2d(_ALL, _ALL, 1)
        self.phi = nn.Conv2d(_ALL, _ALL, 1)

    def query(self, maps: list[Tensor]) -> list[Tensor]:
        """The target's features, ``[(b, 256, h/8, w/8)]``."""
        return [self.theta(self._joined(maps))]

    def key(self, maps: list[Tensor]) -> list[Tensor]:
        """The reference's features, ``[(b, 256, h/8, w/8)]``."""
        return [self.phi(self._joined(maps))]

    def _joined(self, maps: list[Tensor]) -> Tensor:
        quarter, eighth, sixteenth, thirtysecond = maps
        deep = self.thirtysecond(thirtysecond, enlarge_between=True)
        branches = [
            self.quarter(quarter),
            self.eighth(eighth),
            F.interpolate(self.sixteenth(sixteenth), scale_factor=2.0, mode="nearest"),
            F.interpolate(deep, scale_factor=2.0, mode="nearest"),
        ]
        return self.blocks(torch.cat(branches, 1))


def _reflected(x: Tensor) -> Tensor:
    return F.pad(x, (1, 1, 1, 1), mode="reflect")
