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
    images = [each for each in script.parameters if each.kind == kinds.PF_IMAGE]
    dialog.fill([each.name for each in script.parameters if each not in images])
    for parameter in images:
        dialog.get_content_area().pack_start(_image_chooser(parameter, config), False, False, 6)
    is_wanted = bool(dialog.run())
    dialog.destroy()
    return is_wanted


def _image_chooser(parameter: Parameter, config: Gimp.ProcedureConfig) -> Gtk.Widget:
    """Return a list of the open images, for which GIMP 3.0 has no widget."""
    row = Gtk.Box(orientation=Gtk.Orientation.HORIZONTAL, spacing=6)
    label = Gtk.Label(label=parameter.label, use_underline=True)
    chooser = Gtk.ComboBoxText()
    label.set_mnemonic_widget(chooser)
    images = list(Gimp.get_images())
    for image in images:
        chooser.append_text(f"{image.get_name()} ({image.get_id()})")

    def choose(_: Any) -> None:
        config.set_property(parameter.name, images[chooser.get_active()])

    chooser.connect("changed", choose)
    chosen = config.get_property(parameter.name)
    numbers = [image.get_id() for image in images]
    if images:
        at = numbers.index(chosen.get_id()) if chosen and chosen.get_id() in numbers else 0
        chooser.set_active(at)
    row.pack_start(label, False, False, 0)
    row.pack_start(chooser, True, True, 0)
    row.show_all()
    return row
