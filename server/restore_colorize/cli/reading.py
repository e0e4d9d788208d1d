"""Reads the pictures that a command line names, and tells what is left out of them."""

from __future__ import annotations

from pathlib import Path

from restore_colorize.cli.pairings import readable
from restore_colorize.cli.wire import as_sent
from restore_colorize.engines import Control, Reference
from restore_colorize.imaging import Picture, read_picture

__all__ = ["ReferenceReader", "read_first"]


def read_first(path: Path, control: Control) -> Picture:
    """Read a picture; of a file that holds several the first, with a warning.

    Raises:
        RestoreError: as ``read_picture`` does.
    """
    picture = read_picture(path)
    count = picture.metadata.pictures
    if count > 1:
        text = f"{readable(path.name)} holds {count} pictures; only the first is worked on."
        control.warn("several-pictures", text)
    return picture


class ReferenceReader:
    """Reads references, once for neighbors in a batch that share them."""

    def __init__(self) -> None:
        self._paths: tuple[Path, ...] = ()
        self._references: tuple[Reference, ...] = ()

    def read(self, paths: tuple[Path, ...], control: Control) -> tuple[Reference, ...]:
        """Return the pictures of ``paths``, with their position as key."""
        if paths != self._paths:
            self._paths = ()
            self._references = tuple(
                Reference(
                    as_sent(read_first(path, control)), name=readable(path.name), key=position
                )
                for position, path in enumerate(paths)
            )
            self._paths = paths
        return self._references
