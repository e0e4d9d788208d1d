"""The window that shows what a restoration does to a part before it is done to the whole."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("GimpUi", "3.0")
from gi.repository import Gimp, GimpUi, GLib, Gtk  # noqa: E402
from restore_colorize_client import (  # noqa: E402
    CancelledError,
    ClientError,
    JobRequest,
    NotAvailableError,
    Pixels,
    Region,
    Result,
)
from restore_colorize_client.editing import (  # noqa: E402
    Box,
    RestoreOptions,
    cut,
    eight_bit,
    grown,
    restore_request,
)

from restore_colorize_gimp.call import Call  # noqa: E402
from restore_colorize_gimp.compare import CompareView  # noqa: E402
from restore_colorize_gimp.damage import selected_of, shown_where_damaged  # noqa: E402
from restore_colorize_gimp.dialogs import (  # noqa: E402
    BORDER_PX,
    add_own_widgets,
    ask,
    close,
    text_label,
)
from restore_colorize_gimp.frame import FrameView  # noqa: E402
from restore_colorize_gimp.jobs import start_jobs  # noqa: E402
from restore_colorize_gimp.sources import Source, read_source  # noqa: E402
from restore_colorize_gimp.translation import _  # noqa: E402
from restore_colorize_gimp.views import pixbuf  # noqa: E402
from restore_colorize_gimp.worker import Worker  # noqa: E402

__all__ = ["ask_with_preview"]

STEP_MS = 50
FRAME_PX = 384  # of the photograph
CONTEXT_PX = 64  # around it, so that the frame's edges are restored as in the whole
OVERVIEW_PX = 280
REST_S = 0.3  # after the last change, before a job begins


def ask_with_preview(
    call: Call,
    title: str,
    names: Sequence[str],
    layers: Sequence[Gimp.Drawable],
    *,
    ok: str,
    notice: str,
    options: Callable[[], RestoreOptions],
    damage: Callable[[Source], Pixels | None] = lambda source: None,
) -> None:
    """Let the user set a call's arguments, beside a preview where one layer is chosen.

    ok: the button's label. notice: said above. options, damage: read the arguments as they are
    at that moment. Raises CancelledError.
    """
    if len(layers) > 1:
        ask(call, title, names, ok=ok, notice=notice)
        return
    GimpUi.init("restore_colorize_gimp")
    source = read_source(layers[0].get_image(), layers[0])
    window = _Window(call, title, source, options, damage)
    window.build(names, ok, notice)
    window.run()


class _Window:
    """One dialog; ``build`` it, then ``run`` it."""

    def __init__(
        self,
        call: Call,
        title: str,
        source: Source,
        options: Callable[[], RestoreOptions],
        damage: Callable[[Source], Pixels | None],
    ) -> None:
        self._call = call
        self._source = source
        self._options = options
        self._damage = damage
        self._selection = selected_of(source)
        self._mask: Pixels | None = None  # where the part changes; None: everywhere
        self._worker: Worker[list[Result]] | None = None
        self._due_s = time.monotonic()  # when the next job begins; 0: none is wanted
        self._dialog = GimpUi.ProcedureDialog.new(call.procedure, call.config, title)

    def build(self, names: Sequence[str], ok: str, notice: str) -> None:
        """Put the photograph and the arguments to the left, the part to the right."""
        self._dialog.set_ok_label(ok)
        area = self._dialog.get_content_area()
        if notice:
            area.pack_start(text_label(notice), False, False, 0)
        sides = Gtk.Box(spacing=BORDER_PX)
        left, right = (
            Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=BORDER_PX // 2) for _side in "lr"
        )
        layer = self._source.layer
        small = layer.get_thumbnail(
            OVERVIEW_PX, OVERVIEW_PX * 3 // 4, Gimp.PixbufTransparency.SMALL_CHECKS
        )
        size = self._source.target.width, self._source.target.height
        self._frame = FrameView(small, size, FRAME_PX, self._outdate)
        left.pack_start(self._frame.widget, False, False, 0)
        shown = add_own_widgets(self._call, self._dialog, names, left)
        left.pack_start(self._dialog.fill_box("arguments", shown), False, False, 0)
        self._view = CompareView(right, pixbuf(self._part(self._frame.box)))
        self._view.widget.set_size_request(FRAME_PX, FRAME_PX)
        self._bar = Gtk.ProgressBar()
        self._bar.get_accessible().set_name(_("Progress"))
        self._label = text_label("")
        self._label.set_max_width_chars(40)
        right.pack_start(self._bar, False, False, 0)
        right.pack_start(self._label, False, False, 0)
        sides.pack_start(left, False, False, 0)
        sides.pack_start(right, True, True, 0)
        area.pack_start(sides, True, True, 0)
        area.show_all()
        self._call.config.connect("notify", self._outdate)

    def run(self) -> None:
        """Show the dialog to its end. Raises CancelledError."""
        timer = GLib.timeout_add(STEP_MS, self._look)
        is_wanted = self._dialog.run()
        GLib.source_remove(timer)
        self._stop()
        close(self._dialog)
        if not is_wanted:
            raise CancelledError()

    def _outdate(self, *_changed: object) -> None:
        """Begin another preview, once nothing changes for a moment."""
        self._stop()
        self._due_s = time.monotonic() + REST_S

    def _stop(self) -> None:
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None

    def _look(self) -> bool:
        """Start what is due and take what is done; called many times a second."""
        if self._due_s and time.monotonic() >= self._due_s:
            self._due_s = 0.0
            self._begin()
        worker = self._worker
        if worker is not None:
            self._label.set_text(worker.text)
            self._bar.set_fraction(worker.fraction)
            if worker.is_done:
                self._worker = None
                self._finish(worker)
        self._bar.set_opacity(0.0 if self._worker is None else 1.0)  # its place stays
        return True

    def _begin(self) -> None:
        self._view.begin(pixbuf(self._part(self._frame.box)))
        try:
            request = self._request()
        except ClientError as error:
            self._label.set_text(str(error))
            return
        if request is None:
            self._label.set_text(_("Nothing changes in this part."))
            return
        self._worker = start_jobs(self._call, [request])

    def _request(self) -> JobRequest | None:
        """Return the job for the frame and what is around it, None where the mask keeps it all."""
        target = self._source.target
        damage = self._damage(self._source)
        mask = shown_where_damaged(self._call, self._source, damage).mask
        self._mask = None if mask is None else eight_bit(cut(mask, self._frame.box))
        if self._mask is not None and not any(self._mask.view()):
            return None
        box = grown(self._frame.box, CONTEXT_PX, target.width, target.height)
        return restore_request(
            cut(target, box),
            self._options(),
            selection=None if self._selection is None else cut(self._selection, box),
            damage=None if damage is None else cut(damage, box),
            region=Region(*box, target.width, target.height),
        )

    def _finish(self, worker: Worker[list[Result]]) -> None:
        try:
            (result,) = worker.result()
        except ClientError as error:
            self._label.set_text(str(error))
            if isinstance(error, NotAvailableError):
                self._dialog.set_response_sensitive(Gtk.ResponseType.OK, False)
            return
        target, frame = self._source.target, self._frame.box
        box = grown(frame, CONTEXT_PX, target.width, target.height)
        inside = (frame[0] - box[0], frame[1] - box[1], frame[2], frame[3])
        after = eight_bit(cut(result.image(), inside))
        self._view.show(pixbuf(after, self._mask), _("Restored"))
        warnings = [warning.text for warning in result.warnings]
        self._label.set_text(" ".join(warnings) or _("The frame's part, before and after."))

    def _part(self, box: Box) -> Pixels:
        """Return a box of the photograph for the screen."""
        return eight_bit(cut(self._source.target, box))
