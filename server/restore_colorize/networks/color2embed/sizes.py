"""Sizes of Color2Embed: the paper's shape, a lite one, and their way into a weights file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from restore_colorize.errors import ModelError
from restore_colorize.networks.sizes import NetworkSizes

EncoderKind = Literal["vgg19", "strided"]


@dataclass(frozen=True)
class Color2EmbedSizes(NetworkSizes):
    """Channel counts; the defaults are the paper's shape as its public code builds it.

    Attributes:
        encoder: color encoder E_c: "vgg19" (the paper's, to relu5_2) or "strided" (five
            stride-2 convolutions, ours).
        embedding: length of the color vector z.
        down: content encoder E_s at 1, 1/2, 1/4, 1/8, 1/16 of the side.
        up: PFFN at 1/8, 1/4, 1/2, 1 of the side.
        sdft_kernels: filter sides of the four modulated convolutions, odd.
        strided_widths: stages of the "strided" encoder; "vgg19" has its own and ignores them.
    """

    TITLE: ClassVar[str] = "Color2Embed"

    encoder: EncoderKind = "vgg19"
    embedding: int = 512
    down: tuple[int, int, int, int, int] = (64, 128, 256, 512, 512)
    up: tuple[int, int, int, int] = (256, 128, 64, 64)
    sdft_kernels: tuple[int, int, int, int] = (3, 3, 5, 5)
    strided_widths: tuple[int, int, int, int, int] = (24, 48, 96, 160, 256)

    def __post_init__(self) -> None:
        if self.encoder not in ("vgg19", "strided"):
            raise ModelError(f"Color2Embed knows no encoder named {self.encoder!r}.")
        for name, count in (("down", 5), ("up", 4), ("sdft_kernels", 4), ("strided_widths", 5)):
            if len(getattr(self, name)) != count:
                raise ModelError(f"Color2Embed needs {count} values for {name}.")
        if min(self.embedding, *self.down, *self.up, *self.strided_widths) < 1:
            raise ModelError("Color2Embed needs positive sizes.")
        if any(side < 1 or side % 2 == 0 for side in self.sdft_kernels):
            raise ModelError("Color2Embed needs odd filter sides in sdft_kernels.")

    @classmethod
    def paper(cls) -> Color2EmbedSizes:
        """The paper's shape: 48.2 M parameters that run."""
        return cls()

    @classmethod
    def lite(cls) -> Color2EmbedSizes:
        """A sixth of the arithmetic with a small encoder of its own: 3.5 M parameters (ours)."""
        return cls(
            encoder="strided",
            embedding=256,
            down=(24, 48, 96, 192, 192),
            up=(96, 64, 48, 32),
            sdft_kernels=(3, 3, 3, 3),
        )
