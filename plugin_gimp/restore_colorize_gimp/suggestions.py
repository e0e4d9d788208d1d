"""The window that shows suggested references, best first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("GimpUi", "3.0")
from gi.repository import GdkPixbuf, Gimp, GimpUi, GLib, Gtk, Pango  # noqa: E402

from restore_colorize_gimp.dialogs import BORDER_PX, close, text_label  # noqa: E402
from restore_colorize_gimp.translation import _  # noqa: E402

if TYPE_CHECKING:
    from restore_colorize_gimp.suggest import Suggestion

__all__ = ["choose"]

THUMBNAIL_PX = 96
WIDTH_PX, HEIGHT_PX = 520, 480


def choose(
    suggestions: Sequence[Suggestion],
    uses: Mapping[str, str],
    title: str,
    notes: Sequence[str] = (),
) -> tuple[str, Suggestion] | None:
    """Show suggestions and return a use and the one to use, None where the window was closed.

    uses: what can be done with one, and its button; the last is what Return does.
    notes: whole sentences on what could not be looked at.
    """
    GimpUi.init("restore_colorize_gimp")
    dialog = Gtk.Dialog(title=title)
    dialog.add_button(_("_Close"), Gtk.ResponseType.CLOSE)
    for response, label in enumerate(uses.values()):
        dialog.add_button(label, response)
        dialog.set_response_sensitive(response, bool(suggestions))
    dialog.set_default_response(len(uses) - 1)
    dialog.set_default_size(WIDTH_PX, HEIGHT_PX)
    area = dialog.get_content_area()
    area.set_border_width(BORDER_PX)
    area.set_spacing(BORDER_PX)
    text = _("The best suited first.") if suggestions else _("No picture suits the photograph.")
    for line in (text, *notes):
        area.pack_start(text_label(line), False, False, 0)
    rows = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=BORDER_PX)
    buttons: list[Gtk.RadioButton] = []
    for suggestion in suggestions:
        buttons.append(_button(suggestion, buttons[0] if buttons else None))
        rows.pack_start(buttons[-1], False, False, 0)
    scroll = Gtk.ScrolledWindow(hscrollbar_policy=Gtk.PolicyType.NEVER)
    scroll.add(rows)
    area.pack_start(scroll, True, True, 0)
    dialog.show_all()
    response = dialog.run()
    chosen = [button.get_active() for button in buttons]
    close(dialog)
    if response < 0:  # GTK's own answers: closed
        return None
    return list(uses)[response], suggestions[chosen.index(True)]


def _button(suggestion: Suggestion, first: Gtk.RadioButton | None) -> Gtk.RadioButton:
    button = Gtk.RadioButton.new_from_widget(first)
    box = Gtk.Box(spacing=BORDER_PX)
    picture = Gtk.Image.new_from_pixbuf(_thumbnail(suggestion))
    picture.set_size_request(THUMBNAIL_PX, THUMBNAIL_PX)
    box.pack_start(picture, False, False, 0)
    words = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, valign=Gtk.Align.CENTER)
    name = Gtk.Label(label=suggestion.name, xalign=0.0, ellipsize=Pango.EllipsizeMode.MIDDLE)
    name.set_tooltip_text(suggestion.path or suggestion.name)
    words.pack_start(name, False, False, 0)
    words.pack_start(text_label(suggestion.reason), False, False, 0)
    box.pack_start(words, True, True, 0)
    button.add(box)
    button.get_accessible().set_name(f"{suggestion.name}: {suggestion.reason}")
    return button


def _thumbnail(suggestion: Suggestion) -> GdkPixbuf.Pixbuf | None:
    """Return a small picture, None where a file is of a kind that cannot be shown here."""
    if suggestion.picture is not None:
        transparency = Gimp.PixbufTransparency.SMALL_CHECKS
        return suggestion.picture.get_thumbnail(THUMBNAIL_PX, THUMBNAIL_PX, transparency)
    try:
        file = GdkPixbuf.Pixbuf.new_from_file_at_size(suggestion.path, THUMBNAIL_PX, THUMBNAIL_PX)
    except GLib.Error:
        return None
    return file.apply_embedded_orientation()
