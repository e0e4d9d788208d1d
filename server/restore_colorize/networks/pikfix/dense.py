"""Dense blocks, fusion modules and the U-Net that Pik-Fix builds of them (2205.01902, 3.3)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restore_colorize.networks.pikfix.sizes import DenseUNetSizes


class _DenseUnit(nn.Module):
    """ReLU, 1x1, ReLU, 3x3: what a unit adds to all that it sees."""

    def __init__(self, in_channels: int, sizes: DenseUNetSizes) -> None:
        super().__init__()
        inner = sizes.bottleneck * sizes.growth
        self.narrow = nn.Conv2d(in_channels, inner, 1, bias=False)
        self.grow = nn.Conv2d(inner, sizes.growth, 3, padding=1, bias=False)
        self.dropout = nn.Dropout(sizes.dropout)

    def forward(self, x: Tensor) -> Tensor:
        return self.dropout(self.grow(F.relu(self.narrow(F.relu(x)))))


class _DenseBlock(nn.Module):
    """Units that each see all before them: ``(b, c, h, w)`` to ``(b, c + units growth, h, w)``."""

    def __init__(self, in_channels: int, units: int, sizes: DenseUNetSizes) -> None:
        super().__init__()
        self.units = nn.ModuleList(
            _DenseUnit(in_channels + index * sizes.growth, sizes) for index in range(units)
        )
        self.out_channels = in_channels + units * sizes.growth

    def forward(self, x: Tensor) -> Tensor:
        for unit in self.units:
            x = torch.cat([x, unit(x)], 1)
        return x


class _ResidualDenseBlock(nn.Module):
    """Units of 3x3 and ReLU, each seeing all before it; 1x1; plus the input."""

    def __init__(self, channels: int, units: int, growth: int) -> None:
        super().__init__()
        self.units = nn.ModuleList(
            nn.Conv2d(channels + index * growth, growth, 3, padding=1, bias=False)
            for index in range(units)
        )
        self.join = nn.Conv2d(channels + units * growth, channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        known = x
        for unit in self.units:
            known = torch.cat([known, F.relu(unit(known))], 1)
        return x + self.join(known)


class _Fusion(nn.Module):
    """Puts what was carried from the reference beside the target's features."""

    def __init__(self, channels: int, carried: int, sizes: DenseUNetSizes) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels + carried, channels, 3, padding=1)
        self.dense = _ResidualDenseBlock(channels, sizes.fusion_units, sizes.growth)

    def forward(self, x: Tensor, carried: Tensor) -> Tensor:
        return self.dense(self.conv(torch.cat([x, carried.to(x.dtype)], 1)))


class _Up(nn.Module):
    """Twice the size, a residual dense block, the skip link, two convolutions with ReLU."""

    def __init__(
        self, channels: int, skip: int, out: int, units: int, growth: int, are_corners_aligned: bool
    ) -> None:
        super().__init__()
        self.are_corners_aligned = are_corners_aligned
        self.dense = _ResidualDenseBlock(channels, units, growth)
        self.conv1 = nn.Conv2d(skip + channels, out, 3, padding=1)
        self.conv2 = nn.Conv2d(out, out, 3, padding=1)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        x = F.interpolate(
            x, scale_factor=2, mode="bilinear", align_corners=self.are_corners_aligned
        )
        x = torch.cat([skip, self.dense(x)], 1)
        return F.relu(self.conv2(F.relu(self.conv1(x))))


class DenseUNet(nn.Module):
    """DenseNet-121 without norms on the way down, its mirror on the way up.

    Skip links pass on what went through the ReLU before a transition, as in the public code (which
    does so by an operation in place).

    Args:
        sizes: channel counts.
        carried: channels that come from the reference at 1/4, 1/8, 1/16 and 1/32, one fusion
            module each; 0: there is no reference, and the last block has no transition (the
            public code's restoration).
        out_channels: of the result.
        are_corners_aligned: enlarge as the public code does.
    """

    def __init__(
        self,
        sizes: DenseUNetSizes,
        carried: int,
        out_channels: int,
        *,
        are_corners_aligned: bool = False,
    ) -> None:
        super().__init__()
        self.sizes = sizes
        self.stem = nn.Conv2d(1, sizes.stem, 7, sizes.stem_stride, padding=3, bias=False)
        self.blocks, self.transitions = nn.ModuleList(), nn.ModuleList()
        self.fusions = nn.ModuleList()
        widths, channels = [], sizes.stem  # what skip links pass on; what comes next
        narrowed = [sizes.stem]
        for index, units in enumerate(sizes.blocks):
            block = _DenseBlock(channels, units, sizes)
            self.blocks.append(block)
            widths.append(block.out_channels)
            if index == len(sizes.blocks) - 1 and not carried:
                channels = block.out_channels
                break
            channels = block.out_channels // 2
            self.transitions.append(nn.Conv2d(block.out_channels, channels, 1, bias=False))
            narrowed.append(channels)
            if carried:
                self.fusions.append(_Fusion(channels, carried, sizes))
        skips = [sizes.stem, *widths] if carried else [sizes.stem, *widths[:-1]]
        outs = [*narrowed[: len(sizes.blocks)], widths[2]][: len(skips)]
        if sizes.stem_stride == 2:
            skips, outs = skips[1:], outs[1:]
        self.ups = nn.ModuleList()
        stages = zip(skips[::-1], outs[::-1], sizes.decoder_units[-len(skips) :], strict=True)
        for skip, out, units in stages:
            self.ups.append(_Up(channels, skip, out, units, sizes.growth, are_corners_aligned))
            channels = out
        self.out = nn.Conv2d(channels, out_channels, 3, padding=1)
        self._initialize()

    def forward(self, luma: Tensor, carried: Sequence[Tensor] = ()) -> Tensor:
        """``luma (b, 1, h, w)`` to ``(b, out, h, w)``, or half of it with a stem of stride 2.

        Args:
            luma: L_n; sides are multiples of 32.
            carried: (b, c, h/s, w/s) for s = 4, 8, 16, 32 where there are fusion modules.
        """
        x = F.relu(self.stem(luma.contiguous(memory_format=torch.channels_last)))
        skips = []
        if self.sizes.stem_stride == 1:
            skips.append(x)
            x = F.max_pool2d(x, 3, 2, 1)  # (b, stem, h/2, w/2)
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index < len(self.transitions):
                x = F.relu(x)
                skips.append(x)
                x = F.avg_pool2d(self.transitions[index](x), 2)  # (b, c, h/4 ... h/32, ...)
            if index < len(self.fusions):
                x = self.fusions[index](x, carried[index])
        for up, skip in zip(self.ups, skips[::-1], strict=True):
            x = up(x, skip)
        return self.out(x)

    def _initialize(self) -> None:
        """He's for ReLU, small where it is added to something: there are no norms to mend it."""
        for name, module in self.named_modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                if name.endswith(".join"):
                    with torch.no_grad():
                        module.weight.mul_(0.1)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        nn.init.normal_(self.out.weight, std=0.005)  # starts at gray, or at the looked-up chroma
