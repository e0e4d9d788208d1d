"""No worker's thread touches Gimp, Gegl or Gtk: looked at while the plug-in runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.editors.gimp import plugin_bench
from tests.editors.gimp.bench import Bench

GUARD = "/src/tests/editors/gimp/inside/guard"


def touch_gimp_elsewhere() -> int:
    """What the guard must notice."""
    import threading

    from gi.repository import Gimp

    image = Gimp.Image.new(9, 9, Gimp.ImageBaseType.RGB)
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(image.get_width()))
    thread.start()
    thread.join()
    image.delete()
    return found[0]


def run_entries() -> list[Any]:
    from gi.repository import Gimp
    from inside_gimp import call

    image = Gimp.Image.new(20, 10, Gimp.ImageBaseType.RGB)
    layer = Gimp.Layer.new(
        image, "photo", 20, 10, Gimp.ImageType.RGB_IMAGE, 100.0, Gimp.LayerMode.NORMAL
    )
    image.insert_layer(layer, None, 0)
    name = "restore-colorize-from-reference"
    statuses = [call(name, image=image, drawables=[layer], reference_layer=layer)]
    result = image.get_layers()[0]
    statuses.append(call("restore-colorize-repeat", image=image, drawables=[result]))
    statuses += [call(f"restore-colorize-{each}") for each in ("server", "check-setup")]
    statuses += [
        call(f"restore-colorize-{each}", image=image, drawables=[layer])
        for each in ("automatically", "detect-damage", "suggest-references")
    ]
    image.delete()
    return [answer.status for answer in statuses]


def test_touching_gimp_on_another_thread_is_noticed(bench: Bench) -> None:
    guarded = bench.with_env(PYTHONPATH=GUARD)
    assert guarded.batch(touch_gimp_elsewhere, timeout_s=280).value == 9
    assert "Image.get_width" in (bench.out / "off-thread.txt").read_text()


def test_the_network_never_touches_gimp(bench: Bench, tmp_path: Path) -> None:
    plugin_bench.install(bench)
    with plugin_bench.mirror(bench, tmp_path / "state"):
        run = bench.with_env(PYTHONPATH=GUARD).batch(run_entries, timeout_s=280)
    assert run.value[:4] == ["success"] * 4
    assert not (bench.out / "off-thread.txt").exists()
