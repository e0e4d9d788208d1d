"""New chroma under the target's own luma, and the selection applied exactly once."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from restore_colorize.errors import RangeError, ShapeError
from restore_colorize.imaging.color import linear_to_srgb, luma_from_srgb, srgb_to_lab
from restore_colorize.imaging.gamut import lab_to_linear_in_gamut
from restore_colorize.imaging.picture import Picture
from restore_colorize.imaging.strips import row_strips
from restore_colorize.imaging.upsample import ChromaUpsampler

MAX_SATURATION = 4.0
# Colors that move less than this (CIELAB units) keep the target's samples to the last bit;
# the white of the published constants alone makes a gray differ by 0.005.
_UNMOVED = 0.01


def luma_of(picture: Picture) -> Tensor:
    """Return L* (h, w) in [0, 100] of a picture, gray or colored."""
    return luma_from_srgb(picture.planes)


def join_chroma(
    target: Picture,
    chroma: Tensor,
    luma: Tensor,
    *,
    strength: float = 1.0,
    saturation: float = 1.0,
    on_strip: Callable[[float], None] | None = None,
) -> Picture:
    """Put chroma of working size under the full-size luma of the target, strip by strip.

    Args:
        target: gray or colored; its L* and alpha are kept.
        chroma: (2, h0, w0) float32, a* and b* at working size, without padding.
        luma: (h0, w0) float32, L* of the target at working size.
        strength: 0 keeps the target's own colors, 1 replaces them; between, a mix in a* and b*.
        saturation: multiplies the mixed chroma; colors outside of the gamut lose chroma again.
        on_strip: called with the share done, in (0, 1], after each strip; what it raises stops
            the work.

    Returns:
        A color picture (3, h, w) of the target's size, depth and metadata.

    Raises:
        ShapeError: chroma and luma do not belong together.
        RangeError: strength outside of [0, 1] or saturation outside of [0, 4].
    """
    if not 0.0 <= strength <= 1.0:
        raise RangeError(f"Strength lies between 0 and 1, not at {strength:g}.")
    if not 0.0 <= saturation <= MAX_SATURATION:
        raise RangeError(
            f"Saturation lies between 0 and {MAX_SATURATION:g}, not at {saturation:g}."
        )
    height, width = target.size
    upsampler = ChromaUpsampler(chroma, luma, height, width)
    joined = target.planes.new_empty((3, height, width))
    for rows in row_strips(height, width, joined.device):
        own = target.planes[:, rows]
        if target.is_gray:
            full_luma = luma_from_srgb(own)
            own_chroma = own.new_zeros((2, *full_luma.shape))
        else:
            full_luma, own_chroma = srgb_to_lab(own).split((1, 2))
            full_luma = full_luma[0]
        new_chroma = upsampler.rows(rows, full_luma)
        mixed = torch.lerp(own_chroma, new_chroma, strength) * saturation
        moved = (mixed - own_chroma).abs_().amax(0) > _UNMOVED
        linear = lab_to_linear_in_gamut(torch.cat((full_luma[None], mixed)))
        colors = linear_to_srgb(linear).clamp_(0, 1)
        # lerp gives its ends to the last bit, several times faster than a choice by torch.where.
        joined[:, rows] = torch.lerp(own, colors, moved.to(own.dtype))
        if on_strip is not None:
            on_strip(rows.stop / height)
    return target.with_planes(joined)


def blend(original: Picture, result: Picture, selection: Tensor) -> Picture:
    """Let the result through where it is selected.

    Args:
        original: gray or colored; its alpha, depth and metadata are kept.
        result: of the same size, gray or colored.
        selection: (h, w) float32 in [0, 1]; 0 gives exactly the original's samples, 1 exactly
            the result's, between a mix of the sRGB-encoded values as an editor's layer mask
            makes it.

    Returns:
        A picture; colored if either of the two is. Gray ones enter with R = G = B.

    Raises:
        ShapeError: the sizes differ.
        RangeError: the selection lies outside of [0, 1].
    """
    if not original.size == result.size == tuple(selection.shape):
        raise ShapeError(
            f"Original {original.size}, result {result.size} and selection "
            f"{tuple(selection.shape)} differ in size."
        )
    low, high = (float(value) for value in torch.aminmax(selection))
    if not (low >= 0.0 and high <= 1.0):
        raise RangeError(f"A selection lies in 0..1, not in {low:g}..{high:g}.")
    channels = max(original.planes.shape[0], result.planes.shape[0])
    blended = original.planes.new_empty((channels, *original.size))
    for rows in row_strips(original.height, original.width, blended.device):
        mixed = torch.lerp(original.planes[:, rows], result.planes[:, rows], selection[rows])
        blended[:, rows] = mixed.clamp_(0, 1)  # at 0 and 1 lerp gives its ends to the last bit
    return original.with_planes(blended)
