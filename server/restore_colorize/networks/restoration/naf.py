"""NAFNet's U-Net without activations (Chen et al., 2204.04676), for comparison."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restore_colorize.networks.restoration.luma import check_luma
from restore_colorize.networks.restoration.sizes import NafSizes


class _NafBlock(nn.Module):
    """Two residual steps whose only nonlinearity is the product of two halves of the channels.

    Channels are weighed by their means over the whole picture, so that tiles of a picture would
    not fit together; the paper's form is kept for the comparison.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        wide = 2 * channels
        self.norm1, self.norm2 = _ChannelNorm(channels), _ChannelNorm(channels)
        self.expand = nn.Conv2d(channels, wide, 1)
        self.depthwise = nn.Conv2d(wide, wide, 3, padding=1, groups=wide)
        self.weigh = nn.Conv2d(channels, channels, 1)
        self.project = nn.Conv2d(channels, channels, 1)
        self.widen = nn.Conv2d(channels, wide, 1)
        self.narrow = nn.Conv2d(channels, channels, 1)
        self.beta = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.gamma = nn.Parameter(torch.zeros(1, channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        y = _product(self.depthwise(self.expand(self.norm1(x))))
        y = self.project(y * self.weigh(y.mean((2, 3), keepdim=True)))
        x = x + self.beta * y
        return x + self.gamma * self.narrow(_product(self.widen(self.norm2(x))))


class _ChannelNorm(nn.LayerNorm):
    """LayerNorm over the channels of every place."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class NafUNet(nn.Module):
    """Restores luma; the residual's last convolution begins at zero, as in our other networks."""

    def __init__(self, sizes: NafSizes | None = None) -> None:
        super().__init__()
        self.sizes = sizes or NafSizes()
        width, planes = self.sizes.width, self.sizes.shuffle**2
        self.intro = nn.Conv2d(planes, width, 3, padding=1)
        self.encoder, self.down = nn.ModuleList(), nn.ModuleList()
        self.up, self.decoder = nn.ModuleList(), nn.ModuleList()
        for count in self.sizes.encoder:
            self.encoder.append(_blocks(width, count))
            self.down.append(nn.Conv2d(width, 2 * width, 2, 2))
            width *= 2
        self.middle = _blocks(width, self.sizes.middle)
        for count in self.sizes.decoder:
            shuffle = nn.PixelShuffle(2)
            self.up.append(nn.Sequential(nn.Conv2d(width, 2 * width, 1, bias=False), shuffle))
            width //= 2
            self.decoder.append(_blocks(width, count))
        self.ending = nn.Conv2d(width, planes, 3, padding=1)
        nn.init.zeros_(self.ending.weight)
        nn.init.zeros_(self.ending.bias)  # type: ignore[arg-type]

    @property
    def side_multiple(self) -> int:
        """What both sides of the input must be multiples of."""
        return int(self.sizes.shuffle * 2 ** len(self.sizes.encoder))

    def forward(self, luma: Tensor) -> Tensor:
        """Restore ``luma (b, 1, h, w)``, in any linear scale, such as L_n.

        Raises:
            ShapeError: the shape is another, or a side is no multiple of ``side_multiple``.
        """
        check_luma(luma, self.side_multiple)
        x = self.intro(F.pixel_unshuffle(luma, self.sizes.shuffle))
        passed = []
        for blocks, down in zip(self.encoder, self.down, strict=True):
            x = blocks(x)
            passed.append(x)
            x = down(x)
        x = self.middle(x)
        for up, blocks in zip(self.up, self.decoder, strict=True):
            x = blocks(up(x) + passed.pop())
        return luma + F.pixel_shuffle(self.ending(x), self.sizes.shuffle).to(luma.dtype)


def _blocks(channels: int, count: int) -> nn.Sequential:
    return nn.Sequential(*(_NafBlock(channels) for _ in range(count)))


def _product(x: Tensor) -> Tensor:
    first, second = x.chunk(2, 1)
    return first * second
