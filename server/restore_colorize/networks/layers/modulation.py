"""The modulated convolution of Color2Embed (2106.08017, eq. 4-7), StyleGAN2's at heart."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_EPS = 1e-8


class SDFT(nn.Module):
    """Convolution whose filters are scaled by a style vector and brought back to unit norm.

    Spatial-channel modulated convolution of the paper's feature fusion block:
    s = linear(z); w' = scale * w * s (per input channel); w'' = w' / |w'| (per filter).
    No bias, no activation, no noise. The norm is taken per output filter as in the authors' code
    and in StyleGAN2; the prose of eq. 5 reads otherwise.

    The weight is 4-D, ``(out, in, k, k)``: a 5-D one cannot be moved to channels_last.

    Args:
        channels: channels of the input and of the output.
        style_channels: length of the style vector z.
        kernel_size: odd side of the filter; the output keeps the input's size.
    """

    def __init__(self, channels: int, style_channels: int, kernel_size: int = 3) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(channels, channels, kernel_size, kernel_size))
        self.modulation = nn.Linear(style_channels, channels)
        self.scale = 1 / math.sqrt(channels * kernel_size**2)
        self.padding = kernel_size // 2

    def forward(self, x: Tensor, z: Tensor) -> Tensor:
        """Filter ``x (b, c, h, w)`` in the style of ``z (b, style_channels)``, or of one z for all.

        One style in evaluation (a picture, or its tiles) takes the form with modulated weights,
        one pass over the map fewer; mixed styles and training take the form that scales the
        input: the same algebra without a bank of filters for every picture.
        """
        style = _in_float32_or_finer(self.modulation(z))  # (b, c)
        if z.shape[0] == 1 and not self.training:
            return self.by_weights(x, style)
        return self.by_inputs(x, style)

    def by_inputs(self, x: Tensor, style: Tensor) -> Tensor:
        """Scale the input channels, convolve once for the whole batch, rescale the outputs."""
        weight = _in_float32_or_finer(self.weight) * self.scale
        power = weight.square().sum((2, 3))  # (out, in)
        demodulation = torch.rsqrt(style.square() @ power.T + _EPS)  # (b, out)
        x = x * style[:, :, None, None].to(x.dtype)
        y = F.conv2d(x, weight.to(x.dtype), padding=self.padding)
        return y * demodulation[:, :, None, None].to(y.dtype)

    def by_weights(self, x: Tensor, style: Tensor) -> Tensor:
        """Scale the filters of a batch that shares one style ``(1, c)``; plain ``conv2d`` after."""
        weight = _in_float32_or_finer(self.weight) * self.scale * style[0][None, :, None, None]
        weight = weight * torch.rsqrt(weight.square().sum((1, 2, 3), keepdim=True) + _EPS)
        return F.conv2d(x, weight.to(x.dtype), padding=self.padding)


def _in_float32_or_finer(x: Tensor) -> Tensor:
    """Filter norms in half precision would lose digits; double precision stays."""
    return x.to(torch.promote_types(x.dtype, torch.float32))
