"""That the bench works: GIMP starts, runs our code and our plug-in, and failures are noticed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.editors.gimp.bench import Bench, GimpFailed

PROBE = Path(__file__).resolve().parent / "probe" / "rc-probe"


def invert_a_file(path: str) -> dict[str, Any]:
    from gi.repository import Gimp, Gio
    from inside_gimp import call, read

    image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(path))
    source = image.get_layers()[0]
    before = read(source, "R'G'B' u8")
    answer = call("rc-probe-invert", image=image, drawables=[source], name="Inverted")
    layers = image.get_layers()
    found = {
        "version": Gimp.version(),
        "status": answer.status,
        "names": [layer.get_name() for layer in layers],
        "is_inverted": read(layers[0], "R'G'B' u8") == bytes(255 - value for value in before),
        "is_source_unchanged": read(source, "R'G'B' u8") == before,
        "first": list(before[:3]),
    }
    image.delete()
    return found


def call_procedures(names: list[str]) -> list[str]:
    from gi.repository import Gimp
    from inside_gimp import call

    image = Gimp.Image.new(8, 8, Gimp.ImageBaseType.RGB)
    layer = Gimp.Layer.new(image, "a", 8, 8, Gimp.ImageType.RGB_IMAGE, 100.0, Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, None, 0)
    statuses = [call(name, image=image, drawables=[layer]).status for name in names]
    image.delete()
    return statuses


def raise_something() -> None:
    raise RuntimeError("from inside of GIMP")


def never_end() -> None:
    import time

    time.sleep(3600)


@pytest.mark.smoke
def test_a_plugin_runs_without_a_display(bench: Bench) -> None:
    Image.new("RGB", (40, 30), (200, 100, 50)).save(bench.out / "photo.png")
    bench.install(PROBE)
    found = bench.batch(invert_a_file, path="/out/photo.png").value
    assert found.pop("version").startswith(bench.version)
    assert found == {
        "status": "success",
        "names": ["Inverted", "Background"],
        "is_inverted": True,
        "is_source_unchanged": True,
        "first": [200, 100, 50],
    }


def test_plugins_that_die_are_noticed(bench: Bench) -> None:
    bench.install(PROBE)
    names = ["rc-probe-abort", "rc-probe-stumble"]
    run = bench.batch(call_procedures, names=names, may_die=True)
    assert "success" not in run.value
    assert any("crashed" in line for line in run.deaths)
    assert any("Traceback" in line for line in run.deaths)
    with pytest.raises(GimpFailed, match="a plug-in died"):
        bench.batch(call_procedures, names=["rc-probe-stumble"])


def test_what_the_code_inside_raises_arrives_here(bench: Bench) -> None:
    with pytest.raises(GimpFailed, match="RuntimeError: from inside of GIMP"):
        bench.batch(raise_something)


def test_a_gimp_that_hangs_is_ended(bench: Bench) -> None:
    with pytest.raises(GimpFailed, match="did not end within"):
        bench.batch(never_end, timeout_s=5)
