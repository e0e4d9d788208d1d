"""Priors small enough to be proven, in both of their forms and with and without a memory."""

from __future__ import annotations

import torch
from restore_colorize.networks import PixColorPrior, PixColorPriorSizes

FORMS = {
    "masks": {"has_second_head": False, "memory_heads": 0},
    "masks and memory": {"has_second_head": False, "memory_heads": 2},
    "second head": {"memory_heads": 0},
    "second head and memory": {"memory_heads": 2},
}


def tiny_prior(form: str) -> PixColorPrior:
    """A prior with lively weights in float64, in evaluation."""
    torch.manual_seed(1)
    sizes = PixColorPriorSizes(
        trunk_widths=(4, 6, 8, 8),
        trunk_blocks=(1, 1, 1),
        adaptation=(8, 6),
        maps=8,
        blocks=2,
        hidden=12,
        **FORMS[form],
    )
    prior = PixColorPrior(sizes).double().eval().requires_grad_(False)
    for parameter in prior.parameters():
        if parameter.ndim > 1:
            parameter.mul_(2)
        else:
            parameter.add_(torch.randn_like(parameter) * 0.3)
    prior.pixelcnn.blocks[-1].residual.bias.add_(6)  # a ReLU that is shut would hide a path
    prior.pixelcnn.hidden.bias.add_(6)
    return prior
