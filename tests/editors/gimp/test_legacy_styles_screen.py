"""Five scripts of GIMP 2.10 from the menu: dialogs, what they make, and steps of undo."""

from __future__ import annotations

import time
from typing import Any

import pytest
from PIL import Image

from tests.editors.gimp.bench import Bench
from tests.editors.gimp.screen import TIMEOUT_S, Screen
from tests.editors.gimp.test_legacy import HERE, install

pytestmark = pytest.mark.timeout(900)
STYLES = ("border", "contact_sheet", "sepia_by_mask", "star_path", "watermark")


def state() -> dict[str, Any]:
    from gi.repository import Gegl, Gimp

    image = Gimp.get_images()[0]
    top = image.get_layers()[0]
    place = Gegl.Rectangle.new(30, 20, 1, 1)
    color = list(top.get_buffer().get(place, 1.0, "R'G'B' u8", Gegl.AbyssPolicy.NONE))
    return {
        "layers": [layer.get_name() for layer in image.get_layers()],
        "texts": [each.get_text() for each in top.get_children()] if top.is_group() else [],
        "paths": [
            len(path.stroke_get_points(stroke)[1])
            for path in image.get_paths()
            for stroke in path.get_strokes()
        ],
        "color": color,
        "has_mask": top.get_mask() is not None,
    }


def test_styles_ask_make_and_are_undone_at_once(bench: Bench) -> None:
    scripts = [HERE / "scripts" / "styles" / f"{name}.py" for name in STYLES]
    install(bench, scripts)
    Image.new("RGB", (60, 40), (200, 150, 100)).save(bench.out / "photo.png")
    with Screen(bench) as screen:
        screen.open("/out/photo.png")

        app = "python-fu-legacy-border"
        screen.choose("Filters", "Legacy", "Border...")
        screen.set_value(8, app, role="spin button")
        screen.shot("border")
        finish(screen, app)
        screen.wait_window(r"2 layers\) 76x56")
        undo(screen, r"1 layer\) 60x40")

        app = "python-fu-watermark"
        screen.choose("Filters", "Legacy", "Watermark...")
        screen.enter("typed", app, role="text")
        screen.shot("watermark")
        finish(screen, app)
        screen.wait_window("3 layers")
        told = screen.python(state)
        assert told["texts"] == ["typed"]
        undo(screen, r"1 layer\)")

        app = "python-fu-star-path"
        screen.choose("Filters", "Render", "Old shapes", "Star...")
        screen.set_value(6, app, role="spin button")
        screen.shot("star")
        finish(screen, app)
        told = screen.python(state)
        assert told["paths"] == [12 * 6], "the star has not twelve corners of six numbers"
        assert told["color"] == [255, 255, 0]
        undo(screen, r"1 layer\)")
        assert screen.python(state)["color"] == [200, 150, 100]

        app = "python-fu-sepia-by-mask"
        screen.choose("Filters", "Legacy", "Sepia by mask...")
        screen.press(app, name="Work on a copy")
        screen.shot("sepia")
        finish(screen, app)
        screen.wait_window("2 layers")
        told = screen.python(state)
        assert told["layers"] == ["Sepia", "photo.png"]
        assert told["has_mask"]

        screen.choose("Filters", "Legacy", "Contact sheet...")
        finish(screen, "python-fu-contact-sheet")
        screen.wait_window(r"\[Untitled\].*1 layer\) 60x32")
        assert screen.is_running()
        assert screen.deaths() == ()


def finish(screen: Screen, app: str) -> None:
    """Press OK and wait until the script has ended: until then its undo group is open."""
    screen.press(app, name="OK")
    end = time.monotonic() + TIMEOUT_S
    while app in screen.applications():
        assert time.monotonic() < end, f"{app} did not end"
        time.sleep(0.2)


def undo(screen: Screen, title: str) -> None:
    """Take one step back in the image's window, and wait for the title that tells it."""
    screen.focus(r"photo")
    screen.key("ctrl+z")
    screen.wait_window(title)
