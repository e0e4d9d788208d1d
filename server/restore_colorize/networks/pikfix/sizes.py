"""Sizes of Pik-Fix's color network: the paper's, the shipped one, the public code's, ablations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from restore_colorize.errors import ModelError
from restore_colorize.networks.sizes import NetworkSizes

Similarity = Literal["four", "one", "none", "warpnet"]
Histogram = Literal["learned", "fixed", "none"]
TrunkKind = Literal["resnet34", "own"]


@dataclass(frozen=True)
class DenseUNetSizes(NetworkSizes):
    """A U-Net of dense blocks; the defaults are the encoder and decoder of the paper.

    Attributes:
        stem: channels of the first convolution.
        stem_stride: 1 works at full size; 2 begins and ends at half size, without the outermost
            level (ours: nothing is lost, chroma is smooth).
        blocks: dense units of the four blocks. growth: channels that a unit adds.
        bottleneck: channels inside a unit, times growth. dropout: of a unit's output.
        fusion_units: of a fusion module's dense block.
        decoder_units: of the dense blocks on the way up, from the smallest map; the last ones
            where there are fewer stages.
    """

    TITLE: ClassVar[str] = "The dense U-Net"

    stem: int = 64
    stem_stride: int = 1
    blocks: tuple[int, int, int, int] = (6, 12, 24, 16)
    growth: int = 32
    bottleneck: int = 4
    dropout: float = 0.5
    fusion_units: int = 6
    decoder_units: tuple[int, int, int, int, int] = (8, 8, 12, 6, 4)

    def __post_init__(self) -> None:
        if len(self.blocks) != 4 or len(self.decoder_units) != 5:
            raise ModelError(f"{self.TITLE} needs 4 values for blocks and 5 for decoder_units.")
        numbers = (*self.blocks, *self.decoder_units, self.fusion_units)
        if min(*numbers, self.stem, self.growth, self.bottleneck) < 1:
            raise ModelError(f"{self.TITLE} needs positive sizes.")
        if self.stem_stride not in (1, 2) or not 0 <= self.dropout < 1:
            raise ModelError(f"{self.TITLE} needs a stem_stride of 1 or 2, and dropout below 1.")

    @classmethod
    def public_restoration(cls) -> DenseUNetSizes:
        """The "crack" net of the authors' public code: 30,192,129 parameters."""
        return cls()


@dataclass(frozen=True)
class PikFixSizes(DenseUNetSizes):
    """Pik-Fix's color network; the defaults are the paper's shape (see :meth:`paper`).

    Attributes:
        trunk: what both pictures are compared by: "resnet34" (the paper's, frozen) or our "own"
            feature trunk. trunk_widths: of our own, at 1/2 to 1/32.
        similarity: "four" maps at 1/4 to 1/32 (the paper's), "one" at 1/8 for all scales, "none"
            (the reference's mean everywhere), or the public code's "warpnet".
        similarity_channels: length of the features that are compared, C.
        histogram: what is carried from the reference to the target: SPHist with "learned" centers
            (the paper's), with "fixed" ones as a density (the public code's), or "none": raw ab.
        bins: K, for a and for b.
        sees_best_match: fusion modules also see the cosine of each cell's best match.
        starts_at_match: the result is looked-up chroma, as far as it is trusted, plus a residual
            (ours); else the network's plain output.
    """

    TITLE: ClassVar[str] = "Pik-Fix's color network"

    trunk: TrunkKind = "resnet34"
    trunk_widths: tuple[int, int, int, int, int] = (32, 64, 128, 128, 192)
    similarity: Similarity = "four"
    similarity_channels: int = 64
    histogram: Histogram = "learned"
    bins: int = 256
    sees_best_match: bool = False
    starts_at_match: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, known in (
            ("trunk", ("resnet34", "own")),
            ("similarity", ("four", "one", "none", "warpnet")),
            ("histogram", ("learned", "fixed", "none")),
        ):
            if getattr(self, name) not in known:
                raise ModelError(f"{self.TITLE} knows no {name} named {getattr(self, name)!r}.")
        if len(self.trunk_widths) != 5:
            raise ModelError(f"{self.TITLE} needs 5 values for trunk_widths.")
        if min(*self.trunk_widths, self.similarity_channels) < 1 or self.bins < 2:
            raise ModelError(f"{self.TITLE} needs positive sizes and at least two bins.")
        if self.similarity == "warpnet" and self.trunk != "resnet34":
            raise ModelError(f"{self.TITLE} has a warpnet only on top of resnet34.")

    @property
    def carried_channels(self) -> int:
        """Channels that are carried from the reference: histograms of a and b, or a and b."""
        return 2 if self.histogram == "none" else 2 * self.bins

    @classmethod
    def paper(cls) -> PikFixSizes:
        """The paper's shape: 71,950,786 parameters, 700,752 for similarity, 512 bin centers."""
        return cls()

    @classmethod
    def public(cls) -> PikFixSizes:
        """The authors' public code: 112,952,397 parameters beside the frozen trunk."""
        return cls(
            blocks=(6, 12, 24, 48),
            fusion_units=4,
            similarity="warpnet",
            similarity_channels=256,
            histogram="fixed",
            sees_best_match=True,
        )

    @classmethod
    def lite(cls) -> PikFixSizes:
        """The shipped size: half size, our own trunk, 16 bins (ours)."""
        return cls(
            stem=32,
            stem_stride=2,
            blocks=(2, 4, 5, 4),
            growth=16,
            bottleneck=2,
            dropout=0.0,
            fusion_units=2,
            decoder_units=(2, 2, 2, 2, 1),
            trunk="own",
            similarity_channels=32,
            bins=16,
            sees_best_match=True,
            starts_at_match=True,
        )
