"""Windows that stay above GIMP's own, which remain usable meanwhile."""

from __future__ import annotations

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
gi.require_version("GimpUi", "3.0")
from gi.repository import Gdk, GimpUi, GLib, Gtk  # noqa: E402

__all__ = ["converse", "stay_above"]


def stay_above(window: Gtk.Window) -> None:
    """Keep a window above the image window that the plug-in was called from."""
    GimpUi.window_set_transient(window)


def converse(dialog: Gtk.Dialog) -> int:
    """Show a dialog and return its next response, as ``Gtk.Dialog.run`` does, but not modal.

    ``run`` makes a dialog modal, and a window manager hands such a one all that is typed for the
    window below it: GIMP itself could not be used.
    """
    loop, answers = GLib.MainLoop(), []

    def answered(_dialog: Gtk.Dialog, response: int) -> None:
        answers.append(response)
        loop.quit()

    def deleted(_dialog: Gtk.Dialog, _event: Gdk.Event) -> bool:
        answered(dialog, Gtk.ResponseType.DELETE_EVENT)
        return True  # whoever made it destroys it

    handlers = [dialog.connect("response", answered), dialog.connect("delete-event", deleted)]
    dialog.show()
    loop.run()
    for handler in handlers:
        dialog.disconnect(handler)
    return int(answers[0])
