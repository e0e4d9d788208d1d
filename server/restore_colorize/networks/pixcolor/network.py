"""PixColor whole: what draws chroma, what ranks and what refines it, in one file of weights."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from restore_colorize.networks.pixcolor.bins import CELL_PX, chroma_from_bins, enlarged
from restore_colorize.networks.pixcolor.critic import PixColorCritic
from restore_colorize.networks.pixcolor.prior import PixColorPrior
from restore_colorize.networks.pixcolor.refinement import PixColorRefinement
from restore_colorize.networks.pixcolor.sizes import PixColorSizes


class PixColor(nn.Module):
    """The two networks of 1705.07208, and a critic; they are trained apart and used together."""

    SIDE_MULTIPLE = CELL_PX

    def __init__(self, sizes: PixColorSizes | None = None) -> None:
        super().__init__()
        self.sizes = sizes or PixColorSizes()
        self.prior = PixColorPrior(self.sizes.prior)
        self.refinement = PixColorRefinement(self.sizes.refinement)
        self.critic = None
        if self.sizes.critic is not None:
            self.critic = PixColorCritic(self.sizes.critic)

    def forward(self, gray: Tensor, bins: Tensor, refine: bool = True) -> Tensor:
        """Return chroma (b, 2, h, w), Cr and Cb in about [-1, 1], of drawn bins.

        Args:
            gray: (b, 1, h, w) Y in [-1, 1]. bins: (b, 2, h/8, w/8) int64.
            refine: along the edges of the gray picture; else bilinearly.

        Raises:
            ShapeError: the two do not belong together.
        """
        chroma = chroma_from_bins(bins)
        return self.refinement(gray, chroma) if refine else enlarged(chroma)

    def judge(self, gray: Tensor, bins: Tensor) -> Tensor | None:
        """Return the critic's scores (n,) of drawn bins, higher looks truer; None without one.

        Each is judged alone: how a convolution is rounded depends on its batch, so a score would
        depend on its company.

        Args:
            gray: (1, 1, h, w) Y in [-1, 1]. bins: (n, 2, h/8, w/8) int64.

        Raises:
            ShapeError: the two do not belong together.
        """
        if self.critic is None:
            return None
        nothing = torch.zeros_like(bins[:1, 0], dtype=torch.bool)
        condition = self.prior.condition(gray, bins[:1], nothing)
        expected = self.prior.expected(condition)
        return torch.cat([self.critic(condition, expected, one[None]) for one in bins])
