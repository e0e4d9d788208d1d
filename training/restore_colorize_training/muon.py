"""Muon (Jordan 2024): momentum whose directions all count alike, for the matrices of layers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

_MOMENTUM = 0.95
# Quintic that brings singular values near 1 in five steps (Jordan's coefficients).
_QUINTIC, _STEPS = (3.4445, -4.7750, 2.0315), 5
# With it an update is as large as AdamW's (Liu et al. 2025, arXiv 2502.16982, section 2.2), so that
# both take the same rate.
_AS_ADAM = 0.2


class Muon(torch.optim.Optimizer):
    """Steps along the nearest orthogonal matrix to the momentum; for weights (out, in, ...).

    A convolution counts as a matrix with a row for each output. Rare directions of the gradient
    move as far as the common ones.
    """

    def __init__(self, parameters: Iterable[Tensor], lr: float, weight_decay: float) -> None:
        super().__init__(parameters, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:
        """Update all parameters that have a gradient; there is no closure."""
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    self._update(weight, group["lr"], group["weight_decay"])

    def _update(self, weight: Tensor, rate: float, decay: float) -> None:
        state = self.state[weight]
        if not state:
            state["momentum"] = torch.zeros_like(weight)
        momentum = state["momentum"].lerp_(weight.grad, 1 - _MOMENTUM)
        ahead = weight.grad.lerp(momentum, _MOMENTUM).flatten(1)
        direction = orthogonalized(ahead).view_as(weight)
        longer = max(weight.shape[0], weight[0].numel())
        weight.mul_(1 - rate * decay).add_(direction, alpha=-rate * _AS_ADAM * longer**0.5)


def orthogonalized(matrix: Tensor) -> Tensor:
    """Return ``matrix (m, n)`` with all its singular values between about .7 and 1.2."""
    is_tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.bfloat16()
    x = x.T if is_tall else x
    x = x / (x.norm() + 1e-7)
    a, b, c = _QUINTIC
    for _ in range(_STEPS):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return (x.T if is_tall else x).to(matrix.dtype)
