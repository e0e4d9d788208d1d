"""PixColor's refinement net: sharp chroma at full size from gray and the drawn chroma."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restore_colorize.errors import ShapeError
from restore_colorize.networks.pixcolor.bins import CELL_PX, enlarged
from restore_colorize.networks.pixcolor.sizes import PixColorRefinementSizes

_GLOBAL_CELLS = 7  # what 224 px leave at 1/32; other sizes are averaged to it
_TO_HALF, _TO_QUARTER = 2, 6  # layers of ``low``, activations counted, down to 1/2 and to 1/4


class PixColorRefinement(nn.Module):
    """Chroma along the edges of the gray picture (1705.07208, 3.3), as "Let there be Color".

    The table's two unpadded convolutions that end in one cell are read as the fully connected
    layers of that network's global branch, fused with the mid-level features. Where the paper
    predicts chroma, we predict what is missing from the bilinearly enlarged chroma: at the start
    that is nothing. The paper's decoder sees edges through the features at 1/8 alone; ours is also
    given the low-level features of its own size.
    """

    SIDE_MULTIPLE = CELL_PX

    def __init__(self, sizes: PixColorRefinementSizes | None = None) -> None:
        super().__init__()
        self.sizes = sizes or PixColorRefinementSizes()
        half, quarter, eighth, low = self.sizes.low
        mid, mid_out = self.sizes.mid
        strided, wide, vector = self.sizes.branch
        up8, up4, up2 = self.sizes.decoder
        self.low = nn.Sequential(
            *_conv(3, half, stride=2),
            *_conv(half, quarter),
            *_conv(quarter, quarter, stride=2),
            *_conv(quarter, eighth),
            *_conv(eighth, eighth, stride=2),
            *_conv(eighth, low),
        )
        self.mid = nn.Sequential(*_conv(low, mid), *_conv(mid, mid_out))
        self.branch = nn.Sequential(
            *_conv(low, strided, stride=2),
            *_conv(strided, strided),
            *_conv(strided, strided, stride=2),
            *_conv(strided, strided),
        )
        self.vector = nn.Sequential(
            nn.Conv2d(strided, wide, 5), nn.ReLU(), nn.Conv2d(wide, vector, 3), nn.ReLU()
        )
        self.fusion = nn.Sequential(*_conv(mid_out + vector, up8), *_conv(up8, up8))
        self.up4 = nn.Sequential(*_conv(up8, up4), *_conv(up4, up4))
        self.up2 = nn.Sequential(*_conv(up4, up2), *_conv(up2, up2))
        self.skips = None
        if self.sizes.has_skips:
            self.skips = nn.ModuleList([nn.Conv2d(quarter, up8, 1), nn.Conv2d(half, up4, 1)])
        self.last = nn.Conv2d(up2, 2, 1)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):  # without norms the signal must keep its size
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        nn.init.zeros_(self.last.weight)  # starts at the enlarged chroma
        self.last.bias = nn.Parameter(torch.zeros(2))

    def forward(self, gray: Tensor, chroma: Tensor) -> Tensor:
        """Return refined chroma (b, 2, h, w), Cr and Cb, gray is 0, not clamped.

        Args:
            gray: (b, 1, h, w) Y in [-1, 1], sides multiples of 8.
            chroma: (b, 2, h/8, w/8) Cr and Cb in [-1, 1], true or drawn.

        Raises:
            ShapeError: the two do not belong together.
        """
        h, w = gray.shape[2:]
        if h % CELL_PX or w % CELL_PX or chroma.shape[2:] != (h // CELL_PX, w // CELL_PX):
            raise ShapeError(
                f"Chroma {tuple(chroma.shape)} is not an eighth of the gray {tuple(gray.shape)}."
            )
        large = enlarged(chroma)
        half = self.low[:_TO_HALF](torch.cat([gray, large], 1))  # (b, half, h/2, w/2)
        quarter = self.low[_TO_HALF:_TO_QUARTER](half)  # (b, quarter, h/4, w/4)
        low = self.low[_TO_QUARTER:](quarter)  # (b, low, h/8, w/8)
        branch = self.branch(low)  # (b, strided, h/32, w/32)
        if branch.shape[2:] != (_GLOBAL_CELLS, _GLOBAL_CELLS):
            branch = F.adaptive_avg_pool2d(branch, _GLOBAL_CELLS)
        vector = self.vector(branch).expand(-1, -1, *low.shape[2:])  # one cell, repeated
        y = self.fusion(torch.cat([self.mid(low), vector], 1))
        y = F.interpolate(y, scale_factor=2, mode="bilinear")
        y = self.up4(y if self.skips is None else y + self.skips[0](quarter))  # (b, up4, h/4, w/4)
        y = F.interpolate(y, scale_factor=2, mode="bilinear")
        y = self.up2(y if self.skips is None else y + self.skips[1](half))  # (b, up2, h/2, w/2)
        residual = F.interpolate(self.last(y).float(), scale_factor=2, mode="bilinear")
        return large + residual


def _conv(channels: int, out: int, stride: int = 1) -> list[nn.Module]:
    return [nn.Conv2d(channels, out, 3, stride, 1), nn.ReLU()]
