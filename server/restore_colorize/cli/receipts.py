"""Receipts in the text metadata of outputs: what made a picture, and how to make it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from google.protobuf import json_format
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from restore_colorize import __version__
from restore_colorize.engines import Candidate
from restore_colorize.errors import FormatError, RequestError

__all__ = ["KEY", "StoredReceipt", "stored_receipt", "texts_of"]

KEY = "restore-colorize"
# A JPEG segment holds 64 kB, all texts together; a receipt with its working pictures seldom fits.
_SHORT_SUFFIXES = (".jpg", ".jpeg")
_COMMENTS = {
    "colorize": (
        "The colors of this picture are simulated: a network guessed them ({}). They are no record "
        "of the real colors."
    ),
    "restore": (
        "This picture was restored by a network ({}): what was damaged or faded is its guess."
    ),
}


@dataclass(frozen=True)
class StoredReceipt:
    """A receipt as a file carries it, and which of the job's candidates the file shows."""

    receipt: pb.Receipt
    candidate: int


def texts_of(receipt: pb.Receipt, candidate: Candidate, output: Path) -> dict[str, str]:
    """Return the texts that an output carries, by key.

    A JPEG gets the receipt without its working pictures: everything that says how the picture came
    about, but not enough to repeat it.
    """
    is_short = output.suffix.lower() in _SHORT_SUFFIXES
    lacks_pictures = is_short and (bool(receipt.references) or receipt.HasField("hints"))
    if is_short:
        whole, receipt = receipt, pb.Receipt()
        receipt.CopyFrom(whole)
        del receipt.references[:]
        receipt.ClearField("hints")
    comment = _COMMENTS.get(receipt.engine, _COMMENTS["colorize"])
    record = {
        "candidate": candidate.index,
        "label": candidate.label,
        "lacks_pictures": lacks_pictures,
        "receipt": json_format.MessageToDict(receipt),
    }
    return {
        "Software": f"Restore & Colorize {__version__}",
        "Comment": comment.format(f"Restore & Colorize {__version__}, model {candidate.model}"),
        KEY: json.dumps(record, separators=(",", ":")),
    }


def stored_receipt(texts: Mapping[str, str], path: Path) -> StoredReceipt:
    """Read the receipt that a picture carries; ``path`` names it in messages.

    Raises:
        RequestError: it carries none, or a short one.
        FormatError: what it carries cannot be understood.
    """
    if KEY not in texts:
        raise RequestError(f"{path} carries no receipt: it was not made by this program.")
    try:
        record = json.loads(texts[KEY])
        receipt = json_format.ParseDict(record["receipt"], pb.Receipt(), ignore_unknown_fields=True)
        task = getattr(receipt, receipt.WhichOneof("task") or "colorize")
        candidate = range(getattr(task, "candidates", 1) or 1)[record["candidate"]]
    except (ValueError, LookupError, TypeError, json_format.ParseError) as error:
        raise FormatError(f"The receipt in {path} cannot be understood ({error}).") from None
    if record.get("lacks_pictures"):
        raise RequestError(
            f"The receipt in {path} is a short one (JPEG has no room for more): it lacks the "
            "working pictures, so the result cannot be repeated from it."
        )
    return StoredReceipt(receipt, candidate)
