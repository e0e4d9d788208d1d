"""The receipt: all that is needed to repeat a result exactly, opaque but readable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import messages

__all__ = ["Receipt"]


@dataclass(frozen=True)
class Receipt:
    """The bytes of the contract's Receipt message, to be kept with a layer or a file.

    Raises RefusedError where they are something else.
    """

    data: bytes

    def __post_init__(self) -> None:
        messages.parse_receipt(self.data)

    @property
    def engine(self) -> str:
        """The engine that did the job, such as "colorize"."""
        return messages.parse_receipt(self.data).engine

    @property
    def needs_selection(self) -> bool:
        """Whether the job saw the selection, which then must be the same in a repetition."""
        return bool(messages.parse_receipt(self.data).selection_sha256)

    @property
    def box(self) -> tuple[int, int, int, int] | None:
        """Left, top, width and height of the part of the layer that the job saw; None: all."""
        receipt = messages.parse_receipt(self.data)
        if not receipt.HasField("region"):
            return None
        region = receipt.region
        return region.x, region.y, region.width, region.height

    def as_dict(self) -> dict[str, Any]:
        """Return the receipt for JSON: the contract's names, enums by name, bytes in base64."""
        return messages.as_dict(messages.parse_receipt(self.data))
