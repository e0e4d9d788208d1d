"""What is kept with a result's layer, so that the result can be made again."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass
from typing import Any

from ..errors import RefusedError
from ..pixels import Pixels, SampleType
from ..receipts import Receipt
from ..translation import _

__all__ = ["NOTE_NAME", "LayerNote"]

NOTE_NAME = "restore-colorize"  # of the parasite, annotation or chunk that holds a note


@dataclass(frozen=True)
class LayerNote:
    """The receipt of a layer, and what of the editor's side it needs beside it.

    candidate: which of the job's results the layer is. source_id: the editor's lasting name of
    the layer that was colored. target_channels: as it was sent; its image may have been gray then
    and in color now. is_color_layer: as in ``ColorizeOptions``. rendered: strength and saturation
    that the user chose after the job; None: those of the receipt. damage: the mask that the job was
    given, one channel at 8 bit, since the layer or selection that it was may be gone tomorrow.
    """

    receipt: Receipt
    candidate: int = 0
    source_id: str = ""
    target_channels: int = 3
    is_color_layer: bool = False
    rendered: tuple[float, float] | None = None
    damage: Pixels | None = None

    def to_bytes(self) -> bytes:
        """Return the note for the editor to keep."""
        told = {
            "format": 1,
            "candidate": self.candidate,
            "source_id": self.source_id,
            "target_channels": self.target_channels,
            "is_color_layer": self.is_color_layer,
            "rendered": self.rendered,
            "receipt": base64.b64encode(self.receipt.data).decode("ascii"),
            "damage": self.damage and _deflated(self.damage),
        }
        return json.dumps(told).encode("ascii")

    @classmethod
    def from_bytes(cls, data: bytes) -> LayerNote:
        """Read a note. Raises RefusedError where it is damaged or newer than this version."""
        try:
            told = json.loads(data)
            if told["format"] != 1:
                raise RefusedError(
                    _(
                        "This layer was made by a newer version of Restore & Colorize: install "
                        "that one to repeat it."
                    )
                )
            rendered = told["rendered"] and tuple(map(float, told["rendered"]))
            if rendered and len(rendered) != 2:
                raise ValueError("strength and saturation are two numbers")
            return cls(
                receipt=Receipt(base64.b64decode(told["receipt"], validate=True)),
                candidate=int(told["candidate"]),
                source_id=str(told["source_id"]),
                target_channels=int(told["target_channels"]),
                is_color_layer=bool(told["is_color_layer"]),
                rendered=rendered,
                damage=_inflated(told["damage"]) if told.get("damage") else None,
            )
        except (ValueError, KeyError, TypeError, zlib.error):
            raise RefusedError(
                _("What this layer tells about its making is damaged: color its source again.")
            ) from None

    @property
    def needs_selection(self) -> bool:
        """Whether the job saw the selection, which then must be the same in a repetition."""
        return self.receipt.needs_selection


def _deflated(mask: Pixels) -> dict[str, Any]:
    samples = base64.b64encode(zlib.compress(mask.view())).decode("ascii")
    return {"width": mask.width, "height": mask.height, "deflated": samples}


def _inflated(told: dict[str, Any]) -> Pixels:
    """Undo ``_deflated``; a small stream cannot blow up, since the length is known before."""
    width, height = int(told["width"]), int(told["height"])
    deflated = base64.b64decode(told["deflated"], validate=True)
    samples = zlib.decompressobj().decompress(deflated, width * height + 1)
    if len(samples) != width * height:
        raise ValueError("the mask has another size")
    return Pixels(width, height, 1, SampleType.UINT8, False, samples)
