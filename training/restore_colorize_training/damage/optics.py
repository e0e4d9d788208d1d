"""What lenses, film, scanners and files do: blur, lost resolution, grain, Poisson noise, JPEG."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from restore_colorize_training.damage.draws import Draws

_KERNEL_PX = 13
# Luminance table of the JPEG standard (ITU T.81, table K.1).
_JPEG_LUMINANCE = (
    (16, 11, 10, 16, 24, 40, 51, 61),
    (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56),
    (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77),
    (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101),
    (72, 92, 95, 98, 112, 100, 103, 99),
)


def blur(pictures: Tensor, sigma: Tensor, draws: Draws) -> Tensor:
    """Blur (n, 1, s, s) by Gaussians of sigma (n,) px, 15 % of them by a movement instead."""
    blurred = soften(pictures, sigma)
    moved = draws.where(0.15, len(pictures))
    if len(moved):
        streaks = _filtered(pictures[moved], _streaks(len(moved), draws))
        blurred = blurred.index_copy(0, moved, streaks)
    return blurred


def soften(pictures: Tensor, sigma: Tensor) -> Tensor:
    """Blur (n, 1, s, s) by Gaussians of sigma (n,) px."""
    ticks = torch.arange(_KERNEL_PX, device=pictures.device) - _KERNEL_PX // 2
    row = torch.exp(-ticks.square() / (2 * sigma[:, None].square()))
    return _filtered(_filtered(pictures, row[:, None]), row[:, :, None])


def _streaks(n: int, draws: Draws) -> Tensor:
    """Kernels (n, k, k) of straight movements over 2 to 7 px."""
    ticks = (torch.arange(_KERNEL_PX, device=draws.device) - _KERNEL_PX // 2).float()
    y, x = ticks[:, None], ticks[None]
    turn = draws.uniform(0.0, math.pi, n)[:, None, None]
    along = x * turn.cos() + y * turn.sin()
    across = y * turn.cos() - x * turn.sin()
    half = draws.uniform(1.0, 3.5, n)[:, None, None]
    return torch.sigmoid((half - along.abs()) * 4) * torch.exp(-across.square() / 0.4)


def _filtered(pictures: Tensor, kernels: Tensor) -> Tensor:
    """Each picture by its own kernel (n, k, l), which is scaled to sum to 1."""
    kernels = kernels / kernels.sum((1, 2), keepdim=True)
    rows, columns = kernels.shape[1] // 2, kernels.shape[2] // 2
    padded = F.pad(pictures, (columns, columns, rows, rows), mode="reflect").transpose(0, 1)
    return F.conv2d(padded, kernels[:, None], groups=len(kernels)).transpose(0, 1)


def lose_resolution(pictures: Tensor, factor: float) -> Tensor:
    """Reduce by ``factor`` and enlarge again."""
    side = pictures.shape[-1]
    small = max(8, round(side / factor))
    down = F.interpolate(pictures, (small, small), mode="bicubic", antialias=True)
    return F.interpolate(down, (side, side), mode="bicubic")


def add_noise(pictures: Tensor, sigma: Tensor, draws: Draws) -> Tensor:
    """Noise of sigma (n,) of three kinds: white, clotted grain, and Poisson's, by signal."""
    kind = draws.uniform(0.0, 1.0, len(pictures))
    s = sigma[:, None, None, None]
    noise = draws.normal(*pictures.shape)
    grain = ((kind >= 0.35) & (kind < 0.75)).nonzero()[:, 0]
    if len(grain):
        clots = soften(noise[grain], draws.uniform(0.45, 1.5, len(grain)))
        noise[grain] = clots / clots.std((1, 2, 3), keepdim=True)
    by_signal = (pictures.clamp(0, 1) * 1.6 + 0.1).sqrt()
    poisson = (kind >= 0.75)[:, None, None, None]
    return pictures + s * noise * torch.where(poisson, by_signal, 1.0)


def jpeg(pictures: Tensor, quality: Tensor, draws: Draws) -> Tensor:
    """Quantize (n, 1, s, s) as a JPEG file of quality (n,) does; its grid begins anywhere."""
    side = pictures.shape[-1]
    top, left = (int(k) for k in draws.integer(0, 8, 2))
    bottom, right = -(side + top) % 8, -(side + left) % 8
    padded = F.pad(pictures, (left, right, top, bottom), mode="replicate")
    h, w = padded.shape[-2:]
    blocks = (padded * 255 - 128).view(len(pictures), h // 8, 8, w // 8, 8).transpose(2, 3)
    basis = _cosines(pictures.device)
    steps = _steps(quality)[:, None, None]
    coded = ((basis @ blocks @ basis.T) / steps).round() * steps
    decoded = (basis.T @ coded @ basis).transpose(2, 3).reshape(-1, 1, h, w)
    decoded = (decoded + 128).round().clamp(0, 255) / 255
    return decoded[..., top : top + side, left : left + side]


def _cosines(device: torch.device) -> Tensor:
    """Orthonormal basis (8, 8) of the discrete cosine transform."""
    k = torch.arange(8, device=device).float()
    basis = torch.cos((2 * k + 1) * k[:, None] * math.pi / 16) * 0.5
    basis[0] *= math.sqrt(0.5)
    return basis


def _steps(quality: Tensor) -> Tensor:
    """Quantization steps (n, 8, 8) at a quality in 1..100, scaled as libjpeg does."""
    table = torch.tensor(_JPEG_LUMINANCE, device=quality.device).float()
    scale = torch.where(quality < 50, 5000 / quality, 200 - 2 * quality)
    return ((table * scale[:, None, None] + 50) / 100).floor().clamp(1, 255)
