"""From pictures to PixColor's grid and back: gray input, known cells, chroma under a luma."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from restore_colorize.engines.job import WorkingPicture
from restore_colorize.imaging import (
    Picture,
    WorkingSize,
    crop,
    gray_from_luma,
    lab_to_srgb,
    luma_from_srgb,
    luma_of,
    pad_reflect,
    shrink,
    srgb_to_lab,
    srgb_to_ycbcr,
    working_size,
    ycbcr_to_srgb,
)
from restore_colorize.networks import PixColor, bins_from_chroma

__all__ = ["GridPicture", "grid_picture", "known_cells"]

_GRID_SHORT_SIDE = 224  # 28 cells
_CELL_PX = PixColor.SIDE_MULTIPLE
_LEAST_STROKE = 1 / 8  # of a cell, so that a stroke counts
_LEAST_EDGE = 1 / 2  # the same beside a cell that is known whole
_LUMA_STEPS = 4


@dataclass(frozen=True)
class GridPicture:
    """A picture as PixColor sees it.

    Attributes:
        size: the working size, and what it is padded to.
        luma: (h, w) L* at the working size.
        gray: (1, 1, padded_height, padded_width) Y in [-1, 1].
    """

    size: WorkingSize
    luma: Tensor
    gray: Tensor

    @property
    def picture(self) -> Picture:
        """The picture in gray at the working size."""
        return Picture(gray_from_luma(self.luma)[None])

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns of the chroma grid."""
        return self.size.padded_height // _CELL_PX, self.size.padded_width // _CELL_PX

    def chroma(self, padded: Tensor) -> Tensor:
        """Return a*, b* (2, h, w) of Cr and Cb (2, padded_height, padded_width) under the luma."""
        return _chroma_under_luma(crop(padded, self.size.height, self.size.width), self.luma)


def grid_picture(target: Picture) -> GridPicture:
    """Shrink a picture to a grid of 28 cells on its short side, proportions kept."""
    size = working_size(
        target.height,
        target.width,
        short_side=_GRID_SHORT_SIDE,
        multiple=_CELL_PX,
        longest=2 * _GRID_SHORT_SIDE,
    )
    planes = shrink(target.planes, size.height, size.width, target.alpha).clamp(0, 1)
    luma = luma_of(Picture(planes))
    y = gray_from_luma(luma)[None, None] * 2 - 1
    return GridPicture(size, luma, pad_reflect(y, size.padded_height, size.padded_width))


def known_cells(hints: WorkingPicture, luma: Tensor, h: int, w: int) -> tuple[Tensor, Tensor]:
    """Return known bins (2, h, w) int64 and where they are known (h, w) bool.

    A cell is known if a stroke covers an eighth of it. Where a large known area ends, half of a
    cell must be known: the other side may have another color.

    Args:
        hints: RGBA at the size of ``luma``; painted where alpha is not 0.
        luma: (height, width) L* of the picture; hints have their own chroma under this luma.
        h, w: the grid; its cells of 8 px cover ``luma`` and the padding.
    """
    rgba = hints.samples.float() / 255
    lab = srgb_to_lab(rgba[:3])
    chroma = srgb_to_ycbcr(lab_to_srgb(torch.cat([luma[None], lab[1:]])))[[2, 1]] * 2 - 1
    painted = (rgba[3:] > 0).float()
    height, width = luma.shape
    planes = torch.cat([chroma * painted, painted])
    planes = F.pad(planes, (0, w * _CELL_PX - width, 0, h * _CELL_PX - height))
    mean = F.avg_pool2d(planes, _CELL_PX)  # (3, h, w)
    inside = F.avg_pool2d(F.pad(torch.ones(1, height, width), _padding(luma, h, w)), _CELL_PX)
    share = mean[2] / inside[0].clamp(min=1e-6)
    beside_whole = F.max_pool2d((share[None] > 1 - 1e-4).float(), 3, 1, 1)[0] > 0
    known = share >= torch.where(beside_whole, _LEAST_EDGE, _LEAST_STROKE)
    return bins_from_chroma(mean[:2] / mean[2].clamp(min=1e-6)), known


def _chroma_under_luma(chroma: Tensor, luma: Tensor) -> Tensor:
    """Return a*, b* (2, h, w) of Cr and Cb (2, h, w) in [-1, 1] in colors that have L* (h, w).

    PixColor keeps Y, this program L*: a saturated color of the same L* has another Y, so Y is
    moved until L* fits, as far as the gamut allows.
    """
    gray = gray_from_luma(luma)
    y = gray
    for _ in range(_LUMA_STEPS):
        srgb = ycbcr_to_srgb(torch.stack([y, chroma[1] / 2 + 0.5, chroma[0] / 2 + 0.5]))
        y = y + gray - gray_from_luma(luma_from_srgb(srgb))
    return srgb_to_lab(srgb)[1:]


def _padding(luma: Tensor, h: int, w: int) -> tuple[int, int, int, int]:
    return (0, w * _CELL_PX - luma.shape[1], 0, h * _CELL_PX - luma.shape[0])
