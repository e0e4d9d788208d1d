"""The window in which candidates appear, are compared with the photograph, and are chosen."""

from __future__ import annotations

import contextlib
import queue
from dataclasses import dataclass

import gi

gi.require_version("Atk", "1.0")
gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
gi.require_version("GimpUi", "3.0")
from gi.repository import Atk, Gdk, Gimp, GimpUi, GLib, Gtk  # noqa: E402
from restore_colorize_client import (  # noqa: E402
    CancelledError,
    Candidate,
    ClientError,
    Image,
    JobRequest,
    JobWarning,
    Pixels,
    RefusedError,
    ResultKind,
)
from restore_colorize_client.editing import (  # noqa: E402
    MadeCandidate,
    can_draw_more,
    more_samples,
)

from restore_colorize_gimp.call import Call  # noqa: E402
from restore_colorize_gimp.coloring import color_channels  # noqa: E402
from restore_colorize_gimp.compare import CompareView  # noqa: E402
from restore_colorize_gimp.dialogs import BORDER_PX, close, text_label  # noqa: E402
from restore_colorize_gimp.history import (  # noqa: E402
    earlier_jobs,
    earlier_session,
    keep,
    picture_of,
)
from restore_colorize_gimp.jobs import check_engine  # noqa: E402
from restore_colorize_gimp.session import Session, make  # noqa: E402
from restore_colorize_gimp.sources import Source  # noqa: E402
from restore_colorize_gimp.strip import Strip, Tile  # noqa: E402
from restore_colorize_gimp.translation import _  # noqa: E402
from restore_colorize_gimp.views import pixbuf, slider  # noqa: E402
from restore_colorize_gimp.windows import converse, stay_above  # noqa: E402
from restore_colorize_gimp.worker import Worker  # noqa: E402

__all__ = ["Choice", "choose"]

STEP_MS = 50
STEPS_BETWEEN_LOOKS = 10  # at the image: twice a second
KEPT_JOBS = 3  # more of them are not kept open on the server for one window
BEFORE_PX = 512
WINDOW_PX = (580, 780)
MORE = 1  # our own responses
MADE = 2
FAILED = 3


@dataclass(frozen=True)
class Choice:
    """What is to be inserted. rendered: strength and saturation. is_mix: with masks to paint."""

    made: tuple[MadeCandidate, ...]
    rendered: tuple[float, float]
    is_mix: bool


def choose(call: Call, source: Source, request: JobRequest, title: str) -> Choice:
    """Run a job, let the user choose, and return the chosen at full size.

    What was offered is remembered with the image. Raises CancelledError, and what ended the job.
    """
    GimpUi.init("restore_colorize_gimp")
    window = _Window(call, source, request, title)
    try:
        return window.run()
    finally:
        window.end()


class _Window:
    """``run`` shows it and returns the choice; ``end`` leaves nothing on the server."""

    def __init__(self, call: Call, source: Source, request: JobRequest, title: str) -> None:
        self._call = call
        self._source = source
        self._request = request
        self._refusal = ""  # why nothing can be inserted now
        self._failure: ClientError | None = None  # of the first job
        self._problem = ""  # what went wrong last; other candidates may still be fine
        self._warnings: list[str] = []
        self._shown: Tile | None = None
        self._is_stale = False
        self._rendering: tuple[Tile, Worker[Pixels]] | None = None
        self._making: Worker[list[MadeCandidate]] | None = None
        self._steps = 0
        self._sessions: list[Session] = []
        self._begin(request)
        self._build(title)

    def run(self) -> Choice:
        """Show the window to its end. Raises CancelledError, and what ended the first job."""
        timer = GLib.timeout_add(STEP_MS, self._look)
        self._dialog.show_all()
        try:
            return self._converse()
        finally:
            GLib.source_remove(timer)
            for session in self._sessions:
                session.cancel()
            close(self._dialog)

    def end(self) -> None:
        """Remember what was offered, and wait until the server has heard the end."""
        keep(self._source, self._strip.tiles)
        for session in self._sessions:
            session.close()

    def _converse(self) -> Choice:
        while True:
            response = converse(self._dialog)
            if response == Gtk.ResponseType.OK:
                self._insert_chosen()
            elif response == MORE:
                self._draw_more()
            elif response == MADE and self._making is not None:
                return Choice(tuple(self._making.result()), self._values(), self._is_mix())
            else:
                raise (self._failure if response == FAILED else None) or CancelledError()

    def _build(self, title: str) -> None:
        self._dialog = Gtk.Dialog(title=title)
        self._dialog.set_default_size(*WINDOW_PX)
        stay_above(self._dialog)
        self._dialog.connect("key-press-event", self._pressed)
        if can_draw_more(self._request):
            self._more = self._dialog.add_button(_("_New Samples"), MORE)
            self._more.set_tooltip_text(_("Draw others; these stay"))
        self._dialog.add_button(_("_Cancel"), Gtk.ResponseType.CANCEL)
        self._insert = self._dialog.add_button(_("_Insert"), Gtk.ResponseType.OK)
        self._dialog.set_default_response(Gtk.ResponseType.OK)
        area = self._dialog.get_content_area()
        area.set_border_width(BORDER_PX)
        area.set_spacing(BORDER_PX // 2)
        self._view = CompareView(area, _before(self._source))
        self._strip = Strip(_("Candidates"), self._show, self._choose_alone)
        area.pack_start(self._strip.widget, False, False, 0)
        self._earlier = self._build_earlier(area)
        start = self._sessions[0].rendered
        self._strength = slider(area, _("_Strength"), start[0], 1.0, self._outdate)
        self._saturation = slider(area, _("Sat_uration"), start[1], 4.0, self._outdate)
        self._mix = Gtk.CheckButton.new_with_mnemonic(_("_Mix by region"))
        self._mix.set_active(self._call.option("mix-by-region"))
        self._mix.set_tooltip_text(
            _("The first candidate shows; paint the masks of the others white where they should")
        )
        area.pack_start(self._mix, False, False, 0)
        self._bar = Gtk.ProgressBar(no_show_all=True)
        self._label = text_label("")
        self._label.get_accessible().set_role(Atk.Role.STATUSBAR)
        accessible = self._bar.get_accessible()
        accessible.set_name(_("Progress"))
        accessible.add_relationship(Atk.RelationType.LABELLED_BY, self._label.get_accessible())
        area.pack_start(self._bar, False, False, 0)
        area.pack_start(self._label, False, False, 0)
        self._refresh()

    def _build_earlier(self, area: Gtk.Box) -> Strip:
        strip = Strip(_("Earlier results"), self._show, self._choose_alone)
        for job in earlier_jobs(self._source):
            session = earlier_session(self._source, job, self._request)
            self._sessions.append(session)
            for each in job.candidates:
                picture = picture_of(each)
                if picture is not None:
                    strip.add(session, each.candidate, picture)
        if strip.tiles:
            expander = Gtk.Expander(label=_("_Earlier results of this layer"), use_underline=True)
            expander.add(strip.widget)
            area.pack_start(expander, False, False, 0)
        return strip

    def _begin(self, request: JobRequest) -> None:
        """Send a request whose candidates join the others."""
        session = Session(
            lambda: request,
            lambda client: check_engine(self._call, client),
            target_channels=color_channels(self._source),
            rendered=(self._call.option("strength"), self._call.option("saturation")),
        )
        self._request = request
        self._sessions.append(session)
        for old in [each for each in self._sessions if each.is_kept][:-KEPT_JOBS]:
            old.leave()

    def _draw_more(self) -> None:
        self._problem = ""
        seen = [tile.candidate.seed for tile in self._strip.tiles]
        self._begin(more_samples(self._request, seen))

    def _insert_chosen(self) -> None:
        chosen = self._chosen()
        if self._making is None and self._insert.get_sensitive():
            self._problem = ""
            self._making = make(
                [(each.session, each.candidate) for each in chosen], *self._values()
            )

    def _look(self) -> bool:
        """Take what the workers have for the window; called many times a second."""
        for session in list(self._sessions):
            self._hear(session)
            self._look_at_failure(session)
        if self._steps % STEPS_BETWEEN_LOOKS == 0:
            self._look_at_image()
        self._steps += 1
        self._render()
        self._look_at_making()
        self._refresh()
        return True

    def _hear(self, session: Session) -> None:
        session.look()
        with contextlib.suppress(queue.Empty):
            while True:
                event = session.events.get_nowait()
                if isinstance(event, Candidate) and event.preview is not None:
                    self._add(session, event, event.preview)
                elif isinstance(event, Image) and event.kind is ResultKind.PREVIEW:
                    self._renew(session, event)
                elif isinstance(event, JobWarning) and event.text not in self._warnings:
                    self._warnings.append(event.text)

    def _look_at_failure(self, session: Session) -> None:
        """Say what ended a job; where it is the only one, nothing is left to choose from."""
        failure = session.failure
        if failure is None or session.receipt is not None or self._refusal:
            return
        if self._strip.tiles:
            self._problem = str(failure)
            self._sessions.remove(session)
        else:
            self._failure = failure
            self._dialog.response(FAILED)

    def _add(self, session: Session, candidate: Candidate, preview: Pixels) -> None:
        is_first = not any(tile.session is session for tile in self._strip.tiles)
        tile = self._strip.add(session, candidate, pixbuf(preview))
        if self._shown is None:
            tile.button.set_active(True)
        if is_first:
            tile.button.grab_focus()
            self._show(tile)

    def _renew(self, session: Session, image: Image) -> None:
        """Show the final candidate in place of the early one."""
        tile = self._strip.renew(session, image.candidate, pixbuf(image.pixels))
        if tile is not None and tile is self._shown:
            self._show(tile)

    def _look_at_image(self) -> None:
        """See whether a result can still be inserted; where it never can, end the jobs."""
        try:
            self._source.check_still_there()
            self._refusal = ""
        except RefusedError as error:
            self._refusal = str(error)
            if not (self._source.image.is_valid() and self._source.layer.is_valid()):
                for session in self._sessions:
                    session.cancel()

    def _look_at_making(self) -> None:
        if self._making is None or not self._making.is_done:
            return
        try:
            self._making.result()
            self._dialog.response(MADE)
        except ClientError as error:
            self._problem = str(error)
            self._making = None

    def _show(self, tile: Tile) -> None:
        self._shown = tile
        self._problem = ""
        self._view.show(tile.picture, tile.name)
        self._is_stale = tile.session.rendered != self._values()

    def _outdate(self) -> None:
        if self._shown is not None:
            if self._shown.session.rendered == self._values():
                self._show(self._shown)
            self._is_stale = self._shown.session.rendered != self._values()

    def _render(self) -> None:
        """Fetch the shown candidate at the sliders' values, one request at a time."""
        if self._rendering is not None and self._rendering[1].is_done:
            tile, worker = self._rendering
            self._rendering = None
            try:
                picture = pixbuf(worker.result())
                if tile is self._shown and self._values() != tile.session.rendered:
                    self._view.show(picture, tile.name)
            except ClientError as error:
                self._problem = str(error)
        is_idle = self._rendering is None and not self._refusal and self._making is None
        if is_idle and self._is_stale and self._shown is not None:
            self._is_stale = False
            worker = self._shown.session.preview(self._shown.candidate.index, *self._values())
            self._rendering = self._shown, worker

    def _refresh(self) -> None:
        """Say how things are, and offer what is possible now."""
        busy = self._busy()
        self._bar.set_visible(busy is not None and not self._refusal)
        if busy is not None:
            self._bar.set_fraction(busy.fraction)
        text = self._refusal or (busy.text if busy else "") or self._state()
        if text != self._label.get_text():
            self._label.set_text(text)
        chosen = self._chosen()
        is_free = not self._refusal and self._making is None
        are_done = all(tile.session.receipt is not None for tile in chosen)
        self._insert.set_sensitive(is_free and bool(chosen) and are_done)
        self._mix.set_sensitive(len(chosen) > 1)
        if can_draw_more(self._request):
            self._more.set_sensitive(is_free and busy is None)

    def _busy(self) -> Worker | None:
        """Return what is waited for, if anything."""
        if self._making is not None:
            return self._making
        running = (session.worker for session in self._sessions if session.is_running)
        return next(running, None)

    def _state(self) -> str:
        said = [self._problem] if self._problem else []
        if any(tile.session.has_rested for tile in self._chosen()):
            rest = _(
                "The server no longer keeps these candidates: what you insert is made again from "
                "its receipt."
            )
            said.insert(0, rest)
        hint = _(
            "Choose one or more (Ctrl+click or the space bar adds one), then insert them as layers."
        )
        return "\n".join([*(said or [hint]), *self._warnings])

    def _chosen(self) -> list[Tile]:
        return [tile for tile in (*self._strip.tiles, *self._earlier.tiles) if tile.is_chosen]

    def _choose_alone(self, alone: Tile) -> None:
        for tile in (*self._strip.tiles, *self._earlier.tiles):
            tile.button.set_active(tile is alone)

    def _values(self) -> tuple[float, float]:
        return self._strength.get_value(), self._saturation.get_value()

    def _is_mix(self) -> bool:
        return bool(self._mix.get_active())

    def _pressed(self, dialog: Gtk.Dialog, event: Gdk.EventKey) -> bool:
        """Let Enter insert, but where it presses a button that does something else."""
        is_enter = event.keyval in (Gdk.KEY_Return, Gdk.KEY_KP_Enter)
        focus = dialog.get_focus()
        does_other = isinstance(focus, (Gtk.Button, Gtk.Expander)) and not any(
            focus is tile.button for tile in (*self._strip.tiles, *self._earlier.tiles)
        )
        if not is_enter or does_other:
            return False
        if self._insert.get_sensitive():
            dialog.response(Gtk.ResponseType.OK)
        return True


def _before(source: Source) -> object:
    return source.layer.get_thumbnail(BEFORE_PX, BEFORE_PX, Gimp.PixbufTransparency.SMALL_CHECKS)
