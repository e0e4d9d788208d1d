"""What PixColor's PixelCNN is told of the gray picture: conditioning net and adaptation."""

from __future__ import annotations

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restore_colorize.networks.pixcolor.sizes import LOOK_HEADS, PixColorPriorSizes

_KNOWN_CHANNELS = 3  # Cr, Cb where known, and the mask


class Conditioning(nn.Module):
    """Trunk at 1/8 of the side, and the adaptation network behind it (1705.07208, 3.1)."""

    def __init__(self, sizes: PixColorPriorSizes) -> None:
        super().__init__()
        self.reads_known_colors = sizes.reads_known_colors
        self.trunk = _ResNetTrunk(sizes) if sizes.trunk == "resnet" else _LiteTrunk(sizes)
        widths = [self.trunk.channels, *sizes.adaptation]
        layers: list[nn.Module] = []
        for channels, out in pairwise(widths):
            layers += [nn.Conv2d(channels, out, 3, padding=1), nn.ReLU()]
        self.adaptation = nn.Sequential(*layers[:-1])

    def forward(self, gray: Tensor, known: Tensor) -> Tensor:
        """Return the condition (b, c, h/8, w/8).

        Args:
            gray: (b, 1, h, w) Y in [-1, 1].
            known: (b, 3, h/8, w/8) known Cr and Cb times the mask, and the mask; what has a
                "resnet" trunk does not look at it.
        """
        return self.told(self.seen(gray), known)

    def seen(self, gray: Tensor) -> Tensor:
        """Return features (b, c, h/8, w/8) of the gray picture alone, for :meth:`told`."""
        return self.trunk(gray)

    def told(self, seen: Tensor, known: Tensor) -> Tensor:
        """Return the condition (b, c, h/8, w/8) of features and known colors."""
        return self.adaptation(self.trunk.told(seen, known))


class _ResNetTrunk(nn.Module):
    """ResNet-101 without its last stage at stride 8: the third stage is dilated instead."""

    def __init__(self, sizes: PixColorPriorSizes) -> None:
        super().__init__()
        widths = sizes.trunk_widths
        first = widths[0]
        self.stem = nn.Sequential(
            nn.Conv2d(3, first, 7, 2, 3, bias=False), nn.BatchNorm2d(first), nn.ReLU()
        )
        channels, stages = first, []
        for width, count, stride, dilation in zip(
            widths, sizes.trunk_blocks, (2, 2, 1), (1, 1, 2), strict=True
        ):
            for index in range(count):
                here = stride if index == 0 else 1
                stages.append(_Bottleneck(channels, width, here, dilation))
                channels = 4 * width
        self.stages = nn.Sequential(*stages)
        self.channels = channels

    def forward(self, gray: Tensor) -> Tensor:
        return self.stages(self.stem(gray.expand(-1, 3, -1, -1)))

    def told(self, seen: Tensor, known: Tensor) -> Tensor:
        return seen  # known colors are only clamped


class _Bottleneck(nn.Module):
    """1x1, 3x3, 1x1 to four times the width, beside a shortcut."""

    def __init__(self, channels: int, width: int, stride: int, dilation: int) -> None:
        super().__init__()
        out = 4 * width
        self.body = nn.Sequential(
            *_conv_norm(channels, width, 1),
            nn.ReLU(),
            *_conv_norm(width, width, 3, stride, dilation),
            nn.ReLU(),
            *_conv_norm(width, out, 1),
        )
        self.shortcut = _shortcut(channels, out, stride)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.body(x) + self.shortcut(x))


class _LiteTrunk(nn.Module):
    """Basic blocks down to 1/16 with the mean of the whole picture, seen from 1/8 (ours).

    Known colors enter at 1/8, so that the blocks at 1/16, the looks from there at the whole
    picture and the mean carry them far.
    """

    def __init__(self, sizes: PixColorPriorSizes) -> None:
        super().__init__()
        half, quarter, eighth, sixteenth = sizes.trunk_widths
        counts = sizes.trunk_blocks
        self.stem = nn.Sequential(*_conv_norm(1, half, 5, 2), nn.ReLU())
        self.quarter = _basic_stage(half, quarter, counts[0])
        self.eighth = _basic_stage(quarter, eighth, counts[1])
        self.known = nn.Conv2d(_KNOWN_CHANNELS, eighth, 3, padding=1)
        self.sixteenth = _basic_stage(eighth, sixteenth, counts[2])
        self.looks = nn.Sequential(*(_FarLook(sixteenth) for _ in range(sizes.far_looks)))
        self.whole = nn.Sequential(
            nn.Linear(sixteenth, sixteenth), nn.ReLU(), nn.Linear(sixteenth, sixteenth)
        )
        self.channels = eighth + sixteenth

    def forward(self, gray: Tensor) -> Tensor:
        return self.eighth(self.quarter(self.stem(gray)))  # (b, eighth, h/8, w/8)

    def told(self, seen: Tensor, known: Tensor) -> Tensor:
        eighth = seen + self.known(known)
        far = self.looks(self.sixteenth(eighth))  # (b, sixteenth, h/16, w/16), rounded up
        far = far + self.whole(far.mean((2, 3)))[:, :, None, None]
        far = F.interpolate(far, size=eighth.shape[2:], mode="bilinear")
        return torch.cat([F.relu(eighth), far.to(eighth.dtype)], 1)


class _FarLook(nn.Module):
    """Every cell looks at all others, and then at itself; starts as the identity (ours).

    What a convolution carries over three cells a layer arrives at once: the other sleeve of a coat,
    the colors that are known at the far end of a sky. Cells know where in the picture they lie.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.inputs = nn.Linear(channels + 2, 3 * channels)
        self.output = nn.Linear(channels, channels)
        narrow = nn.Linear(2 * channels, channels)
        self.own = nn.Sequential(
            nn.LayerNorm(channels), nn.Linear(channels, 2 * channels), nn.GELU(), narrow
        )
        for layer in (self.output, narrow):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor) -> Tensor:
        """``(b, c, h, w)`` to the same shape."""
        h, w = x.shape[2:]
        cells = x.flatten(2).transpose(1, 2)  # (b, n, c)
        rows, columns = (torch.linspace(-1, 1, side, device=x.device) for side in (h, w))
        places = torch.cartesian_prod(rows, columns).to(x.dtype).expand(len(x), -1, -1)
        inputs = self.inputs(torch.cat([self.norm(cells), places], 2))
        q, k, v = inputs.unflatten(2, (3, LOOK_HEADS, -1)).permute(2, 0, 3, 1, 4)
        looked = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
        cells = cells + self.output(looked)
        cells = cells + self.own(cells)
        return cells.transpose(1, 2).unflatten(2, (h, w))


class _BasicBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut."""

    def __init__(self, channels: int, out: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *_conv_norm(channels, out, 3, stride), nn.ReLU(), *_conv_norm(out, out, 3)
        )
        self.shortcut = _shortcut(channels, out, stride)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.body(x) + self.shortcut(x))


def _basic_stage(channels: int, out: int, count: int) -> nn.Sequential:
    first = _BasicBlock(channels, out, 2)
    return nn.Sequential(first, *(_BasicBlock(out, out, 1) for _ in range(count - 1)))


def _shortcut(channels: int, out: int, stride: int) -> nn.Module:
    if channels == out and stride == 1:
        return nn.Identity()
    return nn.Sequential(*_conv_norm(channels, out, 1, stride))


def _conv_norm(
    channels: int, out: int, side: int, stride: int = 1, dilation: int = 1
) -> list[nn.Module]:
    padding = side // 2 * dilation
    conv = nn.Conv2d(channels, out, side, stride, padding, dilation, bias=False)
    return [conv, nn.BatchNorm2d(out)]
