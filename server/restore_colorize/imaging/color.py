"""Color spaces: sRGB, CIELAB (D65, 2 degrees) and YCbCr, planar and in strips.

Needs torch alone, so training uses the same formulas as the server; of these functions only
``linear_to_srgb`` carries gradients.

The one convention for gray input: after its gray profile its values are sRGB gray, R = G = B, so
L* follows directly (``luma_from_srgb`` of a single plane) and a = b = 0.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from restore_colorize.errors import ShapeError
from restore_colorize.imaging.strips import row_strips

# IEC 61966-2-1 primaries as scikit-image rounds them, and its D65 white for 2 degrees: one common
# convention matters more here than the fifth digit.
_RGB_TO_XYZ = torch.tensor(
    [
        [0.412453, 0.357580, 0.180423],
        [0.212671, 0.715160, 0.072169],
        [0.019334, 0.119193, 0.950227],
    ],
    dtype=torch.float64,
)
_WHITE = torch.tensor([0.95047, 1.0, 1.08883], dtype=torch.float64)
# The white is folded into the matrices: rows give X/Xn, Y/Yn, Z/Zn.
_RGB_TO_RELATIVE = (_RGB_TO_XYZ / _WHITE[:, None]).tolist()
_RELATIVE_TO_RGB = (torch.linalg.inv(_RGB_TO_XYZ) * _WHITE[None, :]).tolist()
_SRGB_FOOT, _LINEAR_FOOT = 0.04045, 0.0031308  # IEC 61966-2-1: below them the curve is a line
_EPSILON = 0.008856  # CIE 15: below it f(t) is a line
_KAPPA_F = 7.787
_F_EPSILON = 0.2068966


# The curves below have a linear foot. Each is the sum of both pieces, clamped to their own part,
# less the value where they meet: a branch for each sample would cost more than the powers do.
# exp2(log2(x) p) is several times faster than pow and exact to 1e-6 in this range.


def srgb_to_linear(srgb: Tensor) -> Tensor:
    """Decode sRGB values in [0, 1] to linear light (IEC 61966-2-1); any shape, float32."""
    curve = srgb.clamp(min=_SRGB_FOOT).add_(0.055).div_(1.055).log2_().mul_(2.4).exp2_()
    return curve.add_(srgb.clamp(max=_SRGB_FOOT), alpha=1 / 12.92).sub_(_SRGB_FOOT / 12.92)


def linear_to_srgb(linear: Tensor) -> Tensor:
    """Encode linear light in [0, 1] as sRGB (IEC 61966-2-1); any shape, float32."""
    # Not in place: the power's own result is what a gradient needs, and losses in RGB want one.
    curve = linear.clamp(min=_LINEAR_FOOT).log2_().div_(2.4).exp2_() * 1.055
    foot = linear.clamp(max=_LINEAR_FOOT)
    return curve.add_(foot, alpha=12.92).sub_(0.055 + 12.92 * _LINEAR_FOOT)


def srgb_to_lab(srgb: Tensor) -> Tensor:
    """Convert sRGB to CIELAB.

    Args:
        srgb: (..., 3, h, w) float32 in [0, 1].

    Returns:
        (..., 3, h, w) float32: L in [0, 100], a and b in CIELAB units; within 2e-4 of
        scikit-image.

    Raises:
        ShapeError: not three planes.
    """
    return _in_strips(_srgb_to_lab_strip, srgb)


def lab_to_srgb(lab: Tensor) -> Tensor:
    """Convert CIELAB to sRGB; what lies outside of the gamut is clipped a channel at a time.

    ``reduce_chroma_to_gamut`` comes first where L and hue shall stay.

    Args:
        lab: (..., 3, h, w) float32.

    Returns:
        (..., 3, h, w) float32 in [0, 1].

    Raises:
        ShapeError: not three planes.
    """
    return _in_strips(_lab_to_srgb_strip, lab)


def luma_from_srgb(srgb: Tensor) -> Tensor:
    """Return L* alone, of colors or of gray.

    Args:
        srgb: (..., c, h, w) float32 in [0, 1]; c = 3, or c = 1 for gray with R = G = B.

    Returns:
        (..., h, w) float32 in [0, 100].

    Raises:
        ShapeError: neither one nor three planes.
    """
    if srgb.ndim < 3 or srgb.shape[-3] not in (1, 3):
        raise ShapeError(f"L* needs 1 or 3 planes, not the shape {tuple(srgb.shape)}.")
    luma = srgb.new_empty((*srgb.shape[:-3], *srgb.shape[-2:]))
    for rows in row_strips(srgb.shape[-2], _row_px(srgb), srgb.device):
        linear = srgb_to_linear(srgb[..., rows, :])
        if srgb.shape[-3] == 1:
            y = linear[..., 0, :, :]
        else:
            y = _weighted(linear, _RGB_TO_RELATIVE[1])
        luma[..., rows, :] = 116 * _f(y) - 16
    return luma


def gray_from_luma(luma: Tensor) -> Tensor:
    """Return the sRGB gray value in [0, 1] of L* in [0, 100]; any shape, float32."""
    return linear_to_srgb(f_inverse((luma + 16) / 116)).clamp_(0, 1)


def lab_to_linear(lab: Tensor) -> Tensor:
    """Convert CIELAB (..., 3, n, m) to linear RGB of the same shape, not clipped.

    Whole at once: for callers that walk in strips themselves.
    """
    fy = (lab[..., 0, :, :] + 16) / 116
    relative = torch.stack(
        (
            f_inverse(fy + lab[..., 1, :, :] / 500),
            f_inverse(fy),
            f_inverse(fy - lab[..., 2, :, :] / 200),
        ),
        dim=-3,
    )
    return torch.stack([_weighted(relative, row) for row in _RELATIVE_TO_RGB], dim=-3)


def f_inverse(f: Tensor) -> Tensor:
    """Return t of CIE 15's f(t), the cube with its linear foot; any shape."""
    curve = f.clamp(min=_F_EPSILON).pow_(3)
    foot = f.clamp(max=_F_EPSILON)
    return curve.add_(foot, alpha=1 / _KAPPA_F).sub_(_F_EPSILON**3 + 16 / 116 / _KAPPA_F)


def srgb_to_ycbcr(srgb: Tensor) -> Tensor:
    """Convert sRGB to YCbCr with the weights of BT.601, full range as JPEG has it.

    Args:
        srgb: (..., 3, h, w) float32 in [0, 1].

    Returns:
        (..., 3, h, w) float32: Y in [0, 1]; Cb and Cr in [0, 1] with 0.5 for gray.

    Raises:
        ShapeError: not three planes.
    """
    return _in_strips(_srgb_to_ycbcr_strip, srgb)


def ycbcr_to_srgb(ycbcr: Tensor) -> Tensor:
    """Convert YCbCr (as ``srgb_to_ycbcr`` gives it) to sRGB (..., 3, h, w), clipped to [0, 1].

    Raises:
        ShapeError: not three planes.
    """
    return _in_strips(_ycbcr_to_srgb_strip, ycbcr)


def _srgb_to_lab_strip(srgb: Tensor) -> Tensor:
    linear = srgb_to_linear(srgb)
    fx, fy, fz = (_f(_weighted(linear, row)) for row in _RGB_TO_RELATIVE)
    return torch.stack((116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)), dim=-3)


def _lab_to_srgb_strip(lab: Tensor) -> Tensor:
    return linear_to_srgb(lab_to_linear(lab)).clamp_(0, 1)


def _srgb_to_ycbcr_strip(srgb: Tensor) -> Tensor:
    y = _weighted(srgb, (0.299, 0.587, 0.114))
    cb = (srgb[..., 2, :, :] - y) / 1.772 + 0.5
    cr = (srgb[..., 0, :, :] - y) / 1.402 + 0.5
    return torch.stack((y, cb, cr), dim=-3)


def _ycbcr_to_srgb_strip(ycbcr: Tensor) -> Tensor:
    y = ycbcr[..., 0, :, :]
    red = y + 1.402 * (ycbcr[..., 2, :, :] - 0.5)
    blue = y + 1.772 * (ycbcr[..., 1, :, :] - 0.5)
    green = (y - 0.299 * red - 0.114 * blue) / 0.587
    return torch.stack((red, green, blue), dim=-3).clamp_(0, 1)


def _in_strips(function: Callable[[Tensor], Tensor], planes: Tensor) -> Tensor:
    if planes.ndim < 3 or planes.shape[-3] != 3:
        raise ShapeError(f"A color needs three planes, not the shape {tuple(planes.shape)}.")
    converted = torch.empty_like(planes, memory_format=torch.contiguous_format)
    for rows in row_strips(planes.shape[-2], _row_px(planes), planes.device):
        converted[..., rows, :] = function(planes[..., rows, :])
    return converted


def _row_px(planes: Tensor) -> int:
    return planes.shape[:-3].numel() * planes.shape[-1]


def _weighted(planes: Tensor, weights: list[float] | tuple[float, ...]) -> Tensor:
    first, second, third = planes.unbind(-3)
    return (first * weights[0]).add_(second, alpha=weights[1]).add_(third, alpha=weights[2])


def _f(t: Tensor) -> Tensor:
    root = t.clamp(min=_EPSILON).log2_().div_(3).exp2_()
    foot = t.clamp(max=_EPSILON)
    return root.add_(foot, alpha=_KAPPA_F).sub_(_KAPPA_F * _EPSILON)
