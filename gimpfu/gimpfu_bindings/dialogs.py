"""The dialog that asks for a script's parameters."""

from __future__ import annotations

from typing import Any

import gi

gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gimp, GimpUi, Gtk  # noqa: E402

from gimpfu_bindings import kinds  # noqa: E402
from gimpfu_bindings.parameters import prefill  # noqa: E402
from gimpfu_bindings.scripts import Parameter, Script  # noqa: E402

_WITHOUT_WIDGET = (kinds.PF_IMAGE, kinds.PF_VECTORS, kinds.PF_DISPLAY)
MANY, HEIGHT_PX = 15, 700  # more parameters scroll


def ask(procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, script: Script) -> bool:
    """Show the dialog and return whether the user wants the script to run.

    It begins with the values of the last run; ``config`` then holds what was chosen.
    """
    GimpUi.init(script.name)
    for parameter in script.parameters:
        prefill(parameter, config)
    title = script.label.replace("_", "").rstrip("….") or script.name
    dialog = GimpUi.ProcedureDialog.new(procedure, config, title)
    for parameter in script.parameters:
        if parameter.kind == kinds.PF_SLIDER:
            dialog.get_scale_entry(parameter.name, 1.0)
        elif parameter.kind == kinds.PF_TEXT:
            dialog.get_widget(parameter.name, Gtk.TextView)
    names = [each.name for each in script.parameters if each.kind not in _WITHOUT_WIDGET]
    if len(names) > MANY:
        dialog.fill_box("all", names)
        dialog.fill_scrolled_window("scrolled", "all")
        dialog.set_default_size(-1, HEIGHT_PX)
        names = ["scrolled"]
    dialog.fill(names)
    for parameter in script.parameters:
        if parameter.kind in (kinds.PF_IMAGE, kinds.PF_VECTORS):
            dialog.get_content_area().pack_start(_chooser(parameter, config), False, False, 6)
    is_wanted = bool(dialog.run())
    dialog.destroy()
    return is_wanted


def _chooser(parameter: Parameter, config: Gimp.ProcedureConfig) -> Gtk.Widget:
    """Return a list of the open images, or of their paths, for which GIMP 3.0 has no widget."""
    row = Gtk.Box(orientation=Gtk.Orientation.HORIZONTAL, spacing=6)
    label = Gtk.Label(label=parameter.label, use_underline=True)
    chooser = Gtk.ComboBoxText()
    label.set_mnemonic_widget(chooser)
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
    row.pack_start(label, False, False, 0)
    row.pack_start(chooser, True, True, 0)
    row.show_all()
    return row
