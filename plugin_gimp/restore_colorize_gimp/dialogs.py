"""Windows of our own. Imported only where somebody sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
gi.require_version("GimpUi", "3.0")
from gi.repository import Gdk, Gimp, GimpUi, GLib, Gtk  # noqa: E402
from restore_colorize_client import CancelledError, ClientError  # noqa: E402

from restore_colorize_gimp import reference_widgets  # noqa: E402
from restore_colorize_gimp.call import Call  # noqa: E402
from restore_colorize_gimp.jobs import missing_on_server  # noqa: E402
from restore_colorize_gimp.translation import _  # noqa: E402
from restore_colorize_gimp.windows import converse, stay_above  # noqa: E402
from restore_colorize_gimp.worker import Worker  # noqa: E402

__all__ = [
    "BORDER_PX",
    "add_own_widgets",
    "ask",
    "close",
    "notice_of_mode",
    "say_what_is_missing",
    "tell",
    "text_label",
    "wait_in_window",
]

T = TypeVar("T")
STEP_MS = 50
BORDER_PX = 12
SLIDERS = ("strength", "saturation", "trust", "diversity", "eagerness", "sensitivity")


def ask(
    call: Call, title: str, names: Sequence[str], *, ok: str = _("C_olorize"), notice: str = ""
) -> None:
    """Let the user set a call's arguments; what the server lacks for them is said meanwhile.

    ok: the button's label. notice: said above the arguments. Raises CancelledError.
    """
    GimpUi.init("restore_colorize_gimp")
    dialog = GimpUi.ProcedureDialog.new(call.procedure, call.config, title)
    area = dialog.get_content_area()
    if notice:
        label = text_label(notice)
        label.show()
        area.pack_start(label, False, False, 0)
    missing = text_label("")
    area.pack_start(missing, False, False, 0)
    looking = say_what_is_missing(call, dialog, missing)
    dialog.set_ok_label(ok)
    dialog.fill(add_own_widgets(call, dialog, names, area))
    is_wanted = dialog.run()
    looking.cancel()
    close(dialog)
    if not is_wanted:
        raise CancelledError()


def add_own_widgets(
    call: Call, dialog: GimpUi.ProcedureDialog, names: Sequence[str], area: Gtk.Box
) -> list[str]:
    """Prepare sliders, put what GIMP has no widgets for into an area; return what GIMP shall show.

    Sliders get names for screen readers.
    """
    for name in SLIDERS:
        if name in names:
            entry = dialog.get_scale_entry(name, 1.0)
            text = call.procedure.find_argument(name).nick.replace("_", "")
            for part in entry.get_children():
                if isinstance(part, (Gtk.Range, Gtk.SpinButton)):
                    part.get_accessible().set_name(text)
    if set(reference_widgets.NAMES) <= set(names):
        grid = reference_widgets.reference_grid(dialog, call.config)
        area.pack_start(grid, False, False, reference_widgets.SPACING_PX)
    return [name for name in names if name not in reference_widgets.NAMES]


def say_what_is_missing(call: Call, dialog: Gtk.Dialog, label: Gtk.Label) -> Worker[str]:
    """Ask the server, while a dialog is open, whether it can do what the entry needs.

    If it cannot, the label says so and OK is grayed; if it does not answer, the label says why.
    """
    worker = missing_on_server(call)

    def look() -> bool:
        if label.get_parent() is None:  # the dialog was closed
            return False
        if worker.is_done:
            try:
                text = worker.result()
                dialog.set_response_sensitive(Gtk.ResponseType.OK, not text)
            except ClientError as error:
                text = str(error)
            label.set_text(text)
            label.set_visible(bool(text))
        return not worker.is_done

    GLib.timeout_add(STEP_MS, look)
    return worker


def notice_of_mode(image: Gimp.Image, *, gives_color: bool = True) -> str:
    """Say that an image becomes RGB with the result, empty where it stays as it is."""
    base = image.get_base_type()
    if base == Gimp.ImageBaseType.RGB or (base == Gimp.ImageBaseType.GRAY and not gives_color):
        return ""
    if base == Gimp.ImageBaseType.INDEXED:
        return _(
            "This image has a palette: it becomes RGB together with the new layer, in the same "
            "undo step."
        )
    return _(
        "This image holds no colors: it becomes RGB together with the new layer, in the same undo "
        "step."
    )


def wait_in_window(worker: Worker[T], title: str) -> T:
    """Show a worker's progress until it ends; Cancel and Escape end it."""
    GimpUi.init("restore_colorize_gimp")
    dialog = Gtk.Dialog(title=title)
    dialog.add_button(_("_Cancel"), Gtk.ResponseType.CANCEL)
    label, bar = text_label(worker.text), Gtk.ProgressBar()
    bar.get_accessible().set_name(_("Progress"))
    area = dialog.get_content_area()
    area.set_spacing(BORDER_PX)
    area.set_border_width(BORDER_PX)
    area.pack_start(label, False, False, 0)
    area.pack_start(bar, False, False, 0)
    dialog.set_default_size(420, -1)
    stay_above(dialog)
    dialog.show_all()

    def look() -> bool:
        label.set_text(worker.text)
        bar.set_fraction(worker.fraction)
        if worker.is_done:
            dialog.response(Gtk.ResponseType.OK)
        return not worker.is_done

    GLib.timeout_add(STEP_MS, look)
    while not worker.is_done:
        if converse(dialog) != Gtk.ResponseType.OK:
            worker.cancel()
            dialog.set_response_sensitive(Gtk.ResponseType.CANCEL, False)
    close(dialog)
    return worker.result()


def tell(text: str, title: str) -> None:
    """Show a report that can be selected and copied."""
    GimpUi.init("restore_colorize_gimp")
    dialog = Gtk.Dialog(title=title)
    dialog.add_button(_("Copy _all"), Gtk.ResponseType.APPLY)
    dialog.add_button(_("_Close"), Gtk.ResponseType.CLOSE)
    dialog.set_default_response(Gtk.ResponseType.CLOSE)
    label = text_label(text)
    label.set_selectable(True)
    label.set_yalign(0.0)
    label.set_property("margin", BORDER_PX)
    scroll = Gtk.ScrolledWindow()
    scroll.set_min_content_width(640)
    scroll.set_min_content_height(360)
    scroll.add(label)
    dialog.get_content_area().pack_start(scroll, True, True, 0)
    dialog.show_all()
    while dialog.run() == Gtk.ResponseType.APPLY:
        clipboard = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)
        clipboard.set_text(text, -1)
        clipboard.store()  # for when this process is gone
    close(dialog)


def close(dialog: Gtk.Window) -> None:
    """Take a window off the screen at once: no main loop runs after it."""
    dialog.destroy()
    while Gtk.events_pending():
        Gtk.main_iteration()


def text_label(text: str) -> Gtk.Label:
    """Return lines of text that break where the window ends."""
    return Gtk.Label(label=text, wrap=True, max_width_chars=72, xalign=0.0)
