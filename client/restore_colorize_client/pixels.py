"""Samples as they travel: little-endian, rows from top to bottom, channels interleaved."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from .errors import RefusedError

__all__ = ["Pixels", "SampleType"]


class SampleType(IntEnum):
    """How one sample is stored."""

    UINT8 = 1  # 0..255
    UINT16 = 2  # 0..65535
    FLOAT32 = 3  # 0..1

    @property
    def size(self) -> int:
        """Bytes of one sample."""
        return {SampleType.UINT8: 1, SampleType.UINT16: 2, SampleType.FLOAT32: 4}[self]


@dataclass(frozen=True, eq=False)
class Pixels:
    """A plane of raw samples, without padding between rows.

    channels: 1 gray or 3 RGB, one more where has_alpha; sRGB-encoded, alpha is the last one and
    not multiplied into the colors. data: any contiguous buffer of width × height × channels
    samples; it is read while a job uploads it and never written.

    Raises RefusedError where the buffer's length does not fit.
    """

    width: int
    height: int
    channels: int
    sample_type: SampleType
    has_alpha: bool
    data: bytes | bytearray | memoryview

    def __post_init__(self) -> None:
        if min(self.width, self.height, self.channels) < 1:
            raise RefusedError(
                f"A picture of {self.width} × {self.height} pixels and {self.channels} channels "
                "is empty: choose one with at least one pixel.",
                reason="shape",
            )
        try:
            given = len(self.view())
        except TypeError:
            raise RefusedError(
                "The samples are not one contiguous buffer: copy them into one first.",
                reason="format",
            ) from None
        if given != self.size:
            raise RefusedError(
                f"A picture of {self.width} × {self.height} pixels with {self.channels} channels "
                f"of {self.sample_type.name} needs {self.size} bytes, but {given} were given.",
                reason="shape",
            )

    @property
    def size(self) -> int:
        """Bytes of all samples."""
        return self.width * self.height * self.channels * self.sample_type.size

    def view(self) -> memoryview:
        """Return the samples as bytes, without a copy."""
        return memoryview(self.data).cast("B")
