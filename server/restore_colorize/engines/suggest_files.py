"""Pictures in folders: which there are, and reading them small."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from restore_colorize.engines.suggest_index import FileKey
from restore_colorize.errors import RequestError

__all__ = ["PICTURE_SUFFIXES", "pictures_in"]

PICTURE_SUFFIXES = frozenset({".png", ".tif", ".tiff", ".jpg", ".jpeg", ".webp"})


def pictures_in(folders: Sequence[str]) -> dict[str, FileKey]:
    """Return the pictures in folders and all that lies below, path to key, in a stable order.

    Hidden files and folders are left out, links to folders are not followed.

    Raises:
        RequestError: a folder is missing, cannot be read, or is not named from the root.
    """
    found: dict[str, FileKey] = {}
    for folder in folders:
        if not os.path.isabs(folder):
            raise RequestError(f"The folder {folder} is not named from its root: name it wholly.")
        try:
            os.listdir(folder)
        except OSError as error:
            raise RequestError(f"The folder {folder} cannot be read: {error.strerror}.") from None
        for entry in _below(os.path.realpath(folder)):
            try:
                status = entry.stat()
            except OSError:
                continue  # went away meanwhile
            key = FileKey.of(entry.name, status)
            path = os.path.realpath(entry.path) if entry.is_symlink() else entry.path
            found.setdefault(path, key)
    return dict(sorted(found.items()))


def _below(folder: str) -> Iterator[os.DirEntry[str]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return  # a folder that others own; the rest is ranked all the same
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _below(entry.path)
        elif Path(entry.name).suffix.lower() in PICTURE_SUFFIXES and entry.is_file():
            yield entry
