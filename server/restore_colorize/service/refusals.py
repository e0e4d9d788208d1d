"""The log's lines about refused calls: what was refused to whom, without names of pictures."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from restore_colorize.errors import QueueFullError, RestoreError

__all__ = ["TokenRefusals", "refusals_logged"]

_log = logging.getLogger(__name__)

_PAUSE_S = 10.0


@contextmanager
def refusals_logged(caller: str) -> Iterator[None]:
    """Log one line where the body refuses what ``caller`` asked for."""
    try:
        yield
    except QueueFullError as error:
        # Names no pictures, and says whether places or memory are what there is too little of.
        _log.info("refused %s (%s): %s", caller, error.code, error)
        raise
    except RestoreError as error:
        _log.info("refused %s (%s)", caller, error.code)
        raise


class TokenRefusals:
    """Logs calls without a valid token, at most one line in ten seconds, so that none flood it.

    Used in one event loop.
    """

    def __init__(self) -> None:
        self._more: int | None = None  # calls since the last line; None when that is long ago

    def tell(self, address: str, fault: str) -> None:
        """Log a refusal, or count it where one was logged just now."""
        if self._more is not None:
            self._more += 1
            return
        _log.warning("refused %s (token): %s", address, fault)
        self._pause()

    def _pause(self) -> None:
        self._more = 0
        asyncio.get_running_loop().call_later(_PAUSE_S, self._go_on)

    def _go_on(self) -> None:
        more, self._more = self._more, None
        if more:
            _log.warning("refused %d more calls (token)", more)
            self._pause()
