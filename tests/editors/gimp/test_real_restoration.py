"""*Detect Damage…*, *Restore…* and *Restore & Colorize…* in GIMP, on the models that ship."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFilter

from tests.editors.gimp import plugin_bench
from tests.editors.gimp.bench import Bench
from tests.editors.gimp.pictures import keep_picture
from tests.editors.gimp.screen import Screen
from tests.editors.gimp.test_restore_screen import (
    APP,
    DONE,
    MENU,
    scratched_photo,
    set_theme,
)

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
MODEL_S = 300.0  # loading and running one, on a busy machine
NEEDS_A_MODEL = plugin_bench.needs_model("restore.luma")
LINES = (((40, 20), (210, 260)), ((330, 10), (250, 270)), ((20, 200), (380, 170)))


def scratched(bench: Bench) -> None:
    """Write a photograph, the same with scratches, and where these are."""
    with Image.open(SAMPLES / "pair2-lake-target.jpg") as photo:
        intact = photo.convert("L").resize((400, 280))
    marks = Image.new("L", intact.size, 0)
    for line in LINES:
        ImageDraw.Draw(marks).line(line, fill=255, width=3)
    torn = intact.copy()
    torn.paste(245, mask=marks.filter(ImageFilter.GaussianBlur(0.5)))
    for name, picture in (("intact", intact), ("photo", torn), ("marks", marks)):
        picture.save(bench.out / f"{name}.png")


def repaired() -> dict[str, Any]:
    """Mark the damage in a channel; repair it; restore a part; restore and color everything."""
    from gi.repository import Gimp, Gio
    from inside_gimp import call, read

    def opened(name: str) -> Any:
        file = Gio.File.new_for_path(name)
        return Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)

    def flat(image: Any) -> bytes:
        copy = image.duplicate()
        pixels = read(copy.flatten(), "Y' u8")
        copy.delete()
        return pixels

    def error(pixels: bytes) -> float:
        there = [(a - b) ** 2 for a, b, mark in zip(pixels, intact, marks, strict=True) if mark]
        return sum(there) / len(there)

    intact, marks = (flat(opened(f"/out/{name}.png")) for name in ("intact", "marks"))
    image = opened("/out/photo.png")
    photo, before = image.get_layers()[0], flat(image)
    found: dict[str, Any] = {}

    def run(key: str, entry: str, **more: Any) -> Any:
        more.setdefault("drawables", [photo])
        answer = call(f"restore-colorize-{entry}", image=image, **more)
        found[key] = [answer.status, answer.message]
        return answer

    channel = run("detect", "detect-damage", output="channel").values[0]
    shown = read(channel, "Y' u8")
    hits = sum(mark > 0 and value > 127 for mark, value in zip(marks, shown, strict=True))
    found["recall"] = hits / sum(mark > 0 for mark in marks)
    found["marked"] = sum(value > 127 for value in shown) / len(shown)

    run("repair", "restore", damage=channel)
    after = flat(image)
    found["outside damage"] = sum(
        a != b for a, b, value in zip(before, after, shown, strict=True) if value == 0
    )
    found["errors"] = [error(before), error(after)]
    image.remove_layer(image.get_layers()[0])

    image.select_rectangle(Gimp.ChannelOps.REPLACE, 120, 60, 160, 120)
    run("part", "restore")
    selected, after = read(image.get_selection(), "Y u8"), flat(image)
    pairs = list(zip(before, after, selected, strict=True))
    found["outside selection"] = sum(a != b for a, b, value in pairs if value == 0)
    found["inside selection"] = sum(a != b for a, b, value in pairs if value == 255)
    Gimp.Selection.none(image)
    image.remove_layer(image.get_layers()[0])

    reference = opened("/src/samples/pair2-lake-reference.jpg")
    run("both", "restore-and-colorize", reference_image=reference, tone=True)
    top = image.get_layers()[0]
    found["type"] = image.get_base_type().value_nick
    colors = read(top, "R'G'B' u8")
    found["colorful"] = sum(
        max(colors[at : at + 3]) - min(colors[at : at + 3]) for at in range(0, len(colors), 300)
    ) / (len(colors) / 300)
    found["names"] = [layer.get_name() for layer in image.get_layers()]
    run("again", "repeat", drawables=[top])
    found["is same"] = read(image.get_layers()[1]) == read(top)
    return found


def grow_what_is_selected() -> None:
    from gi.repository import Gimp

    Gimp.Selection.grow(Gimp.get_images()[0], 1)


def as_at_first() -> None:
    from gi.repository import Gimp

    image = Gimp.get_images()[0]
    Gimp.Selection.none(image)
    image.remove_layer(image.get_layers()[0])
    Gimp.displays_flush()


def bright_pixels(shot: Path, view: dict[str, Any]) -> list[int]:
    """Count them in a window's square view, left and right of its middle."""
    left, top, width, height = view["box"]
    side, margin = min(width, height), 4  # the line between before and after is bright, too
    left, top = left + (width - side) // 2, top + (height - side) // 2
    with Image.open(shot) as screen:
        shown = screen.convert("L").crop((left, top, left + side, top + side))
    halves = (0, 0, side // 2 - margin, side), (side // 2 + margin, 0, side, side)
    return [sum(shown.crop(half).histogram()[225:]) for half in halves]


@NEEDS_A_MODEL
@pytest.mark.timeout(1800)
def test_the_window_shows_before_and_after_what_was_found(bench: Bench, tmp_path: Path) -> None:
    plugin_bench.install(bench)
    set_theme(bench, "light")
    with plugin_bench.mirror(bench, tmp_path / "state", plugin_bench.REAL), Screen(bench) as screen:
        screen.open(scratched_photo(bench), timeout_s=300)
        screen.choose(*MENU, "Detect Damage…")
        screen.press(APP, role="button", name="Detect")
        screen.gone(APP, role="button", name="Detect")
        screen.gone(APP, role="button", name="Cancel", timeout_s=MODEL_S)
        screen.python(grow_what_is_selected)
        screen.choose(*MENU, "Restore…")
        screen.press(APP, role="check box", name="Selection is damage")
        screen.wait(APP, starts=DONE, timeout_s=MODEL_S)
        keep_picture(screen, "restore.jpg", title="Restore")
        view = screen.wait(APP, role="image", name="Before and after")
        before, after = bright_pixels(screen.shot("restoring"), view)
        assert before > 100
        assert after < before / 10
        screen.press(APP, role="button", name="Restore")
        screen.wait_window(r"[Gg]rayscale.*2 layers", timeout_s=MODEL_S)

        screen.python(as_at_first)
        screen.choose(*MENU, "Restore & Colorize…")
        screen.set_value(1.0, APP, role="slider", name="Eagerness")
        screen.wait(APP, starts=DONE, timeout_s=MODEL_S)
        keep_picture(screen, "restore-and-colorize.jpg", title="Restore & Colorize")
        screen.press(APP, name="Cancel")
        screen.gone(APP, name="Cancel")
        assert screen.deaths() == ()


@NEEDS_A_MODEL
@pytest.mark.timeout(900)
def test_scratches_are_found_and_filled_and_the_rest_stays(bench: Bench, tmp_path: Path) -> None:
    plugin_bench.install(bench)
    scratched(bench)
    with plugin_bench.mirror(bench, tmp_path / "state", plugin_bench.REAL):
        found = bench.batch(repaired, timeout_s=500).value
    for key in ("detect", "repair", "part", "both", "again"):
        assert found[key] == ["success", ""], found
    assert found["recall"] > 0.7
    assert found["marked"] < 0.08  # 2.6 % of the photograph is scratched
    assert found["outside damage"] == 0
    before, after = found["errors"]
    assert after < before / 3
    assert found["outside selection"] == 0
    assert found["inside selection"] > 100  # scratches run through it
    assert found["type"] == "rgb"
    assert found["colorful"] > 8
    assert found["is same"]
