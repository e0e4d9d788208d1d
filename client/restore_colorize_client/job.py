"""A job that runs on a server, for callers that know no asyncio."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Coroutine, Iterator
from types import TracebackType
from typing import Any, TypeVar

from .errors import CancelledError, ClientError
from .events import Candidate, Done, Event, Image, JobWarning, Result, Verdict
from .pixels import Pixels
from .requests import JobRequest, Render
from .transport import Call, Channel, LoopThread

__all__ = ["RunningJob"]

T = TypeVar("T")


class RunningJob:
    """One job on its own call; made by ``Client.run``.

    One thread reads ``events`` or waits for ``result``; any thread may cancel, close or render.
    As a context manager it closes the call at the end, which cancels a job that still runs.
    """

    def __init__(
        self,
        loop: LoopThread,
        channel: Channel,
        request: JobRequest,
        chunk_bytes: int,
        timeout_s: float | None,
    ) -> None:
        self._loop = loop
        self._queue: queue.SimpleQueue[Event | ClientError] = queue.SimpleQueue()
        self._reading = threading.Lock()
        self._seen: list[Event] = []
        self._is_over = False
        self._error: ClientError | None = None
        self._call = loop.call(self._begin(channel, request, chunk_bytes, timeout_s))

    def events(self) -> Iterator[Event]:
        """Yield what the server tells, as it tells it, until ``Done``.

        Raises the ClientError that ended the job instead, CancelledError after ``cancel``.
        """
        while (event := self._next()) is not None:
            yield event

    def result(self) -> Result:
        """Wait for the end of the job and return all that it gave, also what was read before.

        Raises as ``events`` does.
        """
        for _ in self.events():
            pass
        (done,) = self._of(Done)
        rank = {index: place for place, index in enumerate(done.ranking)}
        return Result(
            candidates=tuple(
                sorted(self._of(Candidate), key=lambda each: rank.get(each.index, len(rank)))
            ),
            images=tuple(self._of(Image)),
            verdicts=tuple(self._of(Verdict)),
            warnings=tuple(self._of(JobWarning)),
            receipt=done.receipt,
            timings=done.timings,
        )

    def render(
        self,
        candidate: int,
        strength: float = 1.0,
        saturation: float = 1.0,
        preview_short_side: int = 0,
    ) -> Pixels:
        """Return a candidate's pixels with other strength or size; no network runs again.

        preview_short_side: pixels; 0: full size. Possible from the upload's end until ``close``.

        Raises RefusedError for values that cannot be sent, ExpiredError where the server no longer
        keeps the candidates, or the error that ended the call.
        """
        wanted = Render(candidate, strength, saturation, preview_short_side)
        return self._loop.call(self._call.render(wanted))

    @property
    def is_open(self) -> bool:
        """Whether the call still stands, so that ``render`` can be answered."""
        return self._call.is_open

    def cancel(self) -> None:
        """Stop the job on the server; again, or after its end, is harmless."""
        self._end(self._call.cancel())

    def close(self) -> None:
        """End the call, and the job if it still runs; again is harmless."""
        self._end(self._call.close())

    def __enter__(self) -> RunningJob:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    async def _begin(
        self, channel: Channel, request: JobRequest, chunk_bytes: int, timeout_s: float | None
    ) -> Call:
        call = Call(channel, request, chunk_bytes, timeout_s, self._queue.put)
        call.start()
        return call

    def _of(self, kind: type[T]) -> list[T]:
        return [event for event in self._seen if isinstance(event, kind)]

    def _next(self) -> Event | None:
        with self._reading:
            if self._error is not None:
                raise self._error
            if self._is_over:
                return None
            told = self._queue.get()
            if isinstance(told, ClientError):
                self._error = told
                raise told
            self._is_over = isinstance(told, Done)
            self._seen.append(told)
            return told

    def _end(self, coroutine: Coroutine[Any, Any, None]) -> None:
        with contextlib.suppress(CancelledError):  # the client was closed, and the call with it
            self._loop.call(coroutine)
