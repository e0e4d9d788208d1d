"""Colors that sRGB cannot show lose chroma, never luma or hue."""

from __future__ import annotations

import torch
from torch import Tensor

from restore_colorize.errors import ShapeError
from restore_colorize.imaging.color import lab_to_linear
from restore_colorize.imaging.strips import row_strips

# Linear light that may lie outside of [0, 1]: clipping it moves L* by less than 0.01.
_TOLERANCE = 1e-5
_BISECTIONS = 12  # the border is found to 1/4096 of the chroma; luma is right at every step


def reduce_chroma_to_gamut(lab: Tensor) -> Tensor:
    """Scale the chroma of every color outside of sRGB down to the gamut's border.

    Args:
        lab: (..., 3, h, w) float32, L in [0, 100].

    Returns:
        (..., 3, h, w) float32; L and hue as they were, colors inside of the gamut untouched.

    Raises:
        ShapeError: not three planes.
    """
    if lab.ndim < 3 or lab.shape[-3] != 3:
        raise ShapeError(f"A color needs three planes, not the shape {tuple(lab.shape)}.")
    reduced = lab.clone(memory_format=torch.contiguous_format)
    row_px = lab.shape[:-3].numel() * lab.shape[-1]
    for rows in row_strips(lab.shape[-2], row_px, lab.device):
        strip = reduced[..., rows, :]
        outside = ~_is_in_gamut(lab_to_linear(strip))
        if outside.any():
            colors = strip.movedim(-3, -1)[outside]  # (n, 3)
            colors[:, 1:] *= _largest_scale(colors)[:, None]
            strip.movedim(-3, -1)[outside] = colors
    return reduced


def lab_to_linear_in_gamut(lab: Tensor) -> Tensor:
    """Convert CIELAB (3, n, m) to linear RGB, chroma reduced where sRGB cannot show it.

    The same as ``reduce_chroma_to_gamut`` and then to linear, but every color is converted once.
    Whole at once: for callers that walk in strips themselves.
    """
    linear = lab_to_linear(lab)
    outside = ~_is_in_gamut(linear)
    if outside.any():
        colors = lab[:, outside]  # (3, n)
        colors[1:] *= _largest_scale(colors.T)
        linear[:, outside] = lab_to_linear(colors[..., None])[..., 0]
    return linear


def _is_in_gamut(linear: Tensor) -> Tensor:
    low, high = linear.amin(-3), linear.amax(-3)
    return (low >= -_TOLERANCE) & (high <= 1 + _TOLERANCE)


def _largest_scale(colors: Tensor) -> Tensor:
    """Bisect the share of chroma (n,) in [0, 1) at which each of (n, 3) colors is still shown.

    Gray (share 0) is always shown, and along a line of constant L and hue the way from gray to
    the border is unbroken, so the border is between the two ends at every step.
    """
    low = torch.zeros_like(colors[:, 0])
    high = torch.ones_like(low)
    planes = colors.T.reshape(3, 1, -1)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        scaled = torch.cat((planes[:1], planes[1:] * middle))
        shown = _is_in_gamut(lab_to_linear(scaled))[0]
        low = torch.where(shown, middle, low)
        high = torch.where(shown, high, middle)
    return low
