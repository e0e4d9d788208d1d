#!/usr/bin/env python3
"""Three small procedures: one does what our plug-in's plumbing does, two die on purpose."""

from __future__ import annotations

import os
import sys

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
from gi.repository import Gegl, Gimp, GObject  # noqa: E402

INVERT = bytes(255 - value for value in range(256))


def invert(procedure, run_mode, image, drawables, config, data):
    """Insert an inverted copy above the layer, in one undo step."""
    if run_mode == Gimp.RunMode.INTERACTIVE:
        gi.require_version("GimpUi", "3.0")
        from gi.repository import GimpUi

        GimpUi.init("rc-probe")
        dialog = GimpUi.ProcedureDialog.new(procedure, config, "Probe")
        dialog.fill(["name"])
        wanted = dialog.run()
        dialog.destroy()
        if not wanted:
            return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, None)
    source = drawables[0]
    whole = Gegl.Rectangle.new(0, 0, source.get_width(), source.get_height())
    pixels = source.get_buffer().get(whole, 1.0, "R'G'B' u8", Gegl.AbyssPolicy.NONE)
    image.undo_group_start()
    layer = Gimp.Layer.new(
        image,
        config.get_property("name"),
        whole.width,
        whole.height,
        Gimp.ImageType.RGB_IMAGE,
        100.0,
        Gimp.LayerMode.NORMAL,
    )
    image.insert_layer(layer, source.get_parent(), image.get_item_position(source))
    buffer = layer.get_buffer()
    buffer.set(whole, "R'G'B' u8", bytes(pixels).translate(INVERT))
    buffer.flush()
    layer.update(0, 0, whole.width, whole.height)
    image.undo_group_end()
    Gimp.displays_flush()
    return procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, None)


def abort(procedure, run_mode, image, drawables, config, data):
    """End the process as a crash does."""
    os.abort()


def stumble(procedure, run_mode, image, drawables, config, data):
    """Raise, which GIMP's users never see."""
    raise ValueError("stumbled on purpose")


PROCEDURES = {"rc-probe-invert": invert, "rc-probe-abort": abort, "rc-probe-stumble": stumble}


class Probe(Gimp.PlugIn):
    """The plug-in that GIMP sees."""

    def do_set_i18n(self, name: str) -> bool:
        return False

    def do_query_procedures(self) -> list[str]:
        return list(PROCEDURES)

    def do_create_procedure(self, name: str) -> Gimp.Procedure:
        procedure = Gimp.ImageProcedure.new(
            self, name, Gimp.PDBProcType.PLUGIN, PROCEDURES[name], None
        )
        procedure.set_image_types("*")
        procedure.set_menu_label(f"_Probe ({name.rpartition('-')[2]})…")
        procedure.add_menu_path("<Image>/Filters/Restore & Colorize")
        procedure.set_documentation("A probe", "Part of the tests.", name)
        procedure.add_string_argument(
            "name", "_Name", "The layer's name", "Probe result", GObject.ParamFlags.READWRITE
        )
        return procedure


Gimp.main(Probe.__gtype__, sys.argv)
