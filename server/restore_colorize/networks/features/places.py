"""What of a target is found again in another picture, wherever it lies there."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

GRID = 8  # cells on a side
_MIDDLE = 2.5 / 8  # standard deviation of the weight about the middle, in sides of the picture
_AT_LEAST = 1e-6  # length of a descriptor before it is made 1


class Places(nn.Module):
    """Late interaction of cells (ours), beside the means and layouts of Pik-Fix's score.

    Pik-Fix (2205.01902, section 3.5) compares whole pictures channel by channel; the same person
    before another background then is a stranger. Here every cell of the target looks for the cell
    that is most like it, wherever that lies, and the mean of these cosines counts. Cells about the
    middle count more, for there is what a picture shows. Asked from the target alone: what else
    the other picture has does no harm. Turned and moved things are found, mirrored ones too.

    Args:
        channels: of the maps that cells are made of, coarse ones among them.
        count: values that are kept of each cell.
    """

    middle: Tensor

    def __init__(self, channels: Sequence[int], count: int) -> None:
        super().__init__()
        self.projection = nn.Linear(sum(channels), count)
        offset = ((torch.arange(GRID) + 0.5) / GRID - 0.5) / _MIDDLE
        weight = torch.exp(-(offset[:, None].square() + offset.square()) / 2).flatten()
        self.register_buffer("middle", weight / weight.sum(), persistent=False)

    @staticmethod
    def cells(maps: Sequence[Tensor]) -> Tensor:
        """Pool standardized maps ``(n, c, h, w)`` to one vector a cell, ``(n, cells, c)``."""
        pooled = [F.adaptive_avg_pool2d(level, GRID).flatten(2) for level in maps]
        return torch.cat(pooled, 1).transpose(1, 2)

    def describe(self, maps: Sequence[Tensor]) -> Tensor:
        """Describe the cells of standardized maps: ``(n, cells, count)``, each of length 1."""
        return F.normalize(self.projection(self.cells(maps)), dim=2, eps=_AT_LEAST)

    def forward(self, target: Tensor, others: Tensor) -> Tensor:
        """Say how much of a target ``(1, cells, count)`` is in others ``(n, ...)``: ``(n,)`` to 1.

        A picture has all of itself.
        """
        cosines = others @ target[0].T  # (n, cells of the other, cells of the target)
        return cosines.amax(1) @ self.middle
