"""The example of a script of GIMP 2.10 that calls our plug-in works through a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.editors.gimp import plugin_bench, test_legacy
from tests.editors.gimp.bench import Bench
from tests.editors.roots import PROJECT

EXAMPLE = PROJECT / "docs" / "examples" / "restore_folder.py"
# Run modes were the first argument of procedures; in Python they were left out, or named.
FIRST = """#!/usr/bin/env python
from gimpfu import *

def first(image, drawable):
    pdb.plug_in_restore_colorize_restore(RUN_NONINTERACTIVE, image, drawable, 1.0)
    return image.layers[0].name

register("first", "", "", "", "", "", "<Image>/Filters/First", "*", [],
         [(PF_STRING, "name", "")], first)
main()
"""

pytestmark = pytest.mark.timeout(1800)


def run_example(**arguments: Any) -> list[Any]:
    from gi.repository import Gimp, Gio
    from inside_gimp import call

    for name in ("folder", "out-folder", "reference"):
        if arguments.get(name):
            arguments[name] = Gio.File.new_for_path(arguments[name])
    answer = call("python-fu-restore-folder", **arguments)
    told = [answer.status, answer.message.strip(), *answer.values]
    if Gimp.get_pdb().lookup_procedure("python-fu-first"):
        image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path("/out/in/a.png"))
        told += call("python-fu-first", image=image, drawables=image.get_layers()).values
    return told


@pytest.fixture
def folder(bench: Bench) -> Path:
    """Two photographs in gray, 48 x 32 pixels."""
    folder = bench.out / "in"
    folder.mkdir()
    (bench.out / "done").mkdir()
    for name, level in (("a", 50), ("b", 90)):
        Image.new("RGB", (48, 32), (level,) * 3).save(folder / f"{name}.png")
    (folder / "notes.txt").write_text("no photograph")
    return folder


def test_a_folder_is_restored(bench: Bench, folder: Path, tmp_path: Path) -> None:
    first = tmp_path / "first.py"
    first.write_text(FIRST)
    plugin_bench.install(bench)
    test_legacy.install(bench, [EXAMPLE, first])
    places = {"folder": "/out/in", "out-folder": "/out/done"}
    with plugin_bench.mirror(bench, tmp_path / "state", plugin_bench.TASKS):
        told = bench.batch(run_example, timeout_s=900, restores=True, strength=100.0, **places)
    assert told.value[:3] == ["success", "", 2]
    assert "Restored" in told.value[3]
    for name, level in (("a", 50), ("b", 90)):  # the stand-in gives the negative
        made = np.asarray(Image.open(bench.out / "done" / f"{name}.png"))
        assert made.shape == (32, 48, 3)
        assert (made == 255 - level).all()


def test_a_folder_is_colored_by_the_engine_that_ships(
    bench: Bench, folder: Path, tmp_path: Path
) -> None:
    (folder / "b.png").unlink()
    target = Image.open(PROJECT / "samples" / "pair1-dunes-target.jpg").convert("L")
    target.resize((96, 64)).convert("RGB").save(folder / "a.png")
    plugin_bench.install(bench)
    test_legacy.install(bench, [EXAMPLE])
    arguments = {
        "folder": "/out/in",
        "out-folder": "/out/done",
        "reference": "/src/samples/pair1-dunes-reference.jpg",
    }
    with plugin_bench.mirror(bench, tmp_path / "state", plugin_bench.REAL):
        told = bench.batch(run_example, timeout_s=900, restores=False, **arguments)
    assert told.value == ["success", "", 1]
    made = np.asarray(Image.open(bench.out / "done" / "a.png")).astype(float)
    sky, sand = made[:16].mean((0, 1)), made[-16:].mean((0, 1))
    assert sky[2] > sky[0] + 20
    assert sand[0] > sand[2] + 10
