"""The manifest of a folder of models: which file holds which network, and on what terms."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from restore_colorize.errors import ModelError

__all__ = ["MANIFEST", "MANIFEST_FORMAT", "ModelEntry", "read_manifest", "with_entry"]

MANIFEST = "manifest.json"  # in a folder of models
MANIFEST_FORMAT = 1
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class ModelEntry:
    """One line of a manifest: a model as its folder describes it.

    name: unique, lower case. role: what the model can fill, such as "colorize.exemplar".
    network: key of ``restore_colorize.networks.NETWORKS``. config: its sizes. parameters: number
    of trained values. license: one sentence on the training data and its terms. card: name of a
    Markdown file in the same folder, or "". default: fills its role when nobody names a model.
    """

    name: str
    file: str
    sha256: str
    role: str
    network: str
    config: Mapping[str, Any] = field(default_factory=dict)
    parameters: int = 0
    paper: str = ""
    license: str = ""
    card: str = ""
    default: bool = False


def read_manifest(text: str, where: str) -> tuple[ModelEntry, ...]:
    """Parse a manifest; ``where`` names it in error messages.

    Raises:
        ModelError: the text is no manifest of this format, or an entry is malformed.
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ModelError(f"The list of models {where} is not valid JSON ({error}).") from None
    if not isinstance(document, dict) or document.get("format") != MANIFEST_FORMAT:
        raise ModelError(
            f"The list of models {where} has another format than {MANIFEST_FORMAT}: update "
            "Restore & Colorize, or take a list that was made for this version."
        )
    entries = tuple(_entry(item, where) for item in document.get("models", []))
    names = [entry.name for entry in entries]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ModelError(f"The list of models {where} names {min(twice)} twice.")
    return entries


def with_entry(text: str, entry: Mapping[str, Any]) -> str:
    """Return a manifest with an entry, in place of one of the same name; "" is one of no models."""
    document: dict[str, Any] = {"format": MANIFEST_FORMAT, "models": []}
    if text:
        document = json.loads(text)
    others = [model for model in document["models"] if model["name"] != entry["name"]]
    document["models"] = sorted([*others, entry], key=lambda model: str(model["name"]))
    return json.dumps(document, indent=2) + "\n"


def _entry(item: object, where: str) -> ModelEntry:
    if not isinstance(item, dict):
        raise ModelError(f"The list of models {where} holds an entry that is no object.")
    unknown = set(item) - set(ModelEntry.__dataclass_fields__)
    missing = {"name", "file", "sha256", "role", "network"} - set(item)
    if unknown or missing:
        words = "lacks " + min(missing) if missing else "has the unknown field " + min(unknown)
        raise ModelError(f"An entry of the list of models {where} {words}.")
    for key, pattern in (("name", _NAME), ("sha256", _SHA256)):
        if not isinstance(item[key], str) or not pattern.fullmatch(item[key]):
            raise ModelError(f"The list of models {where} has a malformed {key}: {item[key]!r}.")
    for key in ("file", "card"):
        value = item.get(key, "")
        # A manifest names files of its own folder only.
        if not isinstance(value, str) or "/" in value or "\\" in value or value in (".", ".."):
            raise ModelError(f"The list of models {where} has a malformed {key}: {value!r}.")
    return ModelEntry(**item)
