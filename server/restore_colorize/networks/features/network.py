"""The feature network: a trunk, and how alike it finds pictures."""

from __future__ import annotations

from torch import Tensor, nn

from restore_colorize.errors import ShapeError
from restore_colorize.networks.features.likeness import Description, Likeness
from restore_colorize.networks.features.resnet34 import ResNet34
from restore_colorize.networks.features.sizes import FeatureSizes
from restore_colorize.networks.features.trunk import FeatureTrunk


class FeatureNet(nn.Module):
    """Deep features of gray pictures, for similarity, feature losses and the choice of references.

    Attributes:
        trunk: what makes maps. channels: of its maps at 1/4, 1/8, 1/16, 1/32.
        likeness: compares what ``describe`` keeps of pictures.
    """

    SIDE_MULTIPLE = 32

    def __init__(self, sizes: FeatureSizes | None = None) -> None:
        super().__init__()
        self.sizes = sizes or FeatureSizes()
        own = self.sizes.trunk == "own"
        self.trunk = FeatureTrunk(self.sizes.widths) if own else ResNet34()
        self.channels: tuple[int, ...] = self.trunk.channels
        self.likeness = Likeness(self.channels, self.sizes.grid)

    def forward(self, luma: Tensor) -> list[Tensor]:
        """``luma (b, 1, h, w)`` L_n to four maps ``(b, c, h/4, w/4)`` … ``(b, c, h/32, w/32)``.

        Raises:
            ShapeError: if a side is no multiple of 32.
        """
        if luma.ndim != 4 or luma.shape[1] != 1 or any(side % 32 for side in luma.shape[2:]):
            raise ShapeError(
                f"Features need (b, 1, h, w) with sides that are multiples of 32, not "
                f"{tuple(luma.shape)}."
            )
        return self.trunk(luma)

    def describe(self, luma: Tensor) -> Description:
        """What is kept of pictures ``luma (b, 1, h, w)`` L_n, to compare them later."""
        return self.likeness.describe(self(luma))
