"""Sizes of the feature networks, so that a file of weights can name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from restore_colorize.errors import ModelError
from restore_colorize.networks.sizes import NetworkSizes

TRUNKS = ("own", "resnet34")


@dataclass(frozen=True)
class FeatureSizes(NetworkSizes):
    """What a feature network is made of; the defaults and 48 for ``places`` are the shipped one.

    Attributes:
        trunk: "own", or "resnet34" for torchvision's layout.
        widths: channels of our own trunk at 1/2, 1/4, 1/8, 1/16, 1/32 of the side.
        grid: cells on a side at which layouts are compared.
        places: values kept of each place that is looked for in other pictures; 0 is none.
    """

    TITLE: ClassVar[str] = "The feature network"

    trunk: str = "own"
    widths: tuple[int, int, int, int, int] = (32, 64, 128, 128, 192)
    grid: int = 4
    places: int = 0

    def __post_init__(self) -> None:
        if self.trunk not in TRUNKS:
            raise ModelError(f"The feature network knows no trunk called {self.trunk}.")
        if len(self.widths) != 5 or min(*self.widths, self.grid) < 1:
            raise ModelError("The feature network needs five positive widths and a positive grid.")
        if self.places < 0:
            raise ModelError("The feature network cannot keep fewer than 0 values of a place.")
