"""That GIMP can be worked like a user does: menu, dialog, result, undo, screenshots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.editors.gimp.bench import Bench, GimpFailed
from tests.editors.gimp.screen import Screen

PROBE = Path(__file__).resolve().parent / "probe" / "rc-probe"
MENU = ("Filters", "Restore & Colorize", "Probe (invert)…")


def layers_on_screen() -> list[dict[str, Any]]:
    from gi.repository import Gimp
    from inside_gimp import read

    layers = Gimp.get_images()[0].get_layers()
    return [{"name": layer.get_name(), "first": list(read(layer)[:4])} for layer in layers]


def test_a_plugin_runs_from_the_menu_and_is_undone_at_once(bench: Bench) -> None:
    photo = Image.radial_gradient("L").resize((400, 300)).convert("RGB")
    photo.putpixel((0, 0), (200, 100, 50))
    photo.save(bench.out / "photo.png")
    bench.install(PROBE)
    with Screen(bench) as screen:
        screen.open("/out/photo.png")
        assert screen.menu(*MENU)["is_sensitive"]
        with pytest.raises(GimpFailed, match=r"waited 0\.5 s for a widget"):
            screen.wait("gimp", name="No such button", timeout_s=0.5)
        screen.choose(*MENU)
        screen.enter("Typed name", "rc-probe", role="text")
        screen.shot("dialog")
        screen.press("rc-probe", name="OK")
        screen.wait_window("2 layers")
        assert screen.python(layers_on_screen) == [
            {"name": "Typed name", "first": [55, 155, 205, 255]},
            {"name": "photo.png", "first": [200, 100, 50, 255]},
        ]
        screen.shot("result")
        screen.focus("2 layers")
        screen.key("ctrl+z")
        screen.wait_window("1 layer")
        screen.key("ctrl+y")
        screen.wait_window("2 layers")
        assert screen.deaths() == ()
    with Image.open(bench.out / "result.png") as shot:
        assert shot.size == (1600, 1000)
