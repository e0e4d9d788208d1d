"""Work on a thread of its own while the main thread keeps GIMP and windows alive."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from gi.repository import Gimp, GLib
from restore_colorize_client import CancelledError, Event, Progress
from restore_colorize_client.editing import describe_event

from restore_colorize_gimp.translation import _

__all__ = ["Worker", "wait_quietly"]

T = TypeVar("T")
STEP_S = 0.02


class Worker(Generic[T]):
    """Runs ``work`` with itself as argument; nothing in there may touch Gimp, Gegl or Gtk."""

    def __init__(self, work: Callable[[Worker[T]], T]) -> None:
        self._work = work
        self._error: BaseException | None = None
        self._cancel: Callable[[], None] | None = None
        self._is_cancelled = threading.Event()
        self.text = _("Connecting to the server…")
        self.fraction = 0.0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def is_done(self) -> bool:
        """Whether ``result`` has something to say."""
        return not self._thread.is_alive()

    def wait(self, timeout_s: float) -> None:
        """Wait for the end of the work, but no longer than that."""
        self._thread.join(timeout_s)

    def result(self) -> T:
        """Return what the work gave, or raise what it raised."""
        if self._error is not None:
            raise self._error
        return self._value

    def cancel(self) -> None:
        """End the work, politely, from any thread."""
        self._is_cancelled.set()
        self.text = _("Stopping…")
        if self._cancel is not None:
            self._cancel()

    def cancel_with(self, cancel: Callable[[], None]) -> None:
        """Say, in the work, how to end what it waits for. Raises CancelledError if it is late."""
        self._cancel = cancel
        self.check()

    def check(self) -> None:
        """Raise CancelledError, in the work, once it was cancelled."""
        if self._is_cancelled.is_set():
            raise CancelledError()

    def hear(self, event: Event) -> None:
        """Take a job's event for the progress bar."""
        self.text = describe_event(event) or self.text
        if isinstance(event, Progress):
            self.fraction = event.fraction

    def hear_start(self, stage: str, waited_s: float) -> None:
        """Take what is told while a server starts."""
        self.check()
        text = (
            _("Starting the server ({seconds:.0f} s)…")
            if stage == "start"
            else _("The server loads its models ({seconds:.0f} s)…")
        )
        self.text = text.format(seconds=waited_s)

    def _run(self) -> None:
        try:
            self._value = self._work(self)
        except BaseException as error:
            self._error = error


def wait_quietly(worker: Worker[T], title: str) -> T:
    """Wait with GIMP's own progress bar, whose Cancel ends this process and so the job."""
    Gimp.progress_init(title)
    shown = ("", -1.0)
    context = GLib.MainContext.default()
    while not worker.is_done:
        now = (worker.text, round(worker.fraction, 2))
        if now != shown:
            Gimp.progress_set_text(now[0])
            Gimp.progress_update(now[1])
            shown = now
        context.iteration(False)
        time.sleep(STEP_S)
    with contextlib.suppress(Exception):
        Gimp.progress_end()
    return worker.result()
