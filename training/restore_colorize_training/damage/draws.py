"""Random numbers for a batch, all from one generator and on its device."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor


class Draws:
    """Draws by picture; bounds may be numbers or tensors that broadcast to the shape."""

    def __init__(self, generator: torch.Generator) -> None:
        self.generator = generator
        self.device = generator.device

    def uniform(self, low: float | Tensor, high: float | Tensor, *shape: int) -> Tensor:
        """Uniform in [low, high)."""
        unit = torch.rand(shape, generator=self.generator, device=self.device)
        return low + (high - low) * unit

    def log_uniform(self, low: float, high: float, *shape: int) -> Tensor:
        """Uniform in the logarithm."""
        return self.uniform(math.log(low), math.log(high), *shape).exp()

    def normal(self, *shape: int) -> Tensor:
        """Standard normal."""
        return torch.randn(shape, generator=self.generator, device=self.device)

    def integer(self, low: int, high: int, *shape: int) -> Tensor:
        """Whole numbers in [low, high)."""
        return torch.randint(low, high, shape, generator=self.generator, device=self.device)

    def number(self, low: float, high: float) -> float:
        """One number for the whole batch."""
        return float(self.uniform(low, high, 1))

    def where(self, chance: float | Tensor, count: int) -> Tensor:
        """Indices of the pictures, of ``count``, that something happens to."""
        return (self.uniform(0.0, 1.0, count) < chance).nonzero()[:, 0]

    def smooth(self, count: int, cells: int, side: int) -> Tensor:
        """Normal numbers on a grid of ``cells``, enlarged smoothly to (count, 1, side, side)."""
        grid = self.normal(count, 1, cells, cells)
        return F.interpolate(grid, (side, side), mode="bicubic", align_corners=True)
