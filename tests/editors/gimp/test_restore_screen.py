"""*Restore…* with its preview, on a virtual screen; the screenshots stand in the docs."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFilter

from tests.editors.gimp import plugin_bench
from tests.editors.gimp.bench import Bench
from tests.editors.gimp.screen import Screen
from tests.editors.gimp.test_restore import jobs_of

APP = "restore_colorize_gimp"
MENU = ("Filters", "Restore & Colorize")
SAMPLES = Path(__file__).resolve().parents[3] / "samples"
LIMIT_S = 60.0
DONE = "The frame's part"
FRAME = {"role": "image", "name": "Part to preview"}


def scratched_photo(bench: Bench) -> str:
    """Scratch a gray photograph, with fine lines and dust."""
    source = random.Random(3)
    with Image.open(SAMPLES / "pair2-lake-target.jpg") as photo:
        gray = photo.convert("L").resize((900, round(900 * photo.height / photo.width)))
    gray = gray.point(lambda shade: shade * 7 // 10)
    marks = Image.new("L", gray.size, 0)
    draw = ImageDraw.Draw(marks)
    for _each in range(14):
        x, y = source.randrange(gray.width), source.randrange(gray.height)
        end = (x + source.randint(-200, 200), y + source.randint(60, 300))
        draw.line([(x, y), end], fill=255, width=2)
    for _each in range(60):
        x, y = source.randrange(gray.width), source.randrange(gray.height)
        draw.ellipse([x, y, x + 4, y + 4], fill=255)
    soft = marks.filter(ImageFilter.GaussianBlur(0.6))
    gray.paste(245, mask=soft)
    gray.save(bench.out / "photo.png")
    return "/out/photo.png"


def set_theme(bench: Bench, scheme: str) -> None:
    with (bench.profile / "gimprc").open("a") as file:
        file.write(f'(theme-color-scheme {scheme})\n(icon-theme "Default")\n')


def wait_for(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < end, "what was waited for did not happen"
        time.sleep(0.1)


def regions(state: Path) -> list[tuple[int, int]]:
    """Return where the previewed parts began, in the order of the jobs."""
    jobs = [job["region"] for job in jobs_of(state) if "region" in job]
    return [(job.get("x", 0), job.get("y", 0)) for job in jobs]


@pytest.mark.timeout(900)
def test_a_movable_part_is_previewed_before_the_whole(bench: Bench, tmp_path: Path) -> None:
    plugin_bench.install(bench)
    set_theme(bench, "dark")
    state = tmp_path / "state"
    tasks = plugin_bench.TASKS
    with plugin_bench.mirror(bench, state, tasks) as server, Screen(bench) as screen:
        (state / "look").touch()
        screen.open(scratched_photo(bench), timeout_s=300)
        screen.choose(*MENU, "Restore…")
        frame = screen.wait(APP, **FRAME)
        screen.wait(APP, starts=DONE)
        screen.shot("restore-dark")
        (first,) = regions(state)
        left, top, width, height = frame["box"]
        screen.click(left + width // 4, top + height // 2)
        wait_for(lambda: len(regions(state)) == 2)
        wait_for(lambda: screen.wait(APP, **FRAME)["is_focused"])
        screen.key("Right", "Down")
        wait_for(lambda: len(regions(state)) == 3)
        second, third = regions(state)[1:]
        assert second[0] < first[0]
        assert third[0] > second[0]
        assert third[1] == second[1] + 96  # a quarter of the frame
        assert "arrow keys" in screen.wait(APP, **FRAME)["description"]
        screen.wait(APP, starts=DONE)

        (state / "hold").touch()
        screen.set_value(0.7, APP, role="slider", name="Eagerness")
        screen.wait(APP, starts="Restoring")
        screen.press(APP, role="button", name="Restore")
        wait_for(lambda: (state / "cancelled").exists())  # the preview gives way to the whole
        screen.gone(APP, **FRAME)
        screen.wait(APP, starts="Restoring")
        screen.shot("restore-progress")
        (state / "cancelled").unlink()
        screen.press(APP, name="Cancel")
        wait_for(lambda: (state / "cancelled").exists())
        screen.gone(APP, name="Cancel")
        screen.wait_window(r"[Gg]rayscale.*1 layer\b")
        (state / "hold").unlink()

        screen.choose(*MENU, "Restore…")
        screen.wait(APP, starts=DONE)
        screen.press(APP, role="button", name="Restore")
        screen.wait_window(r"[Gg]rayscale.*2 layers")
        assert "region" not in jobs_of(state)[-1]
        screen.shot("restored")
        screen.focus("2 layers")
        screen.key("ctrl+z")
        screen.wait_window(r"[Gg]rayscale.*1 layer\b")
        screen.key("ctrl+f")  # with the last values, so without a question
        screen.wait_window(r"[Gg]rayscale.*2 layers")

        screen.choose(*MENU, "Restore & Colorize…")
        screen.wait(APP, role="button", name="More reference files")
        screen.wait(APP, starts=DONE)
        screen.shot("restore-and-colorize")
        screen.press(APP, name="Cancel")
        screen.gone(APP, name="Cancel")

        (state / "lacks").write_text("restore detect_damage")
        screen.choose(*MENU, "Restore…")
        screen.wait(APP, starts="This server (version 0.1.0) cannot restore photographs yet")
        assert not screen.wait(APP, name="Restore", role="button")["is_sensitive"]
        screen.shot("restore-missing")
        screen.press(APP, name="Cancel")
        screen.gone(APP, name="Cancel")
        screen.choose(*MENU, "Detect Damage…")
        screen.wait(APP, starts="This server (version 0.1.0) cannot")
        screen.press(APP, name="Cancel")
        screen.gone(APP, name="Cancel")

        server.kill()
        screen.choose(*MENU, "Restore…")
        screen.wait(APP, starts="Nothing answers")
        screen.shot("restore-without-server")
        screen.press(APP, name="Cancel")
        assert screen.is_running()
        assert screen.deaths() == ()
