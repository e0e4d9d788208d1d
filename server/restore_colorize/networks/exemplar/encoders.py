"""What the network reads from the target and from a reference before it compares them."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restore_colorize.networks.exemplar.sizes import ExemplarSizes
from restore_colorize.networks.layers import DoubleConv, Down, StridedConv


class TargetFeatures(NamedTuple):
    """Maps of the target at 1/2, 1/4, 1/8, 1/16, and the context at 1/8 that asks questions."""

    half: Tensor
    quarter: Tensor
    eighth: Tensor
    sixteenth: Tensor
    context: Tensor


class ReferenceFeatures(NamedTuple):
    """Global vector z, map at 1/4, and cell features at 1/8 of one reference: values and keys."""

    embedding: Tensor
    quarter: Tensor
    values: Tensor
    keys: Tensor


def for_each(x: Tensor, count: int) -> Tensor:
    """``x (b, ...)`` of the target beside ``count`` references of each picture: ``(b r, ...)``."""
    if len(x) == 1:  # one picture is not copied
        return x.expand(count, *x.shape[1:])
    return x if count == 1 else x.repeat_interleave(count, 0)


class TargetEncoder(nn.Module):
    """Content encoder of Color2Embed without its outermost level.

    The luma enters by pixel-unshuffle at half size, which costs a third of the full size and
    loses nothing that chroma needs. Hints enter as three further channels.
    """

    def __init__(self, sizes: ExemplarSizes) -> None:
        super().__init__()
        half, quarter, eighth, sixteenth = sizes.widths
        self.inc = DoubleConv(4 + 3, half)
        self.down1 = Down(half, quarter)
        self.down2 = Down(quarter, eighth)
        self.down3 = Down(eighth, sixteenth)
        self.context_channels = eighth + sixteenth
        self.wide = WideView(sixteenth, self.context_channels, sixteenth)

    def forward(self, luma: Tensor, hints: Tensor) -> TargetFeatures:
        """``luma (b, 1, h, w)`` L_n, ``hints (b, 3, h/2, w/2)`` ab_n times mask, and mask."""
        x = torch.cat([F.pixel_unshuffle(luma, 2), hints], 1)  # (b, 4 + 3, h/2, w/2)
        half = self.inc(x.contiguous(memory_format=torch.channels_last))
        quarter = self.down1(half)
        eighth = self.down2(quarter)
        sixteenth = self.down3(eighth)
        wide = F.interpolate(sixteenth, size=eighth.shape[2:], mode="bilinear")
        context = torch.cat([eighth, wide], 1) + self.wide(sixteenth, eighth.shape[2:])
        return TargetFeatures(half, quarter, eighth, sixteenth, context)


class ReferenceEncoder(nn.Module):
    """Color encoder: five strided stages; z is an MLP of the mean, cells come from 1/8 and 1/16.

    The place of Color2Embed's VGG19 and its head (section 3.1), trained with the rest.
    """

    def __init__(self, sizes: ExemplarSizes) -> None:
        super().__init__()
        channels = (3, *sizes.reference_widths)
        self.stages = nn.ModuleList(
            StridedConv(channels[i], channels[i + 1]) for i in range(len(sizes.reference_widths))
        )
        last = sizes.reference_widths[-1]
        self.to_embedding = nn.Sequential(
            nn.Linear(last, last), nn.LeakyReLU(0.2, inplace=True), nn.Linear(last, sizes.embedding)
        )
        self.value_channels = sizes.reference_widths[2]
        self.key_channels = sizes.reference_widths[2] + sizes.reference_widths[3]
        self.wide = WideView(sizes.reference_widths[3], self.key_channels, sizes.widths[3])

    def forward(self, reference: Tensor) -> ReferenceFeatures:
        """``reference (b, 3, h, w)`` Lab_n."""
        x = reference.contiguous(memory_format=torch.channels_last)
        maps = []
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        embedding = self.to_embedding(x.float().mean((2, 3))).float()  # (b, embedding)
        values = maps[2]  # (b, c, h/8, w/8)
        wide = F.interpolate(maps[3], size=values.shape[2:], mode="bilinear")
        keys = torch.cat([values, wide], 1) + self.wide(maps[3], values.shape[2:])
        return ReferenceFeatures(embedding, maps[1], values, keys)


class WideView(nn.Module):
    """What a cell knows of its wider surroundings: 1/32 and 1/64, and its height in the picture.

    Sand and sky look alike in an 8 px cell; where they are and what lies around tells them apart.
    Starts at zero.
    """

    def __init__(self, in_channels: int, out_channels: int, inner: int) -> None:
        super().__init__()
        self.first = StridedConv(in_channels + 1, inner)
        self.second = StridedConv(inner, inner)
        self.join = nn.Conv2d(2 * inner + 1, out_channels, 1)
        nn.init.zeros_(self.join.weight)
        nn.init.zeros_(self.join.bias)  # type: ignore[arg-type]

    def forward(self, sixteenth: Tensor, size: tuple[int, int]) -> Tensor:
        """``(b, c, h/16, w/16)`` to ``(b, out_channels, *size)``."""
        first = self.first(_with_height(sixteenth))
        second = F.interpolate(self.second(first), size=first.shape[2:], mode="bilinear")
        joined = self.join(_with_height(torch.cat([first, second], 1)))
        return F.interpolate(joined, size=size, mode="bilinear")


def _with_height(x: Tensor) -> Tensor:
    """A further channel that runs from -1 at the top to 1 at the bottom."""
    h, w = x.shape[2:]
    places = (torch.arange(h, device=x.device, dtype=x.dtype) + 0.5) * (2 / h) - 1
    return torch.cat([x, places[:, None].expand(len(x), 1, h, w)], 1)
