"""Damage of large scans that is wider than anything the network learned at full size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch.nn.functional as F
from torch import Tensor

from restore_colorize.engines.job import PartOfJob
from restore_colorize.engines.tiled import TileRun, restore_content
from restore_colorize.imaging import pad_reflect
from restore_colorize.networks import Restored

__all__ = ["wide_damage"]

# Networks learned damage up to some ten pixels wide on photographs of about this short side.
_SHORT_SIDE_PX = 480
_SHARE = 0.1  # of the job's time, at most


def wide_damage(
    gray: Tensor, run: TileRun, suspicion: Callable[[Restored], Tensor], sure: float
) -> Tensor | None:
    """Find what only shows when a large picture (h, w) is reduced.

    Args:
        gray: sRGB-encoded in [0, 1].
        suspicion: what tells damage in a tile's results, (1, 1, th, tw).
        sure: its value from which damage is taken for found.

    Returns:
        (h, w), 1 where damage is, 0 elsewhere; None for a small picture or where none was found.
    """
    factor = 1
    while min(gray.shape) >= 2 * factor * _SHORT_SIDE_PX:
        factor *= 2
    if factor == 1:
        return None
    size = [-(-side // factor) * factor for side in gray.shape]
    small = F.avg_pool2d(pad_reflect(gray, *size)[None, None], factor)[0, 0]
    part = replace(run, control=PartOfJob(run.control, 0.0, _SHARE))
    found = restore_content(small, None, part, suspicion) > sure  # (1, h, w)
    if not bool(found.any()):
        return None
    brushed = F.max_pool2d(found.float()[None], 3, 1, 1)  # its soft border belongs to it
    whole = F.interpolate(brushed, size=size, mode="bilinear", align_corners=False)[0, 0]
    height, width = gray.shape
    return (whole[:height, :width] > 0.5).float()
