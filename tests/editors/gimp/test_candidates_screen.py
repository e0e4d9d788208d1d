"""The candidate window on a virtual screen: keyboard, more samples, earlier results, troubles."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from restore_colorize_client.editing import HISTORY_NAME

from tests.editors.gimp import plugin_bench
from tests.editors.gimp.bench import Bench
from tests.editors.gimp.pictures import keep_picture
from tests.editors.gimp.sampling_server import SamplingServer, sampling, tint
from tests.editors.gimp.screen import TIMEOUT_S, Screen

pytestmark = pytest.mark.timeout(900)

APP = "restore_colorize_gimp"
MENU = ("Filters", "Restore & Colorize")
TITLE = "Sample Colorizations"
SAMPLE = (*MENU, f"{TITLE}…")
SAMPLES = Path(__file__).resolve().parents[3] / "samples"


def gray_photo(bench: Bench) -> str:
    with Image.open(SAMPLES / "pair2-lake-target.jpg") as photo:
        photo.convert("L").reduce(2).save(bench.out / "lake.png")
    return "/out/lake.png"


def layers_on_screen() -> list[Any]:
    """Name every layer, and say which tint it is of the photograph."""
    from gi.repository import Gimp
    from inside_gimp import read

    image = Gimp.get_images()[0]
    photo = read(image.get_layers()[-1], "Y' u8")
    at = max(range(len(photo)), key=photo.__getitem__)

    def look(layer: Gimp.Layer) -> list[Any]:
        if layer.is_group():
            return [layer.get_name(), *map(look, layer.get_children())]
        return [layer.get_name(), list(read(layer, "R'G'B' u8")[3 * at : 3 * at + 3]), photo[at]]

    return list(map(look, image.get_layers()))


def choose_the_photo() -> None:
    from gi.repository import Gimp

    image = Gimp.get_images()[0]
    image.set_selected_layers(image.get_layers()[-1:])


def parasites_kept_and_saved() -> list[list[str]]:
    from gi.repository import Gimp, Gio

    image = Gimp.get_images()[0]
    file = Gio.File.new_for_path("/out/saved.xcf")
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, file, None)
    again = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)
    names = [list(image.get_parasite_list()), list(again.get_parasite_list())]
    again.delete()
    return names


def is_tinted(layer: list[Any], seed: int) -> bool:
    _, pixel, gray = layer
    wanted = [gray * part / 256 for part in tint(seed)]
    return max(abs(one - other) for one, other in zip(pixel, wanted, strict=True)) < 2


def wait_for(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + TIMEOUT_S
    while not condition():
        assert time.monotonic() < end, "what was waited for did not happen"
        time.sleep(0.1)


def draw(screen: Screen) -> None:
    """Choose the entry and press the button of its dialog."""
    screen.choose(*SAMPLE)
    screen.wait(APP, name="Colorize")
    keep_picture(screen, "sample-colorizations.png")
    screen.press(APP, name="Colorize")


def tile(screen: Screen, seed: int, nth: int = 0) -> dict[str, Any]:
    return screen.wait(APP, role="toggle button", starts=f"Sample {seed},", nth=nth)


def set_theme(bench: Bench, scheme: str) -> None:
    with (bench.profile / "gimprc").open("a") as file:
        file.write(f'(theme-color-scheme {scheme})\n(icon-theme "Default")\n')


def test_samples_are_compared_chosen_by_keyboard_and_found_again(bench: Bench) -> None:
    plugin_bench.install(bench)
    set_theme(bench, "dark")
    with sampling(bench) as server, Screen(bench) as screen:
        screen.open(gray_photo(bench))
        draw(screen)
        tile(screen, 3)
        screen.wait(APP, starts="Choose one or more")
        assert screen.unnamed(APP) == []
        for name in ("Before and after", "Strength", "Saturation"):
            assert "labelled-by" in screen.wait(APP, role="slider", name=name)["relations"]
        assert tile(screen, 0)["is_checked"]

        screen.press(APP, name="New Samples")
        wait_for(lambda: tile(screen, 4)["is_focused"])
        assert [job.seed for job in server.jobs] == [0, 4]
        screen.wait(APP, starts="Choose one or more")
        screen.focus(f"^{TITLE}")
        screen.key("Right", "space")
        wait_for(lambda: tile(screen, 5)["is_checked"])
        screen.key("Left", "Left", "Left")
        wait_for(lambda: tile(screen, 2)["is_focused"])
        screen.key("space")
        wait_for(lambda: tile(screen, 2)["is_checked"])
        screen.press(APP, role="check box", name="Mix by region")
        screen.shot("samples")
        screen.key("Return")
        screen.wait_window(r"RGB color.*5 layers")
        group, photo = screen.python(layers_on_screen)
        assert group[0] == "Colorized (3 to mix)"
        assert [is_tinted(layer, seed) for layer, seed in zip(group[1:], (5, 2, 0), strict=True)]
        assert photo[0] == "lake.png"
        screen.shot("mixed")
        screen.focus("layers")
        screen.key("ctrl+z")
        screen.wait_window(r"[Gg]rayscale.*1 layer\b")
        screen.key("ctrl+y")
        screen.wait_window(r"RGB color.*5 layers")
        screen.python(choose_the_photo)
        choose_an_earlier_one(screen, server)
        kept, saved = screen.python(parasites_kept_and_saved)
        assert HISTORY_NAME in kept
        assert HISTORY_NAME not in saved
        assert screen.deaths() == ()


def choose_an_earlier_one(screen: Screen, server: SamplingServer) -> None:
    """Take sample 6, which was not inserted, and was made while the photograph was gray."""
    draw(screen)
    screen.wait(APP, starts="Choose one or more")
    screen.press(APP, role="toggle button", name="Earlier results of this layer")
    screen.press(APP, role="toggle button", starts="Sample 6,")
    screen.press(APP, role="toggle button", starts="Sample 0,")
    screen.shot("earlier")
    jobs = len(server.jobs)
    screen.press(APP, name="Insert")
    screen.wait_window(r"RGB color.*6 layers")
    assert [job.HasField("repeat") for job in server.jobs[jobs:]] == [True]
    _group, top, _photo = screen.python(layers_on_screen)
    assert top[0] == "Colorized · fake-sampler · seed 6"
    assert is_tinted(top, 6)


def test_what_goes_wrong_meanwhile_is_said_in_the_window(bench: Bench) -> None:
    plugin_bench.install(bench)
    set_theme(bench, "light")
    with sampling(bench) as server, Screen(bench) as screen:
        screen.open(gray_photo(bench))
        server.hold.set()
        draw(screen)
        screen.wait(APP, starts="Drawing colors, about 42 s left")
        screen.shot("waiting")
        screen.focus(f"^{TITLE}")
        screen.key("Escape")
        wait_for(lambda: server.cancelled == 1)
        screen.gone(APP, name="Cancel")
        server.hold.clear()

        draw(screen)
        screen.wait(APP, starts="Choose one or more")
        server.fails = True
        screen.press(APP, name="New Samples")
        screen.wait(APP, starts="The sampler failed")
        server.fails = False
        assert screen.wait(APP, name="Insert")["is_sensitive"]

        server.forget()
        screen.wait(APP, starts="The server no longer keeps")
        wait_for(lambda: server.open == 0)
        screen.shot("forgotten")
        jobs = len(server.jobs)
        screen.set_value(0.0, APP, role="slider", name="Strength")
        wait_for(lambda: len(server.jobs) > jobs)
        assert server.jobs[-1].HasField("repeat")
        screen.set_value(1.0, APP, role="slider", name="Strength")
        screen.wait(APP, starts="Choose one or more")
        server.forget()
        screen.wait(APP, starts="The server no longer keeps")
        screen.press(APP, name="Insert")
        screen.wait_window(r"RGB color.*2 layers")
        assert is_tinted(screen.python(layers_on_screen)[0], 0)
        close_the_image_meanwhile(screen, server)
        assert screen.deaths() == ()


def close_the_image_meanwhile(screen: Screen, server: SamplingServer) -> None:
    draw(screen)
    screen.wait(APP, starts="Choose one or more")
    wait_for(lambda: server.open == 1)
    screen.focus("2 layers")
    screen.key("ctrl+w")
    screen.press("gimp", name="Discard Changes")
    screen.wait(APP, starts="The image was closed")
    screen.shot("image-closed")
    assert not screen.wait(APP, name="Insert")["is_sensitive"]
    assert not screen.wait(APP, name="New Samples")["is_sensitive"]
    wait_for(lambda: server.open == 0)
    screen.press(APP, name="Cancel")
    screen.gone(APP, name="Insert")
    assert screen.is_running()


def test_a_server_without_samples_is_told_in_the_dialog(bench: Bench) -> None:
    plugin_bench.install(bench)
    with sampling(bench, "colorize"), Screen(bench) as screen:
        screen.open(gray_photo(bench))
        assert screen.menu(*SAMPLE)["is_sensitive"]
        screen.choose(*SAMPLE)
        screen.wait(APP, starts="This server (version 0.1.0) cannot color without a reference")
        screen.shot("missing")
        assert not screen.wait(APP, name="Colorize")["is_sensitive"]
        screen.press(APP, name="Cancel")
        screen.choose(*MENU, "Colorize Automatically")
        screen.wait("gimp", starts="Execution error")
        screen.shot("automatically")
        assert screen.deaths() == ()
