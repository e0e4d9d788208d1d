"""One event loop in one daemon thread: callers of the client never see asyncio."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from ..errors import CancelledError
from ..translation import _

__all__ = ["LoopThread", "cancel_others"]

T = TypeVar("T")


class LoopThread:
    """Runs coroutines for other threads until it is stopped."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._lock = threading.Lock()
        self._stopped = False
        self._thread = threading.Thread(target=self._main, name="restore-colorize", daemon=True)
        self._thread.start()

    def start(self, coroutine: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Start a coroutine; the future is its result. Raises CancelledError after ``stop``."""
        with self._lock:
            if self._stopped:
                coroutine.close()
                raise CancelledError(_("The connection was closed: connect again."))
            return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine and wait for its result; an interrupt of the wait cancels it.

        Raises CancelledError if the loop is stopped meanwhile.
        """
        future = self.start(coroutine)
        try:
            return future.result()
        except concurrent.futures.CancelledError:
            raise CancelledError(_("The connection was closed: connect again.")) from None
        except BaseException:
            future.cancel()
            raise

    def stop(self) -> None:
        """Cancel everything that runs and end the thread; again is harmless."""
        with self._lock:
            if not self._stopped:
                self._stopped = True
                self._loop.call_soon_threadsafe(self._loop.stop)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _main(self) -> None:
        self._loop.run_forever()
        self._loop.run_until_complete(cancel_others())
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()


async def cancel_others() -> None:
    """Cancel every other task of this loop and wait until they ended."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others)
