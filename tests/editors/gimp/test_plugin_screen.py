"""The plug-in with its windows, on a virtual screen."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from tests.editors.gimp import plugin_bench
from tests.editors.gimp.bench import Bench
from tests.editors.gimp.pictures import keep_picture
from tests.editors.gimp.screen import Screen

APP = "restore_colorize_gimp"
MENU = ("Filters", "Restore & Colorize")
FROM_REFERENCE = (*MENU, "Colorize from Reference…")
LIMIT_S = 60.0
SAMPLES = Path(__file__).resolve().parents[3] / "samples"


def gray_photo(bench: Bench) -> str:
    Image.linear_gradient("L").save(bench.out / "photo.png")
    return "/out/photo.png"


def copy_to_the_clipboard() -> bool:
    from gi.repository import Gimp

    return bool(Gimp.edit_copy(Gimp.get_images()[0].get_layers()[:1]))


def top_is_negative() -> list[object]:
    """Look at the inserted layer, and repeat it."""
    from gi.repository import Gimp
    from inside_gimp import call, read

    image = Gimp.get_images()[0]
    top, photo = image.get_layers()
    pixels = [read(each, "R'G'B' u8") for each in (top, photo)]
    is_negative = pixels[0] == bytes(255 - value for value in pixels[1])
    again = call("restore-colorize-repeat", image=image, drawables=[top])
    return [is_negative, again.status, read(image.get_layers()[1], "R'G'B' u8") == pixels[0]]


def wait_for(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < end, "what was waited for did not happen"
        time.sleep(0.1)


def ask(screen: Screen) -> None:
    """Choose the entry, take the clipboard as reference, and press the button."""
    screen.choose(*FROM_REFERENCE)
    box = screen.wait(APP, role="check box", name="Reference from the clipboard")
    screen.wait(APP, starts="This image holds no colors")
    keep_picture(screen, "colorize-from-reference.png")
    if not box["is_checked"]:
        screen.press(APP, role="check box", name="Reference from the clipboard")
    screen.press(APP, name="Colorize")


def test_one_undo_takes_a_result_back_and_cancel_ends_a_job(bench: Bench, tmp_path: Path) -> None:
    plugin_bench.install(bench)
    state = tmp_path / "state"
    with plugin_bench.mirror(bench, state) as server, Screen(bench) as screen:
        screen.open(gray_photo(bench))
        screen.python(copy_to_the_clipboard)
        ask(screen)
        screen.wait(APP, role="toggle button", starts="Candidate 0")
        screen.wait(APP, starts="Choose one or more")
        screen.set_value(0.0, APP, role="slider", name="Strength")
        screen.shot("candidates")
        screen.press(APP, name="Insert")
        screen.wait_window(r"RGB color.*2 layers")
        assert screen.python(top_is_negative) == [True, "success", True]
        screen.wait_window(r"RGB color.*3 layers")
        screen.focus("3 layers")
        screen.key("ctrl+z")
        screen.shot("result")
        screen.focus("2 layers")
        screen.key("ctrl+z")
        screen.wait_window(r"[Gg]rayscale.*1 layer\b")
        screen.key("ctrl+f")  # with the last values, so without a question
        screen.wait_window(r"RGB color.*2 layers")
        screen.focus("2 layers")
        screen.key("ctrl+z")
        screen.wait_window(r"[Gg]rayscale.*1 layer\b")

        (state / "hold").touch()
        ask(screen)
        screen.wait(APP, starts="Coloring")
        screen.shot("progress")
        screen.press(APP, name="Cancel")
        wait_for(lambda: (state / "cancelled").exists())
        screen.gone(APP, name="Cancel")
        screen.wait_window(r"[Gg]rayscale.*1 layer\b")

        ask(screen)
        screen.wait(APP, starts="Coloring")
        server.kill()
        screen.wait("gimp", starts="Execution error")
        screen.shot("server-killed")
        screen.wait_window(r"[Gg]rayscale.*1 layer\b")
        assert screen.is_running()
        assert screen.deaths() == ()


def test_a_wrong_token_is_said(bench: Bench, tmp_path: Path) -> None:
    plugin_bench.install(bench)
    state = tmp_path / "state"
    with plugin_bench.mirror(bench, state), Screen(bench) as screen:
        screen.open(gray_photo(bench))
        screen.python(copy_to_the_clipboard)

        screen.choose(*MENU, "Server…")
        screen.wait(APP, role="text", nth=0)
        screen.shot("server")
        screen.press(APP, name="Connect")
        screen.wait(APP, starts="Server ")
        screen.shot("server-report")
        screen.press(APP, name="Close")
        screen.gone(APP, name="Close")

        plugin_bench.tell_server(bench, state, token="wrong")
        ask(screen)
        screen.wait("gimp", starts="Execution error")
        screen.shot("wrong-token")
        screen.press("gimp", name="OK")
        assert screen.is_running()
        assert screen.deaths() == ()


def copy_the_reference() -> bool:
    from gi.repository import Gimp, Gio

    file = Gio.File.new_for_path("/src/samples/pair2-lake-reference.jpg")
    image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)
    return bool(Gimp.edit_copy(image.get_layers()[:1]))


def test_a_photograph_is_colored_with_a_server_started_on_demand(bench: Bench) -> None:
    plugin_bench.install(bench, sys.executable)
    with Image.open(SAMPLES / "pair2-lake-target.jpg") as photo:
        photo.convert("L").save(bench.out / "lake.png")
    with Screen(bench.with_server()) as screen:
        screen.open("/out/lake.png")
        screen.python(copy_the_reference)
        ask(screen)
        screen.wait(APP, starts="Choose one or more", timeout_s=120)
        screen.set_value(0.7, APP, role="slider", name="Saturation")
        time.sleep(1.0)  # the preview follows; nothing says when it is painted
        keep_picture(screen, "candidates.jpg")
        screen.press(APP, name="Insert")
        screen.wait_window(r"RGB color.*2 layers")
        screen.shot("photograph-inserted")
        screen.focus("2 layers")
        screen.key("ctrl+z")
        screen.wait_window(r"[Gg]rayscale.*1 layer\b")
        assert screen.deaths() == ()
