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
    """Global vector z and cell features of one reference, at 1/8: values and keys."""

    embedding: Tensor
    values: Tensor
    keys: Tensor


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

    def forward(self, luma: Tensor, hints: Tensor) -> TargetFeatures:
        """``luma (b, 1, h, w)`` L_n, ``hints (b, 3, h/2, w/2)`` ab_n times mask, and mask."""
        x = torch.cat([F.pixel_unshuffle(luma, 2), hints], 1)  # (b, 4 + 3, h/2, w/2)
        half = self.inc(x.contiguous(memory_format=torch.channels_last))
        quarter = self.down1(half)
        eighth = self.down2(quarter)
        sixteenth = self.down3(eighth)
        wide = F.interpolate(sixteenth, size=eighth.shape[2:], mode="bilinear")
        return TargetFeatures(half, quarter, eighth, sixteenth, torch.cat([eighth, wide], 1))


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
        return ReferenceFeatures(embedding, values, torch.cat([values, wide], 1))
