"""Sizes of the feature networks, so that a file of weights can name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from restore_colorize.errors import ModelError
from restore_colorize.networks.sizes import NetworkSizes

TRUNKS = ("own", "resnet34")


@dataclass(frozen=True)
class FeatureSizes(NetworkSizes):
    """What a feature network is made of; the defaults are the shipped one (about 2.2 M parameters).

    Attributes:
        trunk: "own", or "resnet34" for torchvision's layout.
        widths: channels of our own trunk at 1/2, 1/4, 1/8, 1/16, 1/32 of the side.
        grid: cells on a side at which layouts are compared.
    """

    TITLE: ClassVar[str] = "The feature network"

    trunk: str = "own"
    widths: tuple[int, int, int, int, int] = (32, 64, 128, 128, 192)
    grid: int = 4

    def __post_init__(self) -> None:
        if self.trunk not in TRUNKS:
            raise ModelError(f"The feature network knows no trunk called {self.trunk}.")
        if len(self.widths) != 5 or min(*self.widths, self.grid) < 1:
            raise ModelError("The feature network needs five positive widths and a positive grid.")
