"""Sizes of the restoration networks, so that a file of weights can name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from restore_colorize.errors import ModelError
from restore_colorize.networks.sizes import NetworkSizes


@dataclass(frozen=True)
class RdnSizes(NetworkSizes):
    """Pik-Fix's multi-level residual dense network; the defaults are the paper's shape.

    The paper (2205.01902) names neither channels nor growth: 64 and 32 are RDN's own and that of
    Pik-Fix's public code.

    Attributes:
        features: channels between blocks, G0. growth: channels that a dense unit adds, G.
        blocks: residual dense blocks a level. units: dense units a block.
        reductions: how far the picture is reduced for each level.
        shuffle: side of the squares of pixels that become channels before the first convolution.
    """

    TITLE: ClassVar[str] = "The multi-level RDN"

    features: int = 64
    growth: int = 32
    blocks: int = 3
    units: int = 4
    reductions: tuple[int, ...] = (1, 4, 8)
    shuffle: int = 1

    def __post_init__(self) -> None:
        numbers = (self.features, self.growth, self.blocks, self.units, self.shuffle)
        if not self.reductions or min(*numbers, *self.reductions) < 1:
            raise ModelError("The multi-level RDN needs positive sizes and at least one level.")

    @classmethod
    def paper(cls) -> RdnSizes:
        """The paper's shape: 1,535,809 parameters."""
        return cls()

    @classmethod
    def single_level(cls) -> RdnSizes:
        """The paper's ablation (table 6): 511,937 parameters."""
        return cls(reductions=(1,))

    @classmethod
    def lite(cls) -> RdnSizes:
        """A sixteenth of the arithmetic: 390,628 parameters (ours)."""
        return cls(features=32, growth=16, shuffle=2)


@dataclass(frozen=True)
class NafSizes(NetworkSizes):
    """NAFNet's U-Net (2204.04676); the defaults take about the time of the lite RDN.

    Attributes:
        width: channels at full size; doubled at each level.
        encoder, decoder: blocks a level, from the finest and from the coarsest on.
        middle: blocks at the coarsest size.
        shuffle: side of the squares of pixels that become channels before the first convolution.
    """

    TITLE: ClassVar[str] = "The NAF U-Net"

    width: int = 32
    encoder: tuple[int, ...] = (1, 1, 1)
    middle: int = 2
    decoder: tuple[int, ...] = (1, 1, 1)
    shuffle: int = 2

    def __post_init__(self) -> None:
        if len(self.encoder) != len(self.decoder):
            raise ModelError("The NAF U-Net needs as many levels down as up.")
        if min(self.width, self.middle, self.shuffle, *self.encoder, *self.decoder) < 1:
            raise ModelError("The NAF U-Net needs positive sizes.")


@dataclass(frozen=True)
class RestorationSizes(NetworkSizes):
    """The structured restoration network; the defaults are what is shipped.

    Attributes:
        widths: content branch at 1/2, 1/4, 1/8, 1/16 of the side.
        level_features: what the noise level's head tells the content branch.
        tone_segments: pieces of the tone curve.
    """

    TITLE: ClassVar[str] = "The restoration network"

    widths: tuple[int, int, int, int] = (32, 64, 96, 128)
    level_features: int = 64
    tone_segments: int = 16

    def __post_init__(self) -> None:
        if len(self.widths) != 4:
            raise ModelError("The restoration network needs 4 values for widths.")
        if min(*self.widths, self.level_features, self.tone_segments) < 1:
            raise ModelError("The restoration network needs positive sizes.")
