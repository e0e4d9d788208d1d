"""How much memory the pictures of all open calls may take together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from restore_colorize.errors import QueueFullError, TooLargeError

__all__ = ["Budget", "Loan"]

_RETRY_MS = 5000


class Loan:
    """What one call holds: ``size_bytes``, 0 once they were taken back."""

    def __init__(self, size_bytes: int) -> None:
        self.size_bytes = size_bytes


class Budget:
    """Bytes that are lent to calls from their header to their end; used in one event loop.

    Args:
        limit_bytes: lent to all together.
        safe_s: how long an idle call keeps its loan in any case.
    """

    def __init__(self, limit_bytes: int, safe_s: float) -> None:
        self._limit_bytes = limit_bytes
        self._safe_s = safe_s
        self._idle: dict[Loan, tuple[float, asyncio.Timeout]] = {}  # since when; longest first
        self.held_bytes = 0

    @contextmanager
    def lend(self, size_bytes: int) -> Iterator[Loan]:
        """Lend so much while the body runs; idle calls lose theirs where it is needed for that.

        Raises:
            TooLargeError: more than there ever is.
            QueueFullError: more than is left now.
        """
        if size_bytes > self._limit_bytes:
            raise TooLargeError(
                f"The job's pictures need {_gigabytes(size_bytes)} of memory; this server has "
                f"{_gigabytes(self._limit_bytes)} for all: work on a smaller layer."
            )
        self._make_room(size_bytes)
        loan = Loan(size_bytes)
        self.held_bytes += size_bytes
        try:
            yield loan
        finally:
            self._take_back(loan)

    @asynccontextmanager
    async def idle(self, loan: Loan) -> AsyncIterator[None]:
        """Let others have the loan while the body waits.

        Raises:
            TimeoutError: others needed it, so that the call has to end.
        """
        async with asyncio.timeout(None) as wait:
            self._idle[loan] = time.monotonic(), wait
            try:
                yield
            finally:
                self._idle.pop(loan, None)
        if not loan.size_bytes:  # what the body waited for came at that same moment
            raise TimeoutError

    def _make_room(self, size_bytes: int) -> None:
        missing = self.held_bytes + size_bytes - self._limit_bytes
        now, chosen = time.monotonic(), []
        for loan, (since, _) in self._idle.items():
            if missing <= 0 or now - since < self._safe_s:
                break
            missing -= loan.size_bytes
            chosen.append(loan)
        if missing > 0:
            raise QueueFullError(
                "The pictures of jobs that upload, wait, run or have just ended fill the server's "
                f"{_gigabytes(self._limit_bytes)} of memory",
                _RETRY_MS,
            )
        for loan in chosen:
            _, wait = self._idle.pop(loan)
            wait.reschedule(asyncio.get_running_loop().time())
            self._take_back(loan)

    def _take_back(self, loan: Loan) -> None:
        self.held_bytes -= loan.size_bytes
        loan.size_bytes = 0


def _gigabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1e9:.2g} GB"
