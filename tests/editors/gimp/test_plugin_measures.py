"""What the plug-in costs, written to measures.json among the artifacts; no time is asserted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.editors.gimp import plugin_bench
from tests.editors.gimp.bench import Bench

ROUNDS = 7
# What GIMP's query loads: for a plug-in that does nothing, and for ours.
EMPTY = """
import gi
gi.require_version("Gimp", "3.0"); gi.require_version("Gegl", "0.4")
from gi.repository import Gimp, GLib, GObject
"""
OURS = "import restore_colorize_gimp.plugin"


def time_imports(code: str, rounds: int, folder: str) -> float:
    """Return the best time of a fresh interpreter that runs the code."""
    import subprocess
    import time

    times = []
    for _ in range(rounds):
        started = time.monotonic()
        subprocess.run(["python3", "-c", code], cwd=folder, check=True)
        times.append(time.monotonic() - started)
    return min(times)


def color_24_megapixels() -> dict[str, Any]:
    import os
    import time

    from gi.repository import Gimp
    from inside_gimp import call, read, write

    width, height = 6000, 4000
    image = Gimp.Image.new(width, height, Gimp.ImageBaseType.RGB)
    layer = Gimp.Layer.new(
        image, "photo", width, height, Gimp.ImageType.RGB_IMAGE, 100.0, Gimp.LayerMode.NORMAL
    )
    image.insert_layer(layer, None, 0)
    pixels = os.urandom(width * 3) * height
    write(layer, pixels, "R'G'B' u8")
    started = time.monotonic()
    own = read(layer, "R'G'B' u8")
    copy = Gimp.Layer.new_from_drawable(layer, image)
    image.insert_layer(copy, None, 0)
    write(copy, own, "R'G'B' u8")
    gimp_s = time.monotonic() - started
    small = Gimp.Layer.new(
        image, "reference", 64, 64, Gimp.ImageType.RGB_IMAGE, 100.0, Gimp.LayerMode.NORMAL
    )
    image.insert_layer(small, None, 0)
    small.fill(Gimp.FillType.WHITE)
    name = "restore-colorize-from-reference"
    answer = call(name, image=image, drawables=[layer], reference_layer=small)
    result = image.get_layers()[image.get_item_position(layer) - 1]
    found = {
        "status": [answer.status, answer.message],
        "menu_to_layer_s": round(answer.wall_s, 2),
        "gimp_read_and_write_s": round(gimp_s, 2),
        "is_same": read(result, "R'G'B' u8") == pixels,
    }
    image.delete()
    return found


@pytest.mark.timeout(600)
def test_24_megapixels_come_back_whole(bench: Bench, tmp_path: Path) -> None:
    plugin_bench.install(bench)
    plugins = f"/home/user/.config/GIMP/{bench.version}/plug-ins"
    with plugin_bench.mirror(bench, tmp_path / "state"):
        found = bench.batch(color_24_megapixels, timeout_s=300).value
    for name, code in (("empty", EMPTY), ("ours", OURS)):
        run = bench.batch(time_imports, code=code, rounds=ROUNDS, folder=plugins)
        found[f"query_imports_{name}_s"] = round(run.value, 3)
    (bench.out / "measures.json").write_text(json.dumps(found, indent=2) + "\n")
    assert found["status"] == ["success", ""]
    assert found["is_same"]
