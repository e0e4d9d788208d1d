"""Working size: small enough for networks, proportions kept, padded by reflection, never squashed.

A network sees ``pad_reflect(shrink(planes))``; what it gives is cut with ``crop`` and belongs to
the pixels of ``shrink`` again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from restore_colorize.errors import RangeError, ShapeError

# Of less, networks make maps that are a single column wide, down to 1/64 of the side for a multiple
# of 32, and where a convolution of stride 2 gives such a map in bfloat16, oneDNN reads foreign
# memory (torch 2.13): noise, or NaN.
_LEAST_MULTIPLES = 4


@dataclass(frozen=True)
class WorkingSize:
    """Where the pixels of a picture lie at the size that networks work on.

    Attributes:
        full_height, full_width: the picture's own size.
        height, width: the shrunk picture; never larger than the full one.
        padded_height, padded_width: with the padding below and to the right.
    """

    full_height: int
    full_width: int
    height: int
    width: int
    padded_height: int
    padded_width: int

    def to_working(self, y: float, x: float) -> tuple[float, float]:
        """Map a point from full to working size; pixel centers lie at whole numbers + 0.5."""
        return y * self.height / self.full_height, x * self.width / self.full_width

    def to_full(self, y: float, x: float) -> tuple[float, float]:
        """Map a point from working to full size; the inverse of ``to_working``."""
        return y * self.full_height / self.height, x * self.full_width / self.width


def working_size(
    height: int, width: int, *, short_side: int = 256, multiple: int = 32, longest: int = 512
) -> WorkingSize:
    """Choose the working size of a picture.

    Args:
        height, width: of the picture, in pixels.
        short_side: what the short side is shrunk to; smaller pictures are not enlarged.
        multiple: both padded sides are multiples of it, and four of it at least.
        longest: the long side never exceeds it; long strips get a shorter short side.

    Raises:
        ShapeError: the picture is empty.
        RangeError: an option is not positive, or ``longest`` is smaller than ``short_side``.
    """
    if height < 1 or width < 1:
        raise ShapeError(f"A picture of {width} x {height} pixels is empty.")
    if multiple < 1 or not 1 <= short_side <= longest:
        raise RangeError(
            f"Working sizes need 1 <= short side <= longest and a positive multiple, not "
            f"{short_side}, {longest} and {multiple}."
        )
    factor = min(1.0, short_side / min(height, width), longest / max(height, width))
    small = [min(side, max(1, round(side * factor))) for side in (height, width)]
    padded = [_padded_side(side, multiple) for side in small]
    return WorkingSize(height, width, small[0], small[1], padded[0], padded[1])


def padded_size(planes: Tensor, multiple: int) -> tuple[int, int]:
    """Return height and width that (..., h, w) are padded to, as ``working_size`` pads."""
    height, width = planes.shape[-2:]
    return _padded_side(height, multiple), _padded_side(width, multiple)


def shrink(planes: Tensor, height: int, width: int, alpha: Tensor | None = None) -> Tensor:
    """Average the area under each new pixel; exactly the mean where the factor is whole.

    Args:
        planes: (..., h, w) float32.
        height, width: the new size, at most (h, w).
        alpha: (h, w) in [0, 1]; weighs the pixels, so that fully transparent ones influence
            nothing. New pixels that are fully transparent get the mean of all visible ones.

    Returns:
        (..., height, width) float32.

    Raises:
        ShapeError: the new size is empty or larger, or alpha does not fit.
    """
    if not (1 <= height <= planes.shape[-2] and 1 <= width <= planes.shape[-1]):
        raise ShapeError(
            f"{planes.shape[-1]} x {planes.shape[-2]} pixels cannot be shrunk to "
            f"{width} x {height}."
        )
    if alpha is None:
        return _average(_average(planes, height, -2), width, -1)
    if alpha.shape != planes.shape[-2:]:
        raise ShapeError(
            f"The transparency of shape {tuple(alpha.shape)} does not fit {tuple(planes.shape)}."
        )
    colors = _average(_average(planes, height, -2, alpha), width, -1)
    weights = _average(_average(alpha, height, -2), width, -1)
    everywhere = colors.sum((-2, -1), keepdim=True) / weights.sum().clamp(min=1e-12)
    return torch.where(weights > 0, colors / weights.clamp(min=1e-12), everywhere)


def enlarge(planes: Tensor, height: int, width: int) -> Tensor:
    """Enlarge (..., h, w) to (..., height, width) bilinearly, pixel areas aligned.

    For masks and maps of uncertainty; chroma goes through ``upsample_chroma``.
    """
    if planes.shape[-2:] == (height, width):
        return planes.clone()
    flat = planes.reshape(1, -1, *planes.shape[-2:])
    enlarged = F.interpolate(flat, size=(height, width), mode="bilinear", align_corners=False)
    return enlarged.reshape(*planes.shape[:-2], height, width)


def pad_reflect(planes: Tensor, padded_height: int, padded_width: int) -> Tensor:
    """Pad (..., h, w) below and to the right by reflection without repeating the border.

    Where the padding is larger than the picture has rows or columns to mirror, the last mirrored
    one is repeated, so that 1 x 1 and 1 x N work too. Planes of that size are given back as they
    are, not as a copy.

    Raises:
        ShapeError: the padded size is smaller than the planes.
    """
    height, width = planes.shape[-2:]
    if padded_height < height or padded_width < width:
        raise ShapeError(
            f"{width} x {height} pixels cannot be padded to {padded_width} x {padded_height}."
        )
    if (padded_height, padded_width) == (height, width):
        return planes
    rows = _mirrored(height, padded_height, planes.device)
    columns = _mirrored(width, padded_width, planes.device)
    return planes.index_select(-2, rows).index_select(-1, columns)


def crop(planes: Tensor, height: int, width: int) -> Tensor:
    """Cut the padding of ``pad_reflect`` off again; a view of (..., height, width).

    Raises:
        ShapeError: the planes are smaller than that.
    """
    if not (1 <= height <= planes.shape[-2] and 1 <= width <= planes.shape[-1]):
        raise ShapeError(
            f"{width} x {height} pixels cannot be cut out of "
            f"{planes.shape[-1]} x {planes.shape[-2]}."
        )
    return planes[..., :height, :width]


def _mirrored(size: int, padded: int, device: torch.device) -> Tensor:
    positions = torch.arange(padded, device=device)
    return torch.where(positions < size, positions, (2 * size - 2 - positions).clamp(min=0))


def _average(planes: Tensor, size: int, dim: int, alpha: Tensor | None = None) -> Tensor:
    """Shrink one dimension by exact area weights, a tap at a time: temporaries stay small."""
    if planes.shape[dim] == size and alpha is None:
        return planes
    averaged: Tensor | None = None
    for positions, weights in _area_taps(planes.shape[dim], size, planes.device):
        tap = planes.index_select(dim, positions)
        if alpha is not None:
            tap = tap * alpha.index_select(dim, positions)
        tap = tap * (weights[:, None] if dim == -2 else weights)
        averaged = tap if averaged is None else averaged.add_(tap)
    assert averaged is not None  # every size has at least one tap
    return averaged


def _area_taps(full: int, size: int, device: torch.device) -> list[tuple[Tensor, Tensor]]:
    """Return per tap k the k-th pixel under each new one, and its share of the new one's area.

    In whole numbers: new pixel i covers [i full, (i + 1) full) of units in which an old pixel
    is ``size`` long, so shares are exact also for 65536 pixels.
    """
    start = torch.arange(size, device=device) * full
    end = start + full
    first = start // size
    taps = []
    for k in range(int(((end - 1) // size - first).max()) + 1):
        position = first + k
        covered = torch.minimum(end, (position + 1) * size) - torch.maximum(start, position * size)
        taps.append((position.clamp(max=full - 1), covered.clamp(min=0).float() / full))
    return taps


def _padded_side(side: int, multiple: int) -> int:
    return max(_LEAST_MULTIPLES, math.ceil(side / multiple)) * multiple
