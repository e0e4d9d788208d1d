"""References that GIMP's own dialogs have no widgets for: several files, an open image."""

from __future__ import annotations

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gimp, Gtk  # noqa: E402

from restore_colorize_gimp.translation import _, ngettext  # noqa: E402

__all__ = ["NAMES", "reference_grid"]

NAMES = ("reference-files", "reference-image")
SPACING_PX = 6


def reference_grid(dialog: Gtk.Dialog, config: Gimp.ProcedureConfig) -> Gtk.Grid:
    """Return the widgets, for above what else the dialog asks; they write the arguments at once."""
    grid = Gtk.Grid(column_spacing=2 * SPACING_PX, row_spacing=SPACING_PX)
    rows = (
        (_("Mo_re reference files"), _files_button(dialog, config)),
        (_("Reference _image"), _image_box(config)),
    )
    for row, (text, widget) in enumerate(rows):
        label = Gtk.Label(label=text, use_underline=True, mnemonic_widget=widget, xalign=0.0)
        widget.set_hexpand(True)
        widget.get_accessible().set_name(text.replace("_", ""))
        grid.attach(label, 0, row, 1, 1)
        grid.attach(widget, 1, row, 1, 1)
    grid.show_all()
    return grid


def _files_button(dialog: Gtk.Dialog, config: Gimp.ProcedureConfig) -> Gtk.Button:
    button = Gtk.Button()

    def tell() -> None:
        count = len(config.get_property(NAMES[0]))
        some = ngettext("{count} file", "{count} files", count).format(count=count)
        button.set_label(some if count else _("(None)"))

    def choose(_button: Gtk.Button) -> None:
        chosen = _ask_for_files(dialog)
        if chosen is not None:
            config.set_property(NAMES[0], chosen)
            tell()

    tell()
    button.connect("clicked", choose)
    return button


def _ask_for_files(parent: Gtk.Dialog) -> list[str] | None:
    """Return the files' URIs, none where the user wants none, None where nothing changes."""
    chooser = Gtk.FileChooserDialog(
        title=_("More Reference Files"),
        transient_for=parent,
        select_multiple=True,
        action=Gtk.FileChooserAction.OPEN,
    )
    chooser.add_button(_("_Cancel"), Gtk.ResponseType.CANCEL)
    chooser.add_button(_("_None"), Gtk.ResponseType.REJECT)
    chooser.add_button(_("_Choose"), Gtk.ResponseType.ACCEPT)
    chooser.set_default_response(Gtk.ResponseType.ACCEPT)
    response, uris = chooser.run(), chooser.get_uris()
    chooser.destroy()
    return {Gtk.ResponseType.ACCEPT: uris, Gtk.ResponseType.REJECT: []}.get(response)


def _image_box(config: Gimp.ProcedureConfig) -> Gtk.ComboBoxText:
    box = Gtk.ComboBoxText()
    box.append("", _("(None)"))
    for image in Gimp.get_images():
        box.append(str(image.get_id()), image.get_name())
    chosen = config.get_property(NAMES[1])
    box.set_active_id(str(chosen.get_id()) if chosen is not None else "")
    if box.get_active_id() is None:  # closed since
        config.set_property(NAMES[1], None)
        box.set_active_id("")

    def change(_box: Gtk.ComboBoxText) -> None:
        name = box.get_active_id()
        config.set_property(NAMES[1], Gimp.Image.get_by_id(int(name)) if name else None)

    box.connect("changed", change)
    return box
