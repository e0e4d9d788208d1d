"""A job that stays open, so that its candidates can be seen at other strengths.

Where the server does not keep it any more it is made again, from its receipt, as soon as somebody
wants to see more of it.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from restore_colorize_client import (
    Candidate,
    Client,
    ClientError,
    Event,
    JobRequest,
    Pixels,
    Receipt,
    Result,
    RunningJob,
)
from restore_colorize_client.editing import MadeCandidate, uncertainty_of

from restore_colorize_gimp.jobs import with_client
from restore_colorize_gimp.translation import _
from restore_colorize_gimp.worker import Worker

__all__ = ["PREVIEW_PX", "Session", "make"]

PREVIEW_PX = 256
FAREWELL_S = 5.0
STEP_S = 0.1


class _OpenJob:
    """One call on the server; after the job's end it stands until somebody ends it."""

    def __init__(
        self,
        request: JobRequest,
        check: Callable[[Client], object],
        hear: Callable[[Event], None],
    ) -> None:
        self.result: Result | None = None  # once the job is done
        self._request = request
        self._check = check
        self._hear = hear
        self._is_ready = threading.Event()
        self._is_closing = threading.Event()
        self.worker = with_client(self._work)

    def _work(self, client: Client, worker: Worker[None]) -> None:
        try:
            self._check(client)
            with client.run(self._request) as job:
                worker.cancel_with(job.cancel)
                for event in job.events():
                    worker.hear(event)
                    self._hear(event)
                self._job: RunningJob = job
                self.result = job.result()
                self._is_ready.set()
                while job.is_open and not self._is_closing.wait(STEP_S):
                    pass
        finally:
            self._is_ready.set()

    def await_job(self, worker: Worker) -> RunningJob:
        """Wait, on another worker, for the job's end. Raises what ended it otherwise."""
        while not self._is_ready.wait(STEP_S):
            worker.check()
            worker.text, worker.fraction = self.worker.text, self.worker.fraction
        if self.result is None:
            self.worker.wait(FAREWELL_S)
            self.worker.result()
        return self._job

    @property
    def is_standing(self) -> bool:
        """Whether it can be rendered, now or when the job is done."""
        return not self.worker.is_done and not self._is_closing.is_set()

    def leave(self) -> None:
        """Let the server forget a job that is done, without waiting."""
        self._is_closing.set()

    def cancel(self) -> None:
        """End the call on the server, also a job that still runs, without waiting."""
        self._is_closing.set()
        self.worker.cancel()


class Session:
    """Candidates of one job, from its beginning or from the receipt of an earlier one.

    ask: gives the request. check: raises where the server is of no use for it. events: what the
    server tells; its candidates come with previews. receipt: None until the job is done.
    rendered: strength and saturation of the previews.
    """

    def __init__(
        self,
        ask: Callable[[], JobRequest],
        check: Callable[[Client], object] | None = None,
        *,
        target_channels: int = 3,
        rendered: tuple[float, float] = (1.0, 1.0),
        receipt: Receipt | None = None,
    ) -> None:
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.receipt = receipt
        self.target_channels = target_channels
        self.rendered = rendered
        self._ask = ask
        self._check = check or _ignore
        self._open: _OpenJob | None = None
        self._is_cancelled = False
        if receipt is None:
            self.reopen()

    @property
    def worker(self) -> Worker[None] | None:
        """What talks to the server; None where nobody asked it yet."""
        return self._open.worker if self._open else None

    @property
    def is_running(self) -> bool:
        """Whether the server works on the job."""
        return self._open is not None and self._open.is_standing and self._open.result is None

    @property
    def is_kept(self) -> bool:
        """Whether the job is done and the server keeps its candidates."""
        opened = self._open
        return opened is not None and opened.result is not None and opened.is_standing

    @property
    def has_rested(self) -> bool:
        """Whether the server kept the candidates and does not any more."""
        opened = self._open
        return opened is not None and opened.result is not None and not opened.is_standing

    @property
    def failure(self) -> ClientError | None:
        """What ended the job before it was done."""
        opened = self._open
        if opened is None or opened.result is not None or not opened.worker.is_done:
            return None
        try:
            opened.worker.result()
        except ClientError as error:
            return error
        return None

    @property
    def uncertainty(self) -> Pixels | None:
        """Where the job was least sure, once it is done and where that was asked for."""
        result = self._open.result if self._open is not None else None
        return None if result is None else uncertainty_of(result)

    def look(self) -> None:
        """Take over the receipt once the job is done."""
        if self.receipt is None and self._open is not None and self._open.result is not None:
            self.receipt = self._open.result.receipt

    def reopen(self) -> None:
        """Begin the job where none stands, from the receipt where it was done once.

        Reads layers, so it belongs on the main thread.
        """
        if self._is_cancelled or (self._open is not None and self._open.is_standing):
            return
        self.look()
        request = replace(self._ask(), deliver=0, preview_short_side=PREVIEW_PX)
        hear: Callable[[Event], None] = self.events.put
        if self.receipt is not None:
            request = repetition(request, self.receipt)
            hear = _ignore  # the candidates are known
        self._open = _OpenJob(request, self._check, hear)

    def await_job(self, worker: Worker) -> RunningJob:
        """Wait, on another worker, until candidates can be rendered; ``reopen`` comes before."""
        assert self._open is not None
        return self._open.await_job(worker)

    def preview(self, candidate: int, strength: float, saturation: float) -> Worker[Pixels]:
        """Begin to render one candidate, small."""
        self.reopen()

        def work(worker: Worker[Pixels]) -> Pixels:
            return self.await_job(worker).render(candidate, strength, saturation, PREVIEW_PX)

        return Worker(work)

    def leave(self) -> None:
        """Let the server forget the candidates; they can be made again."""
        self.look()
        if self._open is not None and self._open.result is not None:
            self._open.leave()

    def cancel(self) -> None:
        """End the job on the server, without waiting; it is not begun again."""
        self.look()
        self._is_cancelled = True
        if self._open is not None:
            self._open.cancel()

    def close(self) -> None:
        """Wait for the end of a cancelled job."""
        if self.worker is not None:
            self.worker.wait(FAREWELL_S)


def make(
    wanted: Sequence[tuple[Session, Candidate]], strength: float, saturation: float
) -> Worker[list[MadeCandidate]]:
    """Begin to render candidates at full size, those of resting jobs from their receipts."""
    for session, _candidate in wanted:
        session.reopen()

    def work(worker: Worker[list[MadeCandidate]]) -> list[MadeCandidate]:
        made = []
        for number, (session, candidate) in enumerate(wanted):
            job = session.await_job(worker)
            session.look()
            worker.check()
            worker.text, worker.fraction = _("Rendering at full size…"), number / len(wanted)
            pixels = job.render(candidate.index, strength, saturation)
            made.append(
                MadeCandidate(
                    candidate,
                    pixels,
                    session.receipt,
                    session.target_channels,
                    session.uncertainty,
                )
            )
        return made

    return Worker(work)


def repetition(request: JobRequest, receipt: Receipt) -> JobRequest:
    """Return the request that does what the receipt did, on the same target."""
    return JobRequest(
        target=request.target,
        selection=request.selection if receipt.needs_selection else None,
        repeat=receipt,
        deliver=0,
        preview_short_side=request.preview_short_side,
        explain=request.explain,
    )


def _ignore(_given: object) -> None:
    """Hear nothing, and check nothing."""
