"""Contact sheets: several pictures of one size side by side, small, to choose from."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from restore_colorize.imaging import Picture, shrink, working_size

__all__ = ["contact_sheet"]

_SHORT_SIDE = 256
_GAP_PX = 8
_PAPER = 1.0  # white


def contact_sheet(pictures: Sequence[Picture]) -> Picture:
    """Return an 8-bit color picture of pictures of one size, in reading order.

    As many rows as columns, or one less; what is transparent is white.
    """
    height, width = pictures[0].size
    size = working_size(height, width, short_side=_SHORT_SIDE, longest=4 * _SHORT_SIDE)
    columns = math.ceil(math.sqrt(len(pictures)))
    rows = math.ceil(len(pictures) / columns)
    step_y, step_x = size.height + _GAP_PX, size.width + _GAP_PX
    sheet = torch.full((3, rows * step_y + _GAP_PX, columns * step_x + _GAP_PX), _PAPER)
    for index, picture in enumerate(pictures):
        top = _GAP_PX + index // columns * step_y
        left = _GAP_PX + index % columns * step_x
        planes = shrink(picture.planes.expand(3, -1, -1), size.height, size.width, picture.alpha)
        if picture.alpha is not None:
            alpha = shrink(picture.alpha[None], size.height, size.width)
            planes = alpha * planes + (1 - alpha) * _PAPER
        sheet[:, top : top + size.height, left : left + size.width] = planes.clamp(0, 1)
    return Picture(sheet)
