"""What time does to tone: fading, yellowing, vignettes and stains."""

from __future__ import annotations

import torch
from torch import Tensor

from restore_colorize_training.damage.draws import Draws


def fade(truth: Tensor, draws: Draws) -> Tensor:
    """Another gamma, less contrast, lifted black; yellowed, uneven or with a vignette in some.

    Args:
        truth: (n, 1, s, s) in [0, 1].
    """
    n, side = len(truth), truth.shape[-1]
    contrast = draws.uniform(0.5, 1.0, n, 1, 1, 1)
    lift = draws.uniform(0.0, 1.0, n, 1, 1, 1) * (1 - contrast)
    gamma = draws.log_uniform(0.7, 1.4, n, 1, 1, 1)
    toned = lift + contrast * truth.clamp(min=1e-4).pow(gamma)
    yellow = _some(draws, 0.2, n) * draws.uniform(0.05, 0.3, n, 1, 1, 1)
    toned = toned * (1 - yellow * toned)  # the gray of a yellowed print: highlights come down
    field = draws.smooth(n, 3, side)
    low, high = field.amin((2, 3), True), field.amax((2, 3), True)
    veil = (field - low) / (high - low + 1e-6) * draws.uniform(0.1, 0.4, n, 1, 1, 1)
    veil = veil * _some(draws, 0.3, n)
    toned = torch.lerp(toned, draws.uniform(0.5, 0.95, n, 1, 1, 1), veil)
    dark = _some(draws, 0.15, n) * draws.uniform(0.1, 0.5, n, 1, 1, 1)
    return toned * (1 - dark * _distance_from_middle(side, draws))


def smooth_stain(n: int, side: int, draws: Draws) -> Tensor:
    """Factor (n, 1, side, side) of stains without an edge: part of the tone."""
    field = draws.smooth(n, int(draws.integer(3, 7, 1)), side)
    return (1 + field * draws.uniform(0.04, 0.14, n, 1, 1, 1)).clamp(0.6, 1.3)


def edged_stain(n: int, side: int, draws: Draws) -> Tensor:
    """Factor (n, 1, side, side) of stains with an edge, as of water: part of the damage."""
    field = draws.smooth(n, int(draws.integer(3, 7, 1)), side)
    steep = draws.uniform(4.0, 25.0, n, 1, 1, 1)
    body = torch.sigmoid((field - draws.uniform(0.3, 1.0, n, 1, 1, 1)) * steep)
    rim = torch.exp(-((field - 0.6) * draws.uniform(5.0, 12.0, n, 1, 1, 1)).square())
    body = torch.where(_some(draws, 0.4, n) > 0, body * 0.6 + rim * 0.5, body)
    return 1 - body * draws.uniform(0.1, 0.35, n, 1, 1, 1)


def _some(draws: Draws, chance: float, n: int) -> Tensor:
    return (draws.uniform(0.0, 1.0, n, 1, 1, 1) < chance).float()


def _distance_from_middle(side: int, draws: Draws) -> Tensor:
    """Squared, 1 in the corners."""
    ticks = torch.linspace(-1, 1, side, device=draws.device)
    return (ticks[:, None].square() + ticks.square()) / 2
