"""When a server ends: a signal, a Shutdown, or nothing to do for long."""

from __future__ import annotations

import asyncio
import math
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["Ending", "signals_end", "watch_idleness"]

# Windows knows SIGBREAK beside SIGINT, and sends no SIGTERM to other processes.
_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)
]


class Ending:
    """The decision to end, and until when jobs may run on; used in one event loop."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.deadline = math.inf
        self.why = ""

    def ask(self, grace_s: float, why: str) -> None:
        """End the server, with ``grace_s`` seconds for running jobs; asking again can hurry it."""
        self.deadline = min(self.deadline, time.monotonic() + grace_s)
        self.why = self.why or why
        self.asked.set()


@contextmanager
def signals_end(ending: Ending, grace_s: float) -> Iterator[None]:
    """Let SIGINT, SIGTERM and what Windows has instead end the server, a second one at once.

    Not by ``loop.add_signal_handler``, which Windows lacks. In the main thread only.
    """
    loop = asyncio.get_running_loop()

    def told(number: int, _frame: FrameType | None) -> None:
        grace = 0.0 if ending.asked.is_set() else grace_s
        loop.call_soon_threadsafe(ending.ask, grace, signal.Signals(number).name)

    before = {number: signal.signal(number, told) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


async def watch_idleness(
    ending: Ending, idle_since: Callable[[], float | None], limit_s: float
) -> None:
    """End the server when ``idle_since`` has named the same moment for ``limit_s`` seconds.

    Args:
        idle_since: the moment of ``time.monotonic`` since which no call is open, None if one is.
    """
    while True:
        since = idle_since()
        left = limit_s if since is None else since + limit_s - time.monotonic()
        if left <= 0:
            ending.ask(0.0, "idleness")
            return
        await asyncio.sleep(min(left, 60.0))
