"""How long a call may be silent, and how the server's end cuts the silence short."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

__all__ = ["Patience"]


class Patience:
    """All waits of open calls for their clients' next message; ``end`` ends them at once."""

    def __init__(self) -> None:
        self._waits: set[asyncio.Timeout] = set()
        self._ended = False

    @property
    def ended(self) -> bool:
        """Whether nothing is waited for any more, because the server stops."""
        return self._ended

    @asynccontextmanager
    async def wait(self, limit_s: float) -> AsyncIterator[None]:
        """Let the body wait for at most ``limit_s`` seconds.

        Raises:
            TimeoutError: the time is over, or the server stops.
        """
        async with asyncio.timeout(0 if self._ended else limit_s) as wait:
            self._waits.add(wait)
            try:
                yield
            finally:
                self._waits.remove(wait)

    def end(self) -> None:
        """End all waits now, and every later one at its beginning."""
        self._ended = True
        now = asyncio.get_running_loop().time()
        for wait in self._waits:
            if not wait.expired():
                wait.reschedule(now)
