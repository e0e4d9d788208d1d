#!/usr/bin/env python3
"""Small procedures: plumbing like our plug-in's, a job through our client, and two deaths."""

from __future__ import annotations

import json
import os
import sys
import threading
import time

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
from gi.repository import Gegl, Gimp, GObject  # noqa: E402

sys.dont_write_bytecode = True
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
    pixels = pixels_of(drawables[0]).translate(INVERT)
    insert_above(image, drawables[0], config.get_property("name"), pixels)
    return procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, None)


def through_the_client(procedure, run_mode, image, drawables, config, data):
    """Send the layer through a colorize job and insert what comes; times go to /out."""
    source = drawables[0]
    target = pixels_of(source)
    size = source.get_width(), source.get_height()
    answer = {}
    worker = threading.Thread(target=run_job, args=(size, target, answer))
    started = time.monotonic()
    worker.start()
    worker.join()
    answer["job_s"] = time.monotonic() - started
    insert_above(image, source, config.get_property("name"), answer.pop("pixels"))
    with open("/out/client.json", "w", encoding="utf-8") as file:
        json.dump(answer, file)
    return procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, None)


def run_job(size, target, answer):
    """Run on a thread of its own: nothing here may touch Gimp, Gegl or Gtk."""
    started = time.monotonic()
    before = set(sys.modules)
    sys.path.insert(0, "/src/client")
    from restore_colorize_client import (
        Colorize,
        JobRequest,
        Pixels,
        Reference,
        SampleType,
        connect,
    )

    answer["python"] = sys.version
    answer["import_s"] = time.monotonic() - started
    new = {name.partition(".")[0] for name in set(sys.modules) - before}
    answer["foreign"] = sorted(new - sys.stdlib_module_names)
    picture = Pixels(*size, 3, SampleType.UINT8, False, target)
    request = JobRequest(target=picture, task=Colorize(), references=[Reference(picture)])
    where = json.loads(os.environ["RC_PROBE_CONNECT"])
    with connect(client_id="gimp", **where) as client, client.run(request) as job:
        result = job.result()
    answer["pixels"] = bytes(result.images[0].pixels.data)


def pixels_of(layer):
    """Return a layer's packed RGB bytes."""
    whole = Gegl.Rectangle.new(0, 0, layer.get_width(), layer.get_height())
    return bytes(layer.get_buffer().get(whole, 1.0, "R'G'B' u8", Gegl.AbyssPolicy.NONE))


def insert_above(image, source, name, pixels):
    """Insert a new layer of the source's size above it, in one undo step."""
    whole = Gegl.Rectangle.new(0, 0, source.get_width(), source.get_height())
    image.undo_group_start()
    layer = Gimp.Layer.new(
        image,
        name,
        whole.width,
        whole.height,
        Gimp.ImageType.RGB_IMAGE,
        100.0,
        Gimp.LayerMode.NORMAL,
    )
    image.insert_layer(layer, source.get_parent(), image.get_item_position(source))
    buffer = layer.get_buffer()
    buffer.set(whole, "R'G'B' u8", pixels)
    buffer.flush()
    layer.update(0, 0, whole.width, whole.height)
    image.undo_group_end()
    Gimp.displays_flush()


def abort(procedure, run_mode, image, drawables, config, data):
    """End the process as a crash does."""
    os.abort()


def stumble(procedure, run_mode, image, drawables, config, data):
    """Raise, which GIMP's users never see."""
    raise ValueError("stumbled on purpose")


PROCEDURES = {
    "rc-probe-invert": invert,
    "rc-probe-client": through_the_client,
    "rc-probe-abort": abort,
    "rc-probe-stumble": stumble,
}


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
