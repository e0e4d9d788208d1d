"""``gimpshelf.shelf``: a dictionary that outlives a script's run, kept in GIMP's profile."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

__all__ = ["shelf"]


class Gimpshelf(MutableMapping):  # type: ignore[type-arg]
    """What scripts put away, by names. Values are what JSON holds, tuples and bytes."""

    def __init__(self, path: Path | None = None) -> None:
        self._given = path

    @property
    def _path(self) -> Path:
        if self._given is None:
            from gi.repository import Gimp

            self._given = Path(Gimp.directory()) / "gimpshelf.json"
        return self._given

    def _read(self) -> dict[str, Any]:
        try:
            return dict(json.loads(self._path.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return {}

    def _write(self, values: dict[str, Any]) -> None:
        part = self._path.with_name(f"{self._path.name}.{os.getpid()}.part")
        part.write_text(json.dumps(values), encoding="utf-8")
        part.replace(self._path)

    def __getitem__(self, name: str) -> Any:
        return _unpacked(self._read()[name])

    def __setitem__(self, name: str, value: Any) -> None:
        self._write({**self._read(), name: _packed(value)})

    def __delitem__(self, name: str) -> None:
        values = self._read()
        del values[name]
        self._write(values)

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __contains__(self, name: object) -> bool:
        return name in self._read()

    has_key = __contains__


def _packed(value: Any) -> Any:
    """Write down what JSON does not know by a dictionary of one key."""
    if isinstance(value, tuple):
        return {"tuple": [_packed(each) for each in value]}
    if isinstance(value, bytes):
        return {"bytes": value.decode("latin-1")}
    if isinstance(value, list):
        return [_packed(each) for each in value]
    if isinstance(value, dict):
        return {"dict": [[_packed(key), _packed(each)] for key, each in value.items()]}
    return value


def _unpacked(value: Any) -> Any:
    if isinstance(value, list):
        return [_unpacked(each) for each in value]
    if not isinstance(value, dict):
        return value
    ((kind, inside),) = value.items()
    if kind == "tuple":
        return tuple(_unpacked(each) for each in inside)
    if kind == "bytes":
        return inside.encode("latin-1")
    return {_unpacked(key): _unpacked(each) for key, each in inside}


shelf = Gimpshelf()
