"""Scripts of GIMP 2.10 from the menu: their dialogs, what they make, and one step of undo."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

from tests.editors.gimp.bench import Bench
from tests.editors.gimp.screen import Screen
from tests.editors.gimp.test_legacy import HERE, install

pytestmark = pytest.mark.timeout(900)
LAYERS, KINDS = "python-fu-layers-and-groups", "python-fu-every-kind"


def layer_names() -> list[list[str]]:
    from gi.repository import Gimp

    layers = Gimp.get_images()[0].get_layers()
    return [[layer.get_name(), *(each.get_name() for each in layer.get_children())]
            if layer.is_group() else [layer.get_name()] for layer in layers]  # fmt: skip


def last_values(name: str) -> list[Any]:
    from gi.repository import Gimp
    from inside_gimp import call

    image = Gimp.get_images()[0]
    mode = Gimp.RunMode.WITH_LAST_VALS
    return call(name, run_mode=mode, image=image, drawables=image.get_layers()[-1:]).values


def test_scripts_ask_make_and_are_undone_at_once(bench: Bench) -> None:
    names = ("layers_and_groups.py", "every_kind.py", "../faulty/raises.py")
    install(bench, [HERE / "scripts" / name for name in names])
    Image.new("RGB", (60, 40), (10, 20, 30)).save(bench.out / "photo.png")
    with Screen(bench) as screen:
        screen.open("/out/photo.png")
        screen.choose("Filters", "Legacy", "Layers and groups...")
        screen.enter("typed", LAYERS, role="text")
        screen.shot("dialog")
        screen.press(LAYERS, name="OK")
        screen.wait_window("6 layers")
        assert screen.python(layer_names) == [
            ["typed", "typed 2", "typed 1", "typed 0"],
            ["photo.png copy"],
            ["photo.png"],
        ]
        screen.focus("6 layers")
        screen.key("ctrl+z")
        screen.wait_window("1 layer")

        screen.choose("Filters", "Legacy", "Every kind...")
        screen.wait(KINDS, name="OK")
        screen.shot("every-kind")
        screen.set_value(3, KINDS, role="spin button")
        screen.press(KINDS, name="OK")
        screen.gone(KINDS, name="OK")

        screen.choose("Filters", "Legacy", "Raises")
        screen.press("python-fu-raises", name="OK")
        screen.wait("gimp", starts="Execution error for 'Raises'")
        screen.shot("error")
        assert screen.is_running()
        told = screen.python(last_values, name=KINDS)[0].split("|")
        assert told[:2] == ["3", "16"], "the last values are not those of the dialog"
        assert screen.deaths() == ()
