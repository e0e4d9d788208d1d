"""The dialog that asks for a script's parameters."""

from __future__ import annotations

from typing import Any

import gi

gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gimp, GimpUi, Gtk  # noqa: E402

from gimpfu_bindings import kinds  # noqa: E402
from gimpfu_bindings.arguments import is_folder  # noqa: E402
from gimpfu_bindings.parameters import prefill  # noqa: E402
from gimpfu_bindings.scripts import Parameter, Script  # noqa: E402

MANY, HEIGHT_PX = 15, 700  # more parameters scroll


def ask(procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, script: Script) -> bool:
    """Show the dialog and return whether the user wants the script to run.

    It begins with the values of the last run; ``config`` then holds what was chosen.
    """
    GimpUi.init(script.name)
    for parameter in script.parameters:
        prefill(parameter, config)
    dialog = GimpUi.ProcedureDialog.new(procedure, config, script.title)
    for parameter in script.parameters:
        if parameter.kind == kinds.PF_SLIDER:
            dialog.get_scale_entry(parameter.name, 1.0)
        elif parameter.kind == kinds.PF_TEXT:
            dialog.get_widget(parameter.name, Gtk.TextView)
    own = {each.name: _own_widget(each, config) for each in script.parameters}
    names = [name for name, widget in own.items() if widget is None]
    names = [name for name in names if name not in _displays(script)]
    if len(names) > MANY:
        dialog.fill_box("all", names)
        dialog.fill_scrolled_window("scrolled", "all")
        dialog.set_default_size(-1, HEIGHT_PX)
        names = ["scrolled"]
    dialog.fill(names)
    for parameter in script.parameters:
        if own[parameter.name] is not None:
            row = _row(parameter.label, own[parameter.name])
            dialog.get_content_area().pack_start(row, False, False, 6)
    is_wanted = bool(dialog.run())
    dialog.destroy()
    return is_wanted


def _displays(script: Script) -> set[str]:
    """Return the parameters that nobody can choose."""
    return {each.name for each in script.parameters if each.kind == kinds.PF_DISPLAY}


def _own_widget(parameter: Parameter, config: Gimp.ProcedureConfig) -> Gtk.Widget | None:
    """Return a widget where GIMP 3.0 has none, else None."""
    if parameter.kind in (kinds.PF_IMAGE, kinds.PF_VECTORS):
        return _thing_chooser(parameter, config)
    if parameter.kind == kinds.PF_FILE and not is_folder(parameter):
        return _file_chooser(parameter, config)
    return None


def _row(text: str, widget: Gtk.Widget) -> Gtk.Widget:
    """Return a widget behind its label."""
    row = Gtk.Box(orientation=Gtk.Orientation.HORIZONTAL, spacing=6)
    label = Gtk.Label(label=text, use_underline=True)
    label.set_mnemonic_widget(widget)
    row.pack_start(label, False, False, 0)
    row.pack_start(widget, True, True, 0)
    row.show_all()
    return row


def _file_chooser(parameter: Parameter, config: Gimp.ProcedureConfig) -> Gtk.Widget:
    """Return a button that chooses a file."""
    chooser = Gtk.FileChooserButton(title=parameter.label, action=Gtk.FileChooserAction.OPEN)
    file = config.get_property(parameter.name)
    if file is not None:
        chooser.set_file(file)
    chooser.connect("file-set", lambda it: config.set_property(parameter.name, it.get_file()))
    return chooser


def _thing_chooser(parameter: Parameter, config: Gimp.ProcedureConfig) -> Gtk.Widget:
    """Return a list of the open images, or of their paths."""
    chooser = Gtk.ComboBoxText()
    things = list(Gimp.get_images())
    if parameter.kind == kinds.PF_VECTORS:
        things = [path for image in things for path in image.get_paths()]
    for thing in things:
        chooser.append_text(f"{thing.get_name()} ({thing.get_id()})")

    def choose(_: Any) -> None:
        config.set_property(parameter.name, things[chooser.get_active()])

    chooser.connect("changed", choose)
    chosen = config.get_property(parameter.name)
    numbers = [thing.get_id() for thing in things]
    if things:
        at = numbers.index(chosen.get_id()) if chosen and chosen.get_id() in numbers else 0
        chooser.set_active(at)
    return chooser
