"""Color2Embed: color encoder E_c, content encoder E_s, and the PFFN that joins them."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from restore_colorize.errors import ShapeError
from restore_colorize.networks.color2embed.encoder import StridedColorEncoder, VggColorEncoder
from restore_colorize.networks.color2embed.sizes import Color2EmbedSizes
from restore_colorize.networks.layers import DoubleConv, Down, Up, every_fourth, quarter_of


class ContentFeatures(NamedTuple):
    """Maps of the target at 1, 1/2, 1/4, 1/8 and 1/16 of its side."""

    full: Tensor
    half: Tensor
    quarter: Tensor
    eighth: Tensor
    sixteenth: Tensor


class ContentEncoder(nn.Module):
    """E_s of the paper: the way down of the U-Net."""

    def __init__(self, sizes: Color2EmbedSizes) -> None:
        super().__init__()
        full, half, quarter, eighth, sixteenth = sizes.down
        self.inc = DoubleConv(1, full)
        self.down1 = Down(full, half)
        self.down2 = Down(half, quarter)
        self.down3 = Down(quarter, eighth)
        self.down4 = Down(eighth, sixteenth)

    def forward(self, luma: Tensor) -> ContentFeatures:
        """``luma (b, 1, h, w)`` L_n."""
        full = self.inc(luma.contiguous(memory_format=torch.channels_last))
        half = self.down1(full)
        quarter = self.down2(half)
        eighth = self.down3(quarter)
        return ContentFeatures(full, half, quarter, eighth, self.down4(eighth))


class PFFN(nn.Module):
    """Progressive feature formalization network: four stages steered by z, then chroma."""

    def __init__(self, sizes: Color2EmbedSizes) -> None:
        super().__init__()
        full, half, quarter, eighth, sixteenth = sizes.down
        up8, up4, up2, up1 = sizes.up
        z = sizes.embedding
        k8, k4, k2, k1 = sizes.sdft_kernels
        self.up1 = Up(sixteenth, quarter_of(eighth), up8, z, k8)
        self.up2 = Up(up8, quarter_of(quarter), up4, z, k4)
        self.up3 = Up(up4, quarter_of(half), up2, z, k2)
        self.up4 = Up(up2, quarter_of(full), up1, z, k1)
        self.outc = nn.Sequential(
            nn.Conv2d(up1, up1, 3, padding=1),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(up1, 2, 3, padding=1),
            nn.Tanh(),
        )

    def forward(self, content: ContentFeatures, z: Tensor) -> Tensor:
        """``z (b, embedding)``, or ``(1, embedding)`` for all, to ab_n ``(b, 2, h, w)``."""
        x = self.up1(content.sixteenth, every_fourth(content.eighth), z)
        x = self.up2(x, every_fourth(content.quarter), z)
        x = self.up3(x, every_fourth(content.half), z)
        x = self.up4(x, every_fourth(content.full), z)
        return self.outc(x).float()


class Color2Embed(nn.Module):
    """Chroma for a gray target from the color vector z of a reference (2106.08017).

    The whole reference becomes one vector, so color is chosen by luminance and texture, not by
    place: the paper's preset, kept beside the exemplar network, which looks colors up cell by
    cell. Where the paper's text is silent the authors' public code decides.
    """

    SIDE_MULTIPLE = 16

    def __init__(self, sizes: Color2EmbedSizes | None = None) -> None:
        super().__init__()
        self.sizes = sizes or Color2EmbedSizes.paper()
        self.color_encoder: nn.Module = (
            VggColorEncoder(self.sizes)
            if self.sizes.encoder == "vgg19"
            else StridedColorEncoder(self.sizes)
        )
        self.content_encoder = ContentEncoder(self.sizes)
        self.pffn = PFFN(self.sizes)

    def forward(self, luma: Tensor, references: Tensor) -> Tensor:
        """Predict chroma; several references count alike (mean of their vectors).

        Args:
            luma: (b, 1, h, w) L_n = L*/50 - 1; sides are multiples of 16.
            references: (b, r, 3, h2, w2) sRGB in [0, 1], r >= 1, sides of 32 px or more; the
                paper resizes both pictures to 256 x 256.

        Returns:
            (b, 2, h, w) float32 ab_n = ab/110, in (-1, 1).

        Raises:
            ShapeError: if a side does not fit, or the tensors do not belong together.
        """
        if references.ndim != 5 or references.shape[1] < 1:
            raise ShapeError(
                f"References must be (b, r, 3, h, w) with r >= 1, not {tuple(references.shape)}."
            )
        z = self.embed(references.flatten(0, 1))  # (b, r, ...) -> (b * r, embedding)
        return self.colorize(luma, z.unflatten(0, references.shape[:2]).mean(1))

    def embed(self, reference: Tensor) -> Tensor:
        """Color vectors ``z (b, embedding)`` of ``reference (b, 3, h, w)`` sRGB in [0, 1].

        Raises:
            ShapeError: if there are not three channels or a side is below 32 px.
        """
        return self.color_encoder(reference)

    def colorize(self, luma: Tensor, z: Tensor) -> Tensor:
        """Predict chroma from vectors that :meth:`embed` gave.

        Args:
            luma: (b, 1, h, w) L_n; sides are multiples of 16.
            z: (b, embedding), or (1, embedding): one style for all targets or tiles.

        Returns:
            (b, 2, h, w) float32 ab_n.

        Raises:
            ShapeError: if a side is no multiple of 16, or z does not belong to the luma.
        """
        if luma.ndim != 4 or luma.shape[1] != 1:
            raise ShapeError(f"The luma must be (b, 1, h, w), not {tuple(luma.shape)}.")
        sides = tuple(luma.shape[2:])
        if any(side < self.SIDE_MULTIPLE or side % self.SIDE_MULTIPLE for side in sides):
            raise ShapeError(f"Sides must be multiples of {self.SIDE_MULTIPLE}, not {sides}.")
        b, length = luma.shape[0], self.sizes.embedding
        if z.shape not in ((1, length), (b, length)):
            raise ShapeError(f"z must be {(b, length)} or {(1, length)}, not {tuple(z.shape)}.")
        return self.pffn(self.content_encoder(luma), z)
