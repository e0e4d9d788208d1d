"""What the plug-in costs in GIMP: ``python -m tests.editors.measure_gimp [OUT_DIR] [NAME...]``.

Writes gimp-VERSION.json and prints the same as a table; EDITORS_GIMP names the version. Each line
compares what was measured in one and the same run. The names are those of ``MEASURES``.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from tests.editors import measure_legacy
from tests.editors.gimp import plugin_bench
from tests.editors.gimp.bench import Bench
from tests.editors.gimp.screen import Screen
from tests.editors.roots import Root, kill

COPIES = 5
HERE = Path(__file__).resolve().parent
PLUGIN = "restore_colorize_gimp"
GAPS = "/src/tests/editors/gimp/inside/gui_gaps.py"
EMPTY = """#!/usr/bin/env python3
import sys

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp


class Empty(Gimp.PlugIn):
    def do_set_i18n(self, name):
        return False

    def do_query_procedures(self):
        return ["NAME"]

    def do_create_procedure(self, name):
        return Gimp.ImageProcedure.new(self, name, Gimp.PDBProcType.PLUGIN, print, None)


Gimp.main(Empty.__gtype__, sys.argv)
"""
# Processor time says more than the clock while others use the machine.
TELL = """
import time

with open("/out/NAME.cpu", "w") as file:
    file.write(str(time.process_time()))
"""
OURS = """#!/usr/bin/env python3
import sys
from pathlib import Path

folder = Path(__file__).resolve().parents[1]
sys.path[0] = str(folder)
sys.path.insert(1, str(folder / "restore_colorize_gimp" / "lib"))

from restore_colorize_gimp.plugin import main

main()
"""


def measure_query(bench: Bench) -> dict[str, float]:
    """Time GIMP's query of our plug-in and of one that does nothing, several of each in turn."""
    plugin_bench.install(bench)
    for at in range(COPIES):
        for kind, text in (("empty", EMPTY), ("ours", OURS)):
            name = f"rc-{kind}-{at}"
            file = bench.profile / "plug-ins" / name / f"{name}.py"
            file.parent.mkdir()
            file.write_text((text + TELL).replace("NAME", name))
            file.chmod(0o755)
    command = ["gimp-console", "-i", "--verbose", "--quit"]
    with (bench.out / "query.log").open("w") as log:
        process = bench.root.start(command, bench.visit, log=log)
        assert process.stdout is not None
        seen: list[tuple[str, float]] = []
        for line in process.stdout:
            found = re.match(r"Querying plug-in: '.*/([^/]+)\.py'", line)
            seen.append((found[1] if found else "", time.monotonic()))
        kill(process)
    times: dict[str, list[float]] = {"empty": [], "ours": []}
    for (name, begun), (_next, ended) in itertools.pairwise(seen):
        if name.startswith("rc-"):
            times[name.split("-")[1]].append(ended - begun)
    found = {}
    for kind, seen_s in times.items():
        cpu_s = [float(file.read_text()) for file in bench.out.glob(f"rc-{kind}-*.cpu")]
        found[f"{kind}, s of processor time"] = statistics.median(cpu_s)
        found[f"{kind}, s by the clock"] = statistics.median(seen_s)
    for unit in ("s of processor time", "s by the clock"):
        found[f"ratio, {unit} (aim 1.5)"] = found[f"ours, {unit}"] / found[f"empty, {unit}"]
    return found


def color_large(precision: str) -> dict[str, Any]:
    """Color 24 megapixels, and do with GIMP alone what of it GIMP must do."""
    import os
    import time
    from array import array

    from gi.repository import Gimp
    from inside_gimp import call, read, write

    def alike(first: bytes, second: bytes) -> bool:
        """Integers to the byte; floats within what GIMP's own conversions move them."""
        if not precision.startswith("FLOAT"):
            return first == second
        pairs = zip(array("f", first)[::1009], array("f", second)[::1009], strict=True)
        return all(abs(one - other) < 1e-5 for one, other in pairs)

    width, height = 6000, 4000
    kind = getattr(Gimp.Precision, precision)
    name = "R'G'B' u8" if precision.startswith("U8") else "R'G'B' u16"
    if precision.startswith("FLOAT"):
        name = "R'G'B' float"
    image = Gimp.Image.new_with_precision(width, height, Gimp.ImageBaseType.RGB, kind)
    layer = Gimp.Layer.new(
        image, "photo", width, height, Gimp.ImageType.RGB_IMAGE, 100.0, Gimp.LayerMode.NORMAL
    )
    image.insert_layer(layer, None, 0)
    write(layer, os.urandom(width * 3) * height, "R'G'B' u8")
    small = Gimp.Layer.new(
        image, "reference", 64, 64, Gimp.ImageType.RGB_IMAGE, 100.0, Gimp.LayerMode.NORMAL
    )
    image.insert_layer(small, None, 0)
    small.fill(Gimp.FillType.WHITE)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 100, 100, width - 200, height - 200)
    started = time.monotonic()
    copy = Gimp.Layer.new(
        image, "copy", width, height, Gimp.ImageType.RGB_IMAGE, 100.0, Gimp.LayerMode.NORMAL
    )
    write(copy, read(layer, name), name)
    image.insert_layer(copy, None, 0)
    copy.add_mask(copy.create_mask(Gimp.AddMaskType.BLACK))
    write(copy.get_mask(), read(image.get_selection(), "Y u8"), "Y u8")
    gimp_s = time.monotonic() - started
    entry = "restore-colorize-from-reference"
    answer = call(entry, image=image, drawables=[layer], reference_layer=small)
    assert answer.status == "success", answer.message
    result = image.get_layers()[image.get_item_position(layer) - 1]
    empty = call("restore-colorize-repeat", image=image, drawables=[small])  # ends with a sentence
    found = {
        "menu to layer, s": answer.wall_s,
        "the same by GIMP alone, s": gimp_s,
        "starting a plug-in, s": empty.wall_s,
        "ratio": answer.wall_s / gimp_s,
        "is the same": alike(read(result, name), read(layer, name)),
    }
    image.delete()
    return found


def measure_large(bench: Bench, precision: str = "U8_NON_LINEAR") -> dict[str, float]:
    """Time a colorization of 24 megapixels by a server that gives them back."""
    plugin_bench.install(bench)
    with plugin_bench.mirror(bench, bench.visit.home.parent / "state"):
        found = bench.batch(color_large, timeout_s=600, precision=precision).value
    assert found.pop("is the same"), "the pixels did not come back whole"
    return found


def copy_a_reference() -> bool:
    from gi.repository import Gimp, Gio

    file = Gio.File.new_for_path("/src/samples/pair2-lake-reference.jpg")
    image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)
    return bool(Gimp.edit_copy(image.get_layers()))


def measure_gaps(bench: Bench) -> dict[str, float]:
    """Ask GIMP's and the plug-in's windows for answers during a job of 24 megapixels."""
    plugin_bench.install(bench)
    Image.linear_gradient("L").resize((6000, 4000)).save(bench.out / "photo.png")
    found: dict[str, float] = {}
    state = bench.visit.home.parent / "state"
    with plugin_bench.mirror(bench, state), Screen(bench) as screen:
        screen.open("/out/photo.png", timeout_s=300)
        screen.python(copy_a_reference)
        _watch(screen, "gimp", "idle")
        _await(bench.out / "gimp-idle.json.begun")
        time.sleep(5)
        found["GIMP's window, idle, ms"] = _longest_ms(bench, "gimp-idle")
        for app in ("gimp", PLUGIN):
            _watch(screen, app, "job")
        _await(bench.out / "gimp-job.json.begun")
        screen.choose("Filters", "Restore & Colorize", "Colorize from Reference…")
        screen.press(PLUGIN, role="check box", name="Reference from the clipboard", timeout_s=120)
        screen.press(PLUGIN, name="Colorize")
        screen.wait(PLUGIN, starts="Choose one or more", timeout_s=300)
        for value in (0.2, 0.6, 0.9):
            screen.set_value(value, PLUGIN, role="slider", name="Strength")
            time.sleep(1)
        screen.press(PLUGIN, name="Insert")
        screen.wait_window(r"RGB color.*2 layers", timeout_s=300)
        found["GIMP's window, job, ms"] = _longest_ms(bench, "gimp-job")
        found["our windows, job, ms (aim 150)"] = _longest_ms(bench, f"{PLUGIN}-job")
    return found


def _watch(screen: Screen, app: str, name: str) -> None:
    command = ["python3", GAPS, app, f"/out/{app}-{name}.json"]
    screen.start(command, f"/out/{app}-{name}.log")


def _longest_ms(bench: Bench, name: str) -> float:
    (bench.out / f"{name}.json.stop").touch()
    answer = bench.out / f"{name}.json"
    _await(answer)
    return float(json.loads(answer.read_text())["longest"][-1] * 1000)


def _await(file: Path) -> None:
    end = time.monotonic() + 300
    while not file.exists():
        assert time.monotonic() < end, f"no {file.name}, see its log"
        time.sleep(0.1)


MEASURES: dict[str, Callable[[Bench], dict[str, float]]] = {
    "query": measure_query,
    "50 old scripts": measure_legacy.measure,
    "24 megapixels, 8 bit": measure_large,
    "24 megapixels, 16 bit": lambda bench: measure_large(bench, "U16_NON_LINEAR"),
    "24 megapixels, float": lambda bench: measure_large(bench, "FLOAT_LINEAR"),
    "gaps": measure_gaps,
}


def main() -> None:
    """Measure what the command line names, or all."""
    out = Path(sys.argv[1] if len(sys.argv) > 1 else ".work/editors").resolve()
    names = sys.argv[2:] or list(MEASURES)
    root = Root(f"gimp-{os.environ.get('EDITORS_GIMP', '3.0')}")
    reason = root.why_not()
    if reason:
        sys.exit(reason)
    out.mkdir(parents=True, exist_ok=True)
    file = out / f"{root.name}.json"
    told = json.loads(file.read_text()) if file.exists() else {}
    for name in names:
        with tempfile.TemporaryDirectory(prefix="measure-") as folder:
            place = Path(folder)
            (place / "out").mkdir()
            try:
                told[name] = MEASURES[name](Bench.make(root, place / "home", place / "out"))
            except BaseException:
                shutil.copytree(place / "out", out / "failed", dirs_exist_ok=True)
                raise
        print(f"{name} ({root.name})")
        for label, value in told[name].items():
            print(f"  {label}: {value:.3g}", flush=True)
        file.write_text(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
