"""A critic of PixColor's draws: how true does a chroma grid look for its gray picture (ours)?"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restore_colorize.errors import ShapeError
from restore_colorize.networks.pixcolor.bins import chroma_from_bins
from restore_colorize.networks.pixcolor.sizes import PixColorCriticSizes

_NEARNESS = 40.0  # of 5 levels, the difference of two usual draws, this makes 1.6


class PixColorCritic(nn.Module):
    """Ranks candidates; 1705.07208 found that likelihood does not and left the question open.

    Beside the chroma it reads the prior's condition and what the prior expects of each cell alone,
    so that what the prior has learned of pictures need not be learned again. Every cell is judged
    with its surroundings, and the grid as a whole by what its cells have in the mean and how far
    they differ: a color that drifts looks true everywhere but not on the whole. Fresh weights
    like best what lies nearest to the expected.
    """

    def __init__(self, sizes: PixColorCriticSizes | None = None) -> None:
        super().__init__()
        self.sizes = sizes or PixColorCriticSizes()
        fine, coarse = self.sizes.widths
        self.fine = nn.Sequential(*_conv(self.sizes.condition + 4, fine), *_conv(fine, fine))
        self.coarse = nn.Sequential(*_conv(fine, coarse), *_conv(coarse, coarse))
        self.cells = nn.Conv2d(coarse, 1, 1)
        last = nn.Linear(coarse, 1)
        self.whole = nn.Sequential(nn.Linear(2 * (fine + coarse), coarse), nn.ReLU(), last)
        self.nearness = nn.Parameter(torch.tensor(_NEARNESS))
        nn.init.zeros_(self.cells.weight)
        nn.init.zeros_(last.weight)

    def forward(self, condition: Tensor, expected: Tensor, bins: Tensor) -> Tensor:
        """Return scores (b,): higher looks truer; comparable for one gray picture only.

        Args:
            condition: (b, c, h, w) of the prior for the gray picture, nothing known.
            expected: (b, 2, h, w) Cr and Cb that the prior expects then.
            bins: (b, 2, h, w) int64 Cr and Cb in 0..31.

        Raises:
            ShapeError: the two do not belong together.
        """
        b, channels, h, w = condition.shape
        grid = (b, 2, h, w)
        if channels != self.sizes.condition or bins.shape != grid or expected.shape != grid:
            raise ShapeError(
                f"Bins {tuple(bins.shape)} and expected chroma {tuple(expected.shape)} do not "
                f"belong to a condition {tuple(condition.shape)} whose channels must be "
                f"{self.sizes.condition}."
            )
        chroma = chroma_from_bins(bins).to(condition.dtype)
        apart = chroma - expected
        fine = self.fine(torch.cat([condition, chroma, apart], 1))  # (b, fine, h, w)
        coarse = self.coarse(F.avg_pool2d(fine, 2, ceil_mode=True))  # (b, coarse, h/2, w/2)
        summary = [
            statistic
            for maps in (fine, coarse)
            for statistic in (maps.mean((2, 3)), maps.flatten(2).std(2, correction=0))
        ]
        learned = self.cells(coarse).mean((1, 2, 3)) + self.whole(torch.cat(summary, 1))[:, 0]
        return learned - self.nearness * apart.norm(dim=1).mean((1, 2))


def _conv(channels: int, out: int) -> list[nn.Module]:
    return [nn.Conv2d(channels, out, 3, padding=1), nn.LeakyReLU(0.1)]
