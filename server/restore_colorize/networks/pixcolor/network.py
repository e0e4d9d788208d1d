"""PixColor whole: what draws chroma, and what refines it, in one file of weights."""

from __future__ import annotations

from torch import Tensor, nn

from restore_colorize.networks.pixcolor.bins import CELL_PX, chroma_from_bins, enlarged
from restore_colorize.networks.pixcolor.prior import PixColorPrior
from restore_colorize.networks.pixcolor.refinement import PixColorRefinement
from restore_colorize.networks.pixcolor.sizes import PixColorSizes


class PixColor(nn.Module):
    """The two networks of 1705.07208; they are trained apart and used together."""

    SIDE_MULTIPLE = CELL_PX

    def __init__(self, sizes: PixColorSizes | None = None) -> None:
        super().__init__()
        self.sizes = sizes or PixColorSizes()
        self.prior = PixColorPrior(self.sizes.prior)
        self.refinement = PixColorRefinement(self.sizes.refinement)

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
