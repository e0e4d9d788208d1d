"""One thread per device that computes, and how it speaks to the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from restore_colorize.errors import CancelledError

if TYPE_CHECKING:
    from restore_colorize.engines import Outcome  # imports torch, and a server binds before that

__all__ = ["Feed", "JobControl", "StopCheck", "Worker"]

T = TypeVar("T")


class Worker:
    """A daemon thread that carries out one function after the other."""

    def __init__(self, name: str) -> None:
        self._inbox: queue.SimpleQueue[tuple[Future, Callable[[], Any]] | None]
        self._inbox = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit(self, function: Callable[[], T]) -> Future[T]:
        """Let the thread call ``function`` after what it has to do already."""
        future: Future[T] = Future()
        self._inbox.put((future, function))
        return future

    def stop(self, timeout_s: float) -> bool:
        """End the thread after its current function; return whether it ended in time."""
        self._inbox.put(None)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (item := self._inbox.get()) is not None:
            _carry_out(*item)
            del item  # a waiting thread must not keep the last job's pixels


def _carry_out(future: Future[T], function: Callable[[], T]) -> None:
    try:
        result = function()
    except BaseException as error:
        future.set_exception(error)
        del future  # breaks the cycle from the error's traceback to this frame and the future
    else:
        future.set_result(result)


class Feed(Generic[T]):
    """Events of one job on their way from its thread to its call, in order, and its result.

    A progress or position that nobody has fetched yet is replaced by the next one, so that a
    client that does not read cannot make the server collect events.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._events: deque[pb.RunEvent] = deque()
        self._changed = asyncio.Event()
        self._outcome: Callable[[], T] | None = None

    def post(self, event: pb.RunEvent) -> None:
        """Add an event, from any thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            self._loop.call_soon_threadsafe(self.add, event)

    def add(self, event: pb.RunEvent) -> None:
        """Add an event, in the event loop."""
        if self._events and _replaces(event, self._events[-1]):
            self._events.pop()
        self._events.append(event)
        self._changed.set()

    def end(self, outcome: Callable[[], T]) -> None:
        """Say that no event follows; ``outcome`` returns the job's result or raises its error."""
        if self._outcome is None:
            self._outcome = outcome
            self._changed.set()

    async def events(self) -> AsyncIterator[pb.RunEvent]:
        """Give all events until the job's end."""
        while True:
            while self._events:
                yield self._events.popleft()
            if self._outcome is not None:
                return
            self._changed.clear()
            await self._changed.wait()

    def result(self) -> T:
        """Return the ended job's result, or raise its error."""
        if self._outcome is None:
            raise RuntimeError("the job has not ended")
        return self._outcome()


def _replaces(new: pb.RunEvent, old: pb.RunEvent) -> bool:
    kind = new.WhichOneof("event")
    if kind == "queued":
        return old.HasField("queued")
    # The first progress carries the estimate of memory and is always told.
    return kind == "progress" and old.HasField("progress") and not old.progress.memory_bytes


class StopCheck:
    """An engine's control that only says when to stop; for renders, whose progress is not told."""

    def __init__(self, cancelled: threading.Event) -> None:
        self._cancelled = cancelled

    def progress(self, stage: str, fraction: float, remaining_s: float = 0.0) -> None:
        """Ignore it."""

    def warn(self, code: str, text: str) -> None:
        """Ignore it."""

    def check(self) -> None:
        """Raise CancelledError if the job should stop."""
        if self._cancelled.is_set():
            raise CancelledError("The job was stopped.")

    def offer(self, early: Callable[[], Outcome]) -> None:
        """Watch nothing."""


class JobControl(StopCheck):
    """An engine's control whose words become events of the job's call."""

    def __init__(self, feed: Feed, cancelled: threading.Event) -> None:
        super().__init__(cancelled)
        self._feed = feed
        self._fraction = 0.0
        self._tell_early: Callable[[Outcome], Iterable[pb.RunEvent]] | None = None

    def watch(self, tell_early: Callable[[Outcome], Iterable[pb.RunEvent]]) -> None:
        """Let ``tell_early`` make events of candidates that are not final."""
        self._tell_early = tell_early

    def announce(self, seconds: float, memory_bytes: int) -> None:
        """Send the first progress, which carries the estimates."""
        self._feed.post(
            pb.RunEvent(
                progress=pb.Progress(
                    stage="prepare", remaining_s=seconds, memory_bytes=max(1, memory_bytes)
                )
            )
        )

    def progress(self, stage: str, fraction: float, remaining_s: float = 0.0) -> None:
        """Tell the stage and the share that is done, which never falls."""
        self._fraction = max(self._fraction, min(fraction, 1.0))
        self._feed.post(
            pb.RunEvent(
                progress=pb.Progress(stage=stage, fraction=self._fraction, remaining_s=remaining_s)
            )
        )

    def offer(self, early: Callable[[], Outcome]) -> None:
        """Tell candidates that are not final, on the job's thread."""
        if self._tell_early is not None:
            for event in self._tell_early(early()):
                self.check()
                self._feed.post(event)

    def warn(self, code: str, text: str) -> None:
        """Tell the user one sentence."""
        self._feed.post(pb.RunEvent(warning=pb.Warning(code=code, text=text)))
