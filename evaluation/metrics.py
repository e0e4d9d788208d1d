"""Numbers that compare two pictures; nothing here knows of tables.

Samples are arrays on the 8-bit scale, 0..255, gray (h, w) or RGB (h, w, 3).
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from restore_colorize.errors import ShapeError
from skimage.color import deltaE_ciede2000
from skimage.metrics import structural_similarity
from torch import Tensor

SSIM_WINDOW_PX = 11
MS_SSIM_LEAST_PX = SSIM_WINDOW_PX * 2**4  # 5 sizes, each half of the one before
_SIGMA_PX = 1.5
_MS_SSIM_SHARES = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
_BINS, _BIN_AB = 22, 10.0  # over ±110 in a and in b
_NEUTRAL_AB = 1e-3  # keeps gray, which lies on the corner of four bins, in one of them
_STRIP_ROWS = 256  # CIEDE2000 needs some thirty planes for a moment


def psnr(result: np.ndarray, truth: np.ndarray) -> float:
    """Return the peak signal-to-noise ratio of two arrays in 0..255 in dB.

    Equal arrays give the value of a single sample that is off by one, instead of infinity.

    Raises:
        ShapeError: the shapes differ.
    """
    _check_shapes(result, truth)
    error = np.square(result.astype(np.float64) - truth).mean()
    return float(10 * np.log10(255.0**2 / max(error, 1 / truth.size)))


def ssim(result: np.ndarray, truth: np.ndarray) -> float:
    """Return the structural similarity of Wang et al. 2004: Gaussian window, sigma 1.5, 11 px.

    Of RGB it is the mean over the channels.

    Raises:
        ShapeError: the shapes differ, or a side is shorter than the window.
    """
    _check_shapes(result, truth)
    height, width = truth.shape[:2]
    if min(height, width) < SSIM_WINDOW_PX:
        raise ShapeError(
            f"A picture of {width} x {height} pixels is too small to be measured: both sides need "
            f"{SSIM_WINDOW_PX}."
        )
    similarity = structural_similarity(
        result.astype(np.float32),
        truth.astype(np.float32),
        data_range=255.0,
        gaussian_weights=True,
        sigma=_SIGMA_PX,
        use_sample_covariance=False,
        channel_axis=None if truth.ndim == 2 else -1,
    )
    return float(similarity)


def ms_ssim(first: np.ndarray, second: np.ndarray) -> float:
    """Return the multi-scale structural similarity of Wang et al. 2003 of RGB (h, w, 3) arrays.

    The mean over the channels; 1 for equal arrays.

    Raises:
        ShapeError: the shapes differ, or a side is shorter than 176 pixels.
    """
    _check_shapes(first, second)
    if min(first.shape[:2]) < MS_SSIM_LEAST_PX:
        raise ShapeError(
            f"A picture of {first.shape[1]} x {first.shape[0]} pixels is too small for five sizes: "
            f"both sides need {MS_SSIM_LEAST_PX}."
        )
    planes = [
        torch.from_numpy(one.astype(np.float64)).movedim(-1, 0)[:, None] for one in (first, second)
    ]  # (3, 1, h, w) each
    total = 1.0
    for place, share in enumerate(_MS_SSIM_SHARES):
        if place:
            planes = [F.avg_pool2d(one, 2) for one in planes]
        similarity, structure = _ssim_parts(*planes)
        is_last = place + 1 == len(_MS_SSIM_SHARES)
        total = total * (similarity if is_last else structure).clamp(min=0) ** share
    return float(total.mean())


def _ssim_parts(first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """Mean SSIM and mean of its contrast and structure alone, by channel, of (c, 1, h, w)."""
    reach = SSIM_WINDOW_PX // 2
    line = torch.exp(
        -torch.arange(-reach, reach + 1, dtype=torch.float64).square() / (2 * _SIGMA_PX**2)
    )
    line = line / line.sum()

    def blurred(plane: Tensor) -> Tensor:
        return F.conv2d(F.conv2d(plane, line.view(1, 1, 1, -1)), line.view(1, 1, -1, 1))

    mean_1, mean_2 = blurred(first), blurred(second)
    variances = blurred(first**2) - mean_1**2 + blurred(second**2) - mean_2**2
    covariance = blurred(first * second) - mean_1 * mean_2
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    structure = (2 * covariance + c2) / (variances + c2)
    luminance = (2 * mean_1 * mean_2 + c1) / (mean_1**2 + mean_2**2 + c1)
    return (luminance * structure).mean((1, 2, 3)), structure.mean((1, 2, 3))


def ciede2000(result: np.ndarray, truth: np.ndarray) -> float:
    """Return the mean color difference CIEDE2000 (Sharma et al. 2005) of two Lab arrays (h, w, 3).

    Raises:
        ShapeError: the shapes differ.
    """
    _check_shapes(result, truth)
    total = sum(
        float(deltaE_ciede2000(result[rows], truth[rows]).sum(dtype=np.float64))
        for rows in (slice(top, top + _STRIP_ROWS) for top in range(0, len(truth), _STRIP_ROWS))
    )
    return total / truth[..., 0].size


def ab_histogram(ab: np.ndarray) -> np.ndarray:
    """Return the (484,) shares of the pixels (h, w, 2) in 22 x 22 bins over ±110 in a and b."""
    a, b = np.moveaxis(((ab + (110 + _NEUTRAL_AB)) // _BIN_AB).clip(0, _BINS - 1), -1, 0)
    counts = np.bincount((a * _BINS + b).astype(np.int64).ravel(), minlength=_BINS**2)
    return counts / counts.sum()


def histogram_intersection(first: np.ndarray, second: np.ndarray) -> float:
    """Return what two histograms of shares have in common: 1 for equal ones, 0 for none."""
    return float(np.minimum(first, second).sum())


def colorfulness(rgb: np.ndarray) -> float:
    """Return the colorfulness of (h, w, 3) uint8 RGB (Hasler and Süsstrunk 2003, eq. 7)."""
    red, green, blue = np.moveaxis(rgb.astype(np.float64), -1, 0)
    red_green, yellow_blue = red - green, (red + green) / 2 - blue
    spread = np.hypot(red_green.std(), yellow_blue.std())
    return float(spread + 0.3 * np.hypot(red_green.mean(), yellow_blue.mean()))


def _check_shapes(result: np.ndarray, truth: np.ndarray) -> None:
    if result.shape != truth.shape:
        raise ShapeError(f"Pictures of shapes {result.shape} and {truth.shape} are not comparable.")
