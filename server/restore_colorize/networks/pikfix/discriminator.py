"""PatchGAN discriminator of Pik-Fix (2205.01902, 3.4); used in training alone."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class PatchDiscriminator(nn.Module):
    """Judges patches of 70 x 70 px of chroma: above 0 is "a photograph's" (pix2pix's layout).

    Args:
        in_channels: 2 for ab_n.
        width: channels of the first layer. layers: of stride 2, each twice as wide as before.
    """

    def __init__(self, in_channels: int = 2, width: int = 64, layers: int = 3) -> None:
        super().__init__()
        stages: list[nn.Module] = [
            nn.Conv2d(in_channels, width, 4, 2, padding=1),
            nn.LeakyReLU(0.2, inplace=True),
        ]
        for index in range(1, layers + 1):
            stride = 2 if index < layers else 1
            stages += [
                nn.Conv2d(width, 2 * width, 4, stride, padding=1, bias=False),
                nn.BatchNorm2d(2 * width),
                nn.LeakyReLU(0.2, inplace=True),
            ]
            width *= 2
        self.stages = nn.Sequential(*stages, nn.Conv2d(width, 1, 4, padding=1))

    def forward(self, chroma: Tensor) -> Tensor:
        """``chroma (b, 2, h, w)`` ab_n to logits of patches, ``(b, 1, h/8 - 2, w/8 - 2)``."""
        return self.stages(chroma.contiguous(memory_format=torch.channels_last)).float()
