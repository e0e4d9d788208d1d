"""Files that hold secrets: read only where nobody else can."""

from __future__ import annotations

import os
from pathlib import Path

from restore_colorize.errors import FormatError

__all__ = ["read_secret"]

_MAX_BYTES = 1 << 20


def read_secret(path: Path) -> bytes:
    """Return the contents of a small file that only its owner can read.

    Raises:
        OSError: there is none, or it cannot be read.
        FormatError: others can read it, or it belongs to somebody else.
    """
    with open(path, "rb") as file:
        status = os.fstat(file.fileno())
        # Windows keeps users apart by access lists; modes say nothing there.
        if os.name == "posix":
            if status.st_mode & 0o077:
                raise FormatError(
                    f"{path} holds a secret that other users can read: run “chmod 600 {path}”, "
                    "and take a new secret if somebody may have read it."
                )
            if status.st_uid not in (0, os.getuid()):
                raise FormatError(f"{path} holds a secret but belongs to another user.")
        return file.read(_MAX_BYTES)
