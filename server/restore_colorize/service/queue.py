"""Which job computes next: first in first out for each client, round-robin over clients.

Everything here runs in the event loop, so there is nothing to lock: threads only see a job's
cancel flag, which they check before they begin, and a cancel can fall into no gap.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from restore_colorize.errors import QueueFullError, StoppingError
from restore_colorize.service.worker import Feed, JobControl, Worker

__all__ = ["JobQueue", "Ticket"]

Work = Callable[[JobControl], Any]

# Weight of the newest job in the running mean of durations.
_NEWEST = 0.3


class Ticket:
    """One job's place, from its header to the end of its call.

    reserved, started, ended: moments of ``time.monotonic`` when it got its place, and when it
    began and ended to compute; None as long as it did not.
    """

    def __init__(self, client: str) -> None:
        self.client = client
        self.reserved = time.monotonic()
        self.started: float | None = None
        self.ended: float | None = None
        self.cancelled = threading.Event()
        self.feed: Feed[Any] = Feed()
        self.position: int | None = None
        self.work: Work | None = None

    def spent_s(self) -> tuple[float, float]:
        """Return how long it uploaded and waited, and how long it has computed, in seconds."""
        now = time.monotonic()
        started = self.started or now
        return started - self.reserved, (self.ended or now) - started


class JobQueue:
    """All jobs that upload, wait and compute.

    Args:
        workers: one for each device.
        max_waiting: jobs that may upload or wait at the same time; computing ones do not count.
    """

    def __init__(self, workers: Sequence[Worker], max_waiting: int) -> None:
        self._workers = len(workers)
        self._idle = list(workers)
        self._max_waiting = max_waiting
        self._uploading: set[Ticket] = set()
        self._lines: OrderedDict[str, deque[Ticket]] = OrderedDict()
        self._running: set[Ticket] = set()
        self._mean_s = 0.0

    @property
    def waiting(self) -> int:
        """Jobs that have not started, those that still upload included."""
        return len(self._uploading) + sum(map(len, self._lines.values()))

    @property
    def running(self) -> int:
        """Jobs that compute now, cancelled ones included until they stop."""
        return len(self._running)

    def reserve(self, client: str) -> Ticket:
        """Give a job that is about to upload its place.

        Raises:
            QueueFullError: there is none.
        """
        if self.waiting >= self._max_waiting:
            raise QueueFullError(
                f"{self.waiting} jobs wait already",
                max(1000, round(1000 * self._mean_s)),
            )
        ticket = Ticket(client)
        self._uploading.add(ticket)
        return ticket

    @contextlib.contextmanager
    def place(self, client: str) -> Iterator[Ticket]:
        """Reserve a place and leave it when the body ends, however.

        Raises:
            QueueFullError: there is none.
        """
        ticket = self.reserve(client)
        try:
            yield ticket
        finally:
            self.leave(ticket)

    def enter(self, ticket: Ticket, work: Work) -> None:
        """Let an uploaded job wait for a worker; its feed tells everything from here on."""
        self._uploading.remove(ticket)
        ticket.work = work
        self._lines.setdefault(ticket.client, deque()).append(ticket)
        self._tell_positions()
        self._start_next()

    def leave(self, ticket: Ticket) -> None:
        """Take a job away, wherever it is; a computing one stops at its next check."""
        ticket.cancelled.set()
        ticket.work = None
        self._uploading.discard(ticket)
        line = self._lines.get(ticket.client)
        if line and ticket in line:
            line.remove(ticket)
            if not line:
                del self._lines[ticket.client]
            self._tell_positions()

    def refuse_waiting(self) -> None:
        """Fail every job that waits, since the server stops."""
        for ticket in self._order():
            self._fail(ticket)

    def refuse_running(self) -> None:
        """Fail every job that computes; the threads stop at their next check."""
        for ticket in self._running:
            self._fail(ticket)

    def _fail(self, ticket: Ticket) -> None:
        self.leave(ticket)
        stopping = StoppingError("The server is stopping; send the job again in a moment.")
        ticket.feed.end(partial(_raise, stopping))

    def _order(self) -> list[Ticket]:
        """List the waiting jobs in the order in which they will start."""
        lines = [list(line) for line in self._lines.values()]
        rounds = range(max(map(len, lines), default=0))
        return [line[turn] for turn in rounds for line in lines if turn < len(line)]

    def _tell_positions(self) -> None:
        for position, ticket in enumerate(self._order()):
            if ticket.position != position:
                ticket.position = position
                # The job in front is half done on average.
                ahead = position + 0.5 if not self._idle else 0.0
                queued = pb.Queued(position=position, ahead_s=ahead * self._mean_s / self._workers)
                ticket.feed.add(pb.RunEvent(queued=queued))

    def _start_next(self) -> None:
        while self._idle and self._lines:
            client, line = self._lines.popitem(last=False)
            ticket = line.popleft()
            if line:
                self._lines[client] = line  # behind the other clients
            self._start(ticket, self._idle.pop())
        self._tell_positions()

    def _start(self, ticket: Ticket, worker: Worker) -> None:
        self._running.add(ticket)
        control = JobControl(ticket.feed, ticket.cancelled)
        future = worker.submit(partial(_begin, ticket.work, control))
        ticket.work = None
        ticket.started = time.monotonic()
        loop = asyncio.get_running_loop()
        ended = partial(self._ended, ticket, worker)
        future.add_done_callback(partial(_call_soon, loop, ended))

    def _ended(self, ticket: Ticket, worker: Worker, future: Future) -> None:
        self._running.remove(ticket)
        self._idle.append(worker)
        ticket.ended = time.monotonic()
        if not ticket.cancelled.is_set():
            seconds = ticket.spent_s()[1]
            self._mean_s += (seconds - self._mean_s) * (_NEWEST if self._mean_s else 1.0)
        # Not ``future.result`` itself: the future holds this callback, so the ring would keep a
        # job's pixels until the garbage collector comes by.
        error = future.exception()
        ticket.feed.end(partial(_raise, error) if error else partial(_same, future.result()))
        self._start_next()


def _begin(work: Work | None, control: JobControl) -> Any:
    control.check()  # cancelled between being chosen and being started
    assert work is not None
    return work(control)


def _call_soon(loop: asyncio.AbstractEventLoop, ended: Callable, future: Future) -> None:
    with contextlib.suppress(RuntimeError):  # the loop is closed: the server has ended
        loop.call_soon_threadsafe(ended, future)


def _raise(error: BaseException) -> None:
    raise error


def _same(result: Any) -> Any:
    return result
