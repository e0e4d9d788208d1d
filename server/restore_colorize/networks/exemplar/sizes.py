"""Sizes of the exemplar network, so that a file of weights can name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from restore_colorize.errors import ModelError
from restore_colorize.networks.sizes import NetworkSizes


@dataclass(frozen=True)
class ExemplarSizes(NetworkSizes):
    """Channel counts; the defaults are the shipped network (about 2 M parameters).

    Attributes:
        widths: target encoder at 1/2, 1/4, 1/8, 1/16 of the side.
        up_widths: decoder at 1/8, 1/4, 1/2.
        reference_widths: reference encoder at 1/2 to 1/32.
        embedding: length of the global color vector z (Color2Embed's color embedding).
        heads: attention heads over the reference's cells; the first two also fetch chroma and
            luminance descriptors.
        head_channels: channels of a head.
        hint_channels: length of the feature by which cells look for hinted cells.
        fine_parents: cells at 1/8 whose children are looked at for details.
        fine_channels: length of the feature by which children are compared.
    """

    TITLE: ClassVar[str] = "The exemplar network"

    widths: tuple[int, int, int, int] = (32, 64, 128, 128)
    up_widths: tuple[int, int, int] = (64, 48, 32)
    reference_widths: tuple[int, int, int, int, int] = (24, 48, 96, 160, 256)
    embedding: int = 128
    heads: int = 4
    head_channels: int = 16
    hint_channels: int = 32
    fine_parents: int = 4
    fine_channels: int = 24

    def __post_init__(self) -> None:
        for name, count in (("widths", 4), ("up_widths", 3), ("reference_widths", 5)):
            if len(getattr(self, name)) != count:
                raise ModelError(f"The exemplar network needs {count} values for {name}.")
        numbers = [*self.widths, *self.up_widths, *self.reference_widths]
        numbers += [self.embedding, self.head_channels, self.hint_channels]
        numbers += [self.fine_parents, self.fine_channels]
        if min(numbers) < 1 or self.heads < 2:
            raise ModelError("The exemplar network needs positive sizes and at least two heads.")
