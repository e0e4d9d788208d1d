"""The window in which candidates appear, are compared with the photograph, and are chosen."""

from __future__ import annotations

import contextlib
import queue

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("GimpUi", "3.0")
from gi.repository import GdkPixbuf, Gimp, GimpUi, GLib, Gtk  # noqa: E402
from restore_colorize_client import (  # noqa: E402
    CancelledError,
    Candidate,
    ClientError,
    JobRequest,
    JobWarning,
    Pixels,
    Result,
)

from restore_colorize_gimp.call import Call  # noqa: E402
from restore_colorize_gimp.dialogs import BORDER_PX, close, text_label, wait_in_window  # noqa: E402
from restore_colorize_gimp.session import Session  # noqa: E402
from restore_colorize_gimp.sources import Source  # noqa: E402
from restore_colorize_gimp.views import fitted, paint, pixbuf, slider  # noqa: E402
from restore_colorize_gimp.worker import Worker  # noqa: E402

__all__ = ["choose"]

STEP_MS = 50
VIEW_PX = 420
THUMBNAIL_PX = 96


def choose(
    call: Call, source: Source, request: JobRequest, title: str
) -> tuple[Result, tuple[float, float]]:
    """Run a job, let the user choose, and return the chosen at full size with their strength.

    Raises CancelledError, and what ended the job.
    """
    GimpUi.init("restore_colorize_gimp")
    session = Session(call, request)
    try:
        window = _Window(call, source, session, title)
        chosen, strength, saturation = window.run()
        rendering = session.full(chosen, strength, saturation)
        return wait_in_window(rendering, title), (strength, saturation)
    finally:
        session.close()


class _Window:
    """Built around one session; ``run`` returns what was chosen."""

    def __init__(self, call: Call, source: Source, session: Session, title: str) -> None:
        self._session = session
        self._before = _thumbnail_of(source.layer)
        self._after: GdkPixbuf.Pixbuf | None = None
        self._buttons: dict[int, Gtk.ToggleButton] = {}
        self._shown: int | None = None
        self._rendering: Worker[Pixels] | None = None
        self._is_stale = False
        self._dialog = Gtk.Dialog(title=title)
        self._dialog.add_button("_Cancel", Gtk.ResponseType.CANCEL)
        self._insert = self._dialog.add_button("_Insert", Gtk.ResponseType.OK)
        self._insert.set_sensitive(False)
        self._build(call)

    def run(self) -> tuple[list[int], float, float]:
        """Show the window to its end. Raises CancelledError, and what ended the job."""
        self._dialog.show_all()
        GLib.timeout_add(STEP_MS, self._look)
        response = self._dialog.run()
        worker, self._is_open = self._session.worker, False
        answer = self._chosen(), self._strength.get_value(), self._saturation.get_value()
        close(self._dialog)
        if worker.is_done:
            worker.result()
        if response != Gtk.ResponseType.OK:
            raise CancelledError()
        return answer

    def _build(self, call: Call) -> None:
        self._is_open = True
        area = self._dialog.get_content_area()
        area.set_border_width(BORDER_PX)
        area.set_spacing(BORDER_PX // 2)
        self._view = Gtk.DrawingArea()
        self._view.set_size_request(VIEW_PX, VIEW_PX)
        self._view.get_accessible().set_name("Before and after")
        self._view.connect("draw", self._draw)
        area.pack_start(self._view, True, True, 0)
        self._split = slider(area, "_Before and after", 0.5, 1.0, self._view.queue_draw)
        self._strip = Gtk.Box(spacing=BORDER_PX // 2)
        area.pack_start(self._strip, False, False, 0)
        self._strength = slider(area, "_Strength", call.option("strength"), 1.0, self._outdate)
        self._saturation = slider(
            area, "Sat_uration", call.option("saturation"), 4.0, self._outdate
        )
        self._bar = Gtk.ProgressBar()
        self._bar.get_accessible().set_name("Progress")
        self._label = text_label(self._session.worker.text)
        area.pack_start(self._bar, False, False, 0)
        area.pack_start(self._label, False, False, 0)

    def _look(self) -> bool:
        """Take what the worker has for the window; called many times a second."""
        if not self._is_open:
            return False
        worker = self._session.worker
        if self._session.result is None:
            self._label.set_text(worker.text)
            self._bar.set_fraction(worker.fraction)
        elif self._bar.get_visible():
            self._bar.hide()
            self._label.set_text("Choose one or more, then insert them as layers.")
            self._choose_changed()
        with contextlib.suppress(queue.Empty):
            while True:
                event = self._session.events.get_nowait()
                if isinstance(event, Candidate) and event.preview is not None:
                    self._add(event, event.preview)
                elif isinstance(event, JobWarning):
                    self._label.set_text(event.text)
        self._render()
        if worker.is_done:
            self._dialog.response(Gtk.ResponseType.CLOSE)
        return True

    def _add(self, candidate: Candidate, preview: Pixels) -> None:
        picture = pixbuf(preview)
        button = Gtk.ToggleButton()
        text = f"{candidate.label or f'Candidate {candidate.index + 1}'}, {candidate.score:.2f}"
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
        box.pack_start(Gtk.Image.new_from_pixbuf(fitted(picture, THUMBNAIL_PX)), False, False, 0)
        box.pack_start(Gtk.Label(label=text), False, False, 0)
        button.add(box)
        button.get_accessible().set_name(text)
        button.connect("toggled", lambda _: self._show(candidate.index))
        self._buttons[candidate.index] = button
        self._strip.pack_start(button, False, False, 0)
        button.show_all()
        if self._shown is None:
            self._after = picture
            button.set_active(True)

    def _show(self, index: int) -> None:
        self._shown = index
        self._choose_changed()
        self._outdate()

    def _choose_changed(self) -> None:
        is_ready = self._session.result is not None and bool(self._chosen())
        self._insert.set_sensitive(is_ready)

    def _chosen(self) -> list[int]:
        return [index for index, button in self._buttons.items() if button.get_active()]

    def _outdate(self, *_: object) -> None:
        self._is_stale = True

    def _render(self) -> None:
        """Fetch the shown candidate at the sliders' values, one request at a time."""
        if self._rendering is not None and self._rendering.is_done:
            try:
                self._after = pixbuf(self._rendering.result())
                self._view.queue_draw()
            except ClientError as error:
                self._label.set_text(str(error))
            self._rendering = None
        can_start = self._rendering is None and self._session.result is not None
        if can_start and self._is_stale and self._shown is not None:
            self._is_stale = False
            self._rendering = self._session.preview(
                self._shown, self._strength.get_value(), self._saturation.get_value()
            )

    def _draw(self, view: Gtk.DrawingArea, context: object) -> None:
        """Paint the photograph, and right of the split the candidate."""
        width, height = view.get_allocated_width(), view.get_allocated_height()
        scale = min(width / self._before.get_width(), height / self._before.get_height())
        size = self._before.get_width() * scale, self._before.get_height() * scale
        left, top = (width - size[0]) / 2, (height - size[1]) / 2
        edge = left + size[0] * self._split.get_value()
        paint(context, self._before, (left, top, *size), left)
        if self._after is not None:
            paint(context, self._after, (left, top, *size), edge)


def _thumbnail_of(layer: Gimp.Drawable) -> GdkPixbuf.Pixbuf:
    return layer.get_thumbnail(512, 512, Gimp.PixbufTransparency.SMALL_CHECKS)
