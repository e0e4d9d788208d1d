"""Photographs as files in a folder, as the choice of references meets them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from restore_colorize.engines.suggest_eye import CACHE_VARIABLE

from evaluation.packs import pack_files

STRANGERS = ("photos-large", "photos-large-b")


@contextmanager
def album_of(data: Path) -> Iterator[Path]:
    """Write the large photographs into a new folder; index them apart from the user's own.

    Raises:
        MaterialError: a pack is missing or cannot be read.
    """
    with tempfile.TemporaryDirectory() as place, _cache_in(Path(place) / "cache"):
        album = Path(place) / "album"
        album.mkdir()
        for pack in STRANGERS:
            for name, content in pack_files(data, pack):
                (album / f"{pack}-{name}").write_bytes(content)
        yield album


@contextmanager
def _cache_in(folder: Path) -> Iterator[None]:
    before = os.environ.get(CACHE_VARIABLE)
    os.environ[CACHE_VARIABLE] = str(folder)
    try:
        yield
    finally:
        del os.environ[CACHE_VARIABLE]
        if before is not None:
            os.environ[CACHE_VARIABLE] = before
