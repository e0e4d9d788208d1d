"""Pik-Fix's restoration sub-net (2205.01902, 3.1): residual dense networks at several sizes."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restore_colorize.networks.restoration.luma import check_luma
from restore_colorize.networks.restoration.sizes import RdnSizes


class _ResidualDenseBlock(nn.Module):
    """Units of conv 3x3 and ReLU, each seeing all before it; conv 1x1; plus the input."""

    def __init__(self, sizes: RdnSizes) -> None:
        super().__init__()
        g0, g = sizes.features, sizes.growth
        self.units = nn.ModuleList(
            nn.Conv2d(g0 + g * index, g, 3, padding=1) for index in range(sizes.units)
        )
        self.fuse = nn.Conv2d(g0 + g * sizes.units, g0, 1)

    def forward(self, x: Tensor) -> Tensor:
        known = x
        for unit in self.units:
            known = torch.cat([known, F.relu(unit(known))], 1)
        return x + self.fuse(known)


class _Level(nn.Module):
    """One RDN without its upsampling: (b, shuffle², h, w) to (b, features, h, w)."""

    def __init__(self, sizes: RdnSizes) -> None:
        super().__init__()
        g0 = sizes.features
        self.shallow1 = nn.Conv2d(sizes.shuffle**2, g0, 3, padding=1)
        self.shallow2 = nn.Conv2d(g0, g0, 3, padding=1)
        self.blocks = nn.ModuleList(_ResidualDenseBlock(sizes) for _ in range(sizes.blocks))
        self.fuse1 = nn.Conv2d(g0 * sizes.blocks, g0, 1)
        self.fuse3 = nn.Conv2d(g0, g0, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        shallow = self.shallow1(x)
        deep, outputs = self.shallow2(shallow), []
        for block in self.blocks:
            deep = block(deep)
            outputs.append(deep)
        return shallow + self.fuse3(self.fuse1(torch.cat(outputs, 1)))


class MultiLevelRDN(nn.Module):
    """Restores luma at full size, a quarter and an eighth at once, then fuses.

    The residual to the input is our choice, not stated in the paper; its last convolution begins
    at zero, so a fresh network gives its input back.
    """

    def __init__(self, sizes: RdnSizes | None = None) -> None:
        super().__init__()
        self.sizes = sizes or RdnSizes()
        self.levels = nn.ModuleList(_Level(self.sizes) for _ in self.sizes.reductions)
        channels = self.sizes.features * len(self.sizes.reductions)
        self.fusion = nn.Conv2d(channels, self.sizes.shuffle**2, 3, padding=1)
        nn.init.zeros_(self.fusion.weight)
        nn.init.zeros_(self.fusion.bias)  # type: ignore[arg-type]

    @property
    def side_multiple(self) -> int:
        """What both sides of the input must be multiples of."""
        return max(self.sizes.reductions) * self.sizes.shuffle

    def forward(self, luma: Tensor) -> Tensor:
        """Restore ``luma (b, 1, h, w)``, in any linear scale, such as L_n.

        Raises:
            ShapeError: the shape is another, or a side is no multiple of ``side_multiple``.
        """
        check_luma(luma, self.side_multiple)
        shuffle = self.sizes.shuffle
        size = [side // shuffle for side in luma.shape[2:]]
        features = []
        for level, reduction in zip(self.levels, self.sizes.reductions, strict=True):
            reduced = F.avg_pool2d(luma, reduction) if reduction > 1 else luma
            found = level(F.pixel_unshuffle(reduced, shuffle))
            if reduction > 1:
                found = F.interpolate(found, size=size, mode="bilinear", align_corners=False)
            features.append(found)
        residual = self.fusion(torch.cat(features, 1))
        return luma + F.pixel_shuffle(residual, shuffle).to(luma.dtype)
