"""A job that stays open, so that its candidates can be seen at other strengths."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from dataclasses import replace

from restore_colorize_client import (
    Client,
    Event,
    Image,
    JobRequest,
    Pixels,
    Result,
    ResultKind,
    RunningJob,
)

from restore_colorize_gimp.call import Call
from restore_colorize_gimp.jobs import check_engine, with_client
from restore_colorize_gimp.worker import Worker

__all__ = ["PREVIEW_PX", "Session"]

PREVIEW_PX = 256
FAREWELL_S = 5.0


class Session:
    """Runs a request for previews only, and renders what is wanted until ``close``."""

    def __init__(self, call: Call, request: JobRequest) -> None:
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.result: Result | None = None  # once the job is done
        self._call = call
        self._request = replace(request, deliver=0, preview_short_side=PREVIEW_PX)
        self._is_closing = threading.Event()
        self.worker = with_client(self._work)

    def _work(self, client: Client, worker: Worker[None]) -> None:
        check_engine(self._call, client)
        with client.run(self._request) as job:
            self._job: RunningJob = job
            worker.cancel_with(job.cancel)
            for event in job.events():
                worker.hear(event)
                self.events.put(event)
            self.result = job.result()
            self._is_closing.wait()

    def preview(self, candidate: int, strength: float, saturation: float) -> Worker[Pixels]:
        """Begin to render one candidate, small."""
        job = self._job
        return Worker(lambda worker: job.render(candidate, strength, saturation, PREVIEW_PX))

    def full(self, chosen: Sequence[int], strength: float, saturation: float) -> Worker[Result]:
        """Begin to render the chosen candidates at full size, as the job's result."""
        job, result = self._job, self.result
        assert result is not None  # nothing can be chosen before

        def work(worker: Worker[Result]) -> Result:
            worker.cancel_with(job.cancel)
            images = []
            for number, candidate in enumerate(chosen):
                worker.text, worker.fraction = "Rendering at full size…", number / len(chosen)
                pixels = job.render(candidate, strength, saturation)
                images.append(Image(ResultKind.IMAGE, candidate, pixels))
            return replace(result, images=tuple(images))

        return Worker(work)

    def close(self) -> None:
        """End the call on the server, also a job that still runs."""
        self._is_closing.set()
        self.worker.cancel()
        self.worker.wait(FAREWELL_S)
