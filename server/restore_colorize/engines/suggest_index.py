"""What is kept of pictures in folders, so that thousands are ranked without being read again."""

from __future__ import annotations

import json
import os
import tempfile
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

__all__ = ["FileKey", "Index", "Seen", "Shapes", "stack"]

_FORMAT = 2
_FIELDS = ("means", "layout", "cells", "light", "colors")
_KEPT_DAYS = 180  # after which what nobody asked for is forgotten
_STAMPED_DAYS = 30  # how old the note of the last use may be
_DAMAGED = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile)


class Seen(NamedTuple):
    """What is kept of pictures, n in a row or one alone.

    Attributes:
        means: (n, c) int8, the feature network's, in steps of 1/32.
        layout: (n, c, squares) int8, likewise.
        cells: (n, k, d) int8, unit vectors of the network that compares cells, times 127.
        light: (n, 2) float32, mean and standard deviation of L*.
        colors: (n,) float32, how far colors of one lightness lie apart, in CIELAB units.
    """

    means: np.ndarray
    layout: np.ndarray
    cells: np.ndarray
    light: np.ndarray
    colors: np.ndarray

    def of(self, rows: int | slice | np.ndarray) -> Seen:
        """Return some of them."""
        return Seen(*(part[rows] for part in self))


class Shapes(NamedTuple):
    """Shapes of what networks describe of one picture, as in :class:`Seen` without n."""

    means: tuple[int]
    layout: tuple[int, int]
    cells: tuple[int, int]


@dataclass(frozen=True)
class FileKey:
    """A file as it was when it was read: name without folder, bytes, and time of its last change.

    A folder that moves takes its files' keys along.
    """

    name: str
    size: int
    changed_ns: int

    @classmethod
    def of(cls, name: str, status: os.stat_result) -> FileKey:
        """Return the key of a file as it is now."""
        return cls(name, status.st_size, status.st_mtime_ns)


class Index:
    """One file of descriptions, by file and time; what it lacks or cannot read it is given anew.

    Args:
        path: the index file; need not exist.
        weights: names the networks that describe; an index of other ones counts as missing.
        shapes: of what they describe.

    Whatever is wrong with the file, it is taken for empty and replaced by the next ``save``.
    """

    def __init__(self, path: Path, weights: str, shapes: Shapes) -> None:
        self._path, self._weights, self._shapes = path, weights, shapes
        self._rows: dict[FileKey, int] = {}
        self._parts: list[Seen] = []
        self._is_readable: list[bool] = []
        self._days: list[int] = []
        self._used: set[int] = set()
        self._is_changed = False
        self._version: tuple[int, int] | None = None
        self._take_file()

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: FileKey) -> bool:
        return key in self._rows

    def is_readable(self, key: FileKey) -> bool:
        """Whether a file that was looked at could be read."""
        return self._is_readable[self._rows[key]]

    def add(self, key: FileKey, seen: Seen | None) -> None:
        """Keep one picture's description (no first dimension); None: it cannot be read."""
        self._rows[key] = len(self._is_readable)
        self._parts.append(self._nothing(1) if seen is None else Seen(*(p[None] for p in seen)))
        self._is_readable.append(seen is not None)
        self._days.append(_today())
        self._is_changed = True

    def get(self, keys: Sequence[FileKey]) -> Seen:
        """Return the descriptions of files that were added, in this order."""
        rows = np.array([self._rows[key] for key in keys], np.int64)
        self._used.update(rows.tolist())
        return self._all().of(rows)

    def save(self) -> None:
        """Write the file if there is anything new: whole or not at all, joined with what another
        process has written meanwhile.

        Raises:
            OSError: it cannot be written.
        """
        today = _today()
        stale = [row for row in self._used if today - self._days[row] > _STAMPED_DAYS]
        if not self._is_changed and not stale:
            return
        for row in self._used:
            self._days[row] = today
        if _version(self._path) != self._version:
            self._take_file()
        kept = [
            (key, row) for key, row in self._rows.items() if today - self._days[row] <= _KEPT_DAYS
        ]
        rows = np.array([row for _, row in kept], np.int64)
        head = {
            "format": _FORMAT,
            "weights": self._weights,
            "files": [[key.name, key.size, key.changed_ns] for key, _ in kept],
        }
        fields = dict(zip(_FIELDS, self._all().of(rows), strict=True))
        self._write(
            head=np.frombuffer(json.dumps(head).encode(), np.uint8),
            readable=np.array(self._is_readable, bool)[rows],
            days=np.array(self._days, np.int64)[rows],
            **fields,
        )
        self._is_changed, self._version = False, _version(self._path)

    def _write(self, **arrays: np.ndarray) -> None:
        folder = self._path.parent
        folder.mkdir(parents=True, exist_ok=True)
        # Readable by its owner alone, since names of pictures are private.
        descriptor, part = tempfile.mkstemp(".part", f".{self._path.name}.", folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                np.savez(file, **arrays)  # type: ignore[arg-type]  # its stub knows positions only
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, self._path)
        finally:
            Path(part).unlink(missing_ok=True)

    def _take_file(self) -> None:
        """Add what the file has and we have not."""
        self._version = _version(self._path)
        if self._version is None:
            return
        try:
            with self._path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                head = json.loads(bytes(file["head"]))
                if (head["format"], head["weights"]) != (_FORMAT, self._weights):
                    return
                keys = [FileKey(str(name), int(size), int(at)) for name, size, at in head["files"]]
                seen = Seen(*(file[name] for name in _FIELDS))
                readable, days = file["readable"].tolist(), file["days"].tolist()
            self._check(seen, len(keys), len(readable), len(days))
        except _DAMAGED:
            return
        first = len(self._is_readable)
        for row, key in enumerate(keys):
            self._rows.setdefault(key, first + row)
        self._parts.append(seen)
        self._is_readable += readable
        self._days += days

    def _check(self, seen: Seen, *counts: int) -> None:
        wanted = self._nothing(counts[0])
        fits = all(
            one.shape == other.shape and one.dtype == other.dtype
            for one, other in zip(seen, wanted, strict=True)
        )
        if not fits or len(set(counts)) != 1:
            raise ValueError("the parts of the index do not belong together")

    def _nothing(self, count: int) -> Seen:
        means, layout, cells = (np.zeros((count, *shape), np.int8) for shape in self._shapes)
        return Seen(
            means,
            layout,
            cells,
            np.zeros((count, 2), np.float32),
            np.zeros(count, np.float32),
        )

    def _all(self) -> Seen:
        if len(self._parts) != 1:
            self._parts = [stack(self._parts) if self._parts else self._nothing(0)]
        return self._parts[0]


def stack(parts: Sequence[Seen]) -> Seen:
    """Join descriptions, each of several pictures."""
    if len(parts) == 1:
        return parts[0]
    return Seen(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _today() -> int:
    return int(time.time() // 86400)


def _version(path: Path) -> tuple[int, int] | None:
    """Size and time of the file, None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
