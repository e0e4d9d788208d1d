"""Sizes of PixColor's networks: the paper's shapes, small ones, and their way into a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Self

from restore_colorize.errors import ModelError
from restore_colorize.networks.sizes import NetworkSizes

TrunkKind = Literal["resnet", "lite"]

LOOK_HEADS = 4  # of a block that looks far


@dataclass(frozen=True)
class PixColorPriorSizes(NetworkSizes):
    """Channel counts of conditioning net, adaptation and PixelCNN; the defaults are shipped.

    Attributes:
        trunk: "resnet" is the paper's conditioning net (bottlenecks, third stage dilated);
            "lite" has basic blocks down to 1/16 with global features, and reads known colors.
        trunk_widths: "resnet": stages at 1/4, 1/8, 1/8; "lite": at 1/2, 1/4, 1/8, 1/16.
        trunk_blocks: blocks of the "resnet" stages, or of the "lite" stages at 1/4, 1/8, 1/16.
        far_looks: "lite": blocks at 1/16 in which every cell looks at all others (ours).
        adaptation: channels of the 3x3 convolutions between trunk and PixelCNN.
        maps: feature maps of each stack; even with channel masks.
        blocks: gated blocks.
        hidden: channels between features and logits.
        has_second_head: Cb's logits come from a head that is told Cr, instead of channel masks.
        memory_heads: lookups of colors drawn in earlier rows by likeness of their cells (ours);
            0 is none.
        has_bin_classifier: a linear classifier of bins on the condition, for training (ours).
    """

    TITLE: ClassVar[str] = "PixColor's prior"

    trunk: TrunkKind = "lite"
    trunk_widths: tuple[int, ...] = (32, 64, 112, 160)
    trunk_blocks: tuple[int, int, int] = (2, 2, 2)
    far_looks: int = 2
    adaptation: tuple[int, ...] = (96, 48)
    maps: int = 48
    blocks: int = 6
    hidden: int = 256
    has_second_head: bool = True
    memory_heads: int = 4
    has_bin_classifier: bool = True

    def __post_init__(self) -> None:
        widths = {"resnet": 3, "lite": 4}.get(self.trunk)
        if widths is None:
            raise ModelError(f"{self.TITLE} knows no trunk named {self.trunk!r}.")
        if len(self.trunk_widths) != widths or len(self.trunk_blocks) != 3 or not self.adaptation:
            raise ModelError(
                f"{self.TITLE} with a {self.trunk} trunk needs {widths} trunk_widths, "
                "3 trunk_blocks and at least one adaptation width."
            )
        numbers = [*self.trunk_widths, *self.trunk_blocks, *self.adaptation]
        if min(*numbers, self.maps, self.blocks, self.hidden) < 1:
            raise ModelError(f"{self.TITLE} needs positive sizes.")
        if min(self.memory_heads, self.far_looks) < 0:
            raise ModelError(f"{self.TITLE} has no negative memory_heads or far_looks.")
        if self.far_looks and self.trunk_widths[-1] % LOOK_HEADS:
            raise ModelError(f"{self.TITLE} looks far with channels that {LOOK_HEADS} divides.")
        if not self.has_second_head and (self.maps % 2 or self.hidden % 2):
            raise ModelError(f"{self.TITLE} needs even maps and hidden for its channel masks.")

    @property
    def reads_known_colors(self) -> bool:
        """Whether known colors are an input, and not only clamped."""
        return self.trunk == "lite"

    @classmethod
    def paper(cls) -> PixColorPriorSizes:
        """The paper's table: 30,182,336 parameters."""
        return cls(
            trunk="resnet",
            trunk_widths=(64, 128, 256),
            trunk_blocks=(3, 4, 23),
            far_looks=0,
            adaptation=(64, 64, 64),
            maps=64,
            blocks=10,
            hidden=1024,
            has_second_head=False,
            memory_heads=0,
            has_bin_classifier=False,
        )


@dataclass(frozen=True)
class PixColorRefinementSizes(NetworkSizes):
    """Channel counts of the refinement net; the defaults are shipped.

    Attributes:
        low: low-level features at 1/2, 1/4, 1/8 and their output at 1/8.
        mid: the two mid-level convolutions at 1/8.
        branch: global branch: its four convolutions down to 1/32, then the two that end in one
            cell.
        decoder: channels at 1/8, 1/4, 1/2, two convolutions each.
        has_skips: the decoder is given the low-level features of its own size, too (ours).
    """

    TITLE: ClassVar[str] = "PixColor's refinement"

    low: tuple[int, int, int, int] = (16, 32, 64, 96)
    mid: tuple[int, int] = (96, 64)
    branch: tuple[int, int, int] = (64, 96, 64)
    decoder: tuple[int, int, int] = (48, 32, 24)
    has_skips: bool = True

    def __post_init__(self) -> None:
        for name, count in (("low", 4), ("mid", 2), ("branch", 3), ("decoder", 3)):
            values = getattr(self, name)
            if len(values) != count or min(values) < 1:
                raise ModelError(f"{self.TITLE} needs {count} positive values for {name}.")

    @classmethod
    def paper(cls) -> PixColorRefinementSizes:
        """The paper's table, read with a global branch that is fused: 34,265,858 parameters."""
        return cls(
            low=(64, 128, 256, 512),
            mid=(512, 256),
            branch=(512, 1024, 512),
            decoder=(128, 64, 32),
            has_skips=False,
        )


@dataclass(frozen=True)
class PixColorCriticSizes(NetworkSizes):
    """Channel counts of the critic; the defaults are shipped.

    Attributes:
        condition: channels of the prior's condition.
        widths: at 1/8, and at 1/16.
    """

    TITLE: ClassVar[str] = "PixColor's critic"

    condition: int = 48
    widths: tuple[int, int] = (48, 64)

    def __post_init__(self) -> None:
        if len(self.widths) != 2 or min(self.condition, *self.widths) < 1:
            raise ModelError(f"{self.TITLE} needs positive channels and two widths.")


@dataclass(frozen=True)
class PixColorSizes(NetworkSizes):
    """Sizes of all networks, as one file of weights holds them; the critic may be missing."""

    TITLE: ClassVar[str] = "PixColor"

    prior: PixColorPriorSizes = field(default_factory=PixColorPriorSizes)
    refinement: PixColorRefinementSizes = field(default_factory=PixColorRefinementSizes)
    critic: PixColorCriticSizes | None = None

    def __post_init__(self) -> None:
        if self.critic and self.critic.condition != self.prior.adaptation[-1]:
            raise ModelError(
                f"{self.critic.TITLE} reads {self.critic.condition} channels, but the prior's "
                f"condition has {self.prior.adaptation[-1]}."
            )

    def to_config(self) -> dict[str, Any]:
        """One table for each network."""
        parts = {"prior": self.prior, "refinement": self.refinement, "critic": self.critic}
        return {name: part.to_config() for name, part in parts.items() if part is not None}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Read what :meth:`to_config` wrote; what is not named keeps its default.

        Raises:
            ModelError: if a name is unknown or a size does not fit.
        """
        readers: dict[str, type[NetworkSizes]] = {
            "prior": PixColorPriorSizes,
            "refinement": PixColorRefinementSizes,
            "critic": PixColorCriticSizes,
        }
        return super().from_config(
            {
                name: readers[name].from_config(part) if name in readers else part
                for name, part in config.items()
            }
        )
