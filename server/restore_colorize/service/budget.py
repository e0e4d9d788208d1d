"""How much memory the pictures of all open calls may take together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from restore_colorize.errors import QueueFullError, TooLargeError

__all__ = ["Budget"]

_RETRY_MS = 5000


class Budget:
    """Bytes that are lent to calls from their header to their end; used in one event loop."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self.held_bytes = 0

    @contextmanager
    def lend(self, size_bytes: int) -> Iterator[None]:
        """Lend so much while the body runs.

        Raises:
            TooLargeError: more than there ever is.
            QueueFullError: more than is left now.
        """
        if size_bytes > self._limit_bytes:
            raise TooLargeError(
                f"The job's pictures need {_gigabytes(size_bytes)} of memory; this server has "
                f"{_gigabytes(self._limit_bytes)} for all: work on a smaller layer."
            )
        if self.held_bytes + size_bytes > self._limit_bytes:
            raise QueueFullError(
                f"The pictures of open jobs fill the server's {_gigabytes(self._limit_bytes)} of "
                "memory; try again in a moment.",
                _RETRY_MS,
            )
        self.held_bytes += size_bytes
        try:
            yield
        finally:
            self.held_bytes -= size_bytes


def _gigabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1e9:.2g} GB"
