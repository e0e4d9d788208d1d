"""Our own feature trunk: maps of a gray picture at 1/4 to 1/32 of its side."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from restore_colorize.networks.layers import DoubleConv, Down


class FeatureTrunk(nn.Module):
    """The exemplar network's target encoder without hints, one stage deeper.

    Args:
        widths: channels at 1/2, 1/4, 1/8, 1/16, 1/32.
    """

    def __init__(self, widths: tuple[int, int, int, int, int]) -> None:
        super().__init__()
        half, quarter, eighth, sixteenth, last = widths
        self.inc = DoubleConv(4, half)  # of the luma, unshuffled to half size
        self.down1 = Down(half, quarter)
        self.down2 = Down(quarter, eighth)
        self.down3 = Down(eighth, sixteenth)
        self.down4 = Down(sixteenth, last)
        self.channels = (quarter, eighth, sixteenth, last)

    def forward(self, luma: Tensor) -> list[Tensor]:
        """``luma (b, 1, h, w)`` L_n to four maps ``(b, c, h/4, w/4)`` … ``(b, c, h/32, w/32)``."""
        x = self.inc(F.pixel_unshuffle(luma, 2))
        maps = []
        for stage in (self.down1, self.down2, self.down3, self.down4):
            x = stage(x)
            maps.append(x)
        return maps
