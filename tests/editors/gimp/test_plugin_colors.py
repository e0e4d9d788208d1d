"""A real photograph, the shipped model, a server that the plug-in starts: from GIMP's batch."""

from __future__ import annotations

import sys
from typing import Any

from PIL import Image

from tests.editors.gimp import plugin_bench
from tests.editors.gimp.bench import Bench


def color_save_and_open() -> dict[str, Any]:
    from gi.repository import Gimp, Gio
    from inside_gimp import call, read

    quiet = Gimp.RunMode.NONINTERACTIVE
    image = Gimp.file_load(quiet, Gio.File.new_for_path("/src/samples/pair2-lake-target.jpg"))
    image.convert_grayscale()
    photo = image.get_layers()[0]
    width, height = photo.get_width(), photo.get_height()
    image.select_ellipse(Gimp.ChannelOps.REPLACE, width // 8, height // 8, width // 2, height // 2)
    Gimp.Selection.feather(image, 20.0)
    selection = read(image.get_selection(), "Y u8")
    found: dict[str, Any] = {}
    answer = call(
        "restore-colorize-from-reference",
        image=image,
        drawables=[photo],
        reference_file=Gio.File.new_for_path("/src/samples/pair2-lake-reference.jpg"),
        seed=3,
    )
    found["answer"] = [answer.status, answer.message]
    found["call_s"] = answer.wall_s
    if answer.status != "success":
        return found
    Gimp.Selection.none(image)
    for name in ("colored.xcf", "colored.png"):
        Gimp.file_save(quiet, image, Gio.File.new_for_path(f"/out/{name}"), None)
    image.delete()
    image = Gimp.file_load(quiet, Gio.File.new_for_path("/out/colored.xcf"))
    top, photo = image.get_layers()
    note = top.get_parasite("restore-colorize")
    found.update(
        names=[top.get_name(), photo.get_name()],
        mode=image.get_base_type().value_nick,
        note=len(note.get_data()) if note else 0,
        mask=read(top.get_mask(), "Y u8") == selection,
    )
    again = call("restore-colorize-repeat", image=image, drawables=[top])
    found["again"] = [again.status, again.message]
    found["same bytes"] = read(image.get_layers()[1]) == read(top)
    image.delete()
    return found


def test_a_photograph_is_colored_saved_opened_and_repeated(bench: Bench) -> None:
    plugin_bench.install(bench, sys.executable)
    run = bench.with_server().batch(color_save_and_open, timeout_s=280)
    found = run.value
    assert found["answer"] == ["success", ""]
    assert found["mode"] == "rgb"
    assert found["names"][0].startswith("Colorized · exemplar")
    assert found["names"][0].endswith("seed 3")
    assert found["note"] > 1000
    assert found["mask"]
    assert found["again"] == ["success", ""]
    assert found["same bytes"]
    with Image.open(bench.out / "colored.png") as colored:
        width, height = colored.size
        saturation = colored.convert("HSV").getchannel("S")
        inside = saturation.getpixel((width * 3 // 8, height * 3 // 8))
        corner = saturation.getpixel((width - 1, height - 1))
    assert inside > 0
    assert corner == 0
