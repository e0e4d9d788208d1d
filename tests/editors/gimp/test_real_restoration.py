"""*Detect Damage…*, *Restore…* and *Restore & Colorize…* in GIMP, on the models that ship."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFilter
from restore_colorize.models import ModelStore

from tests.editors.gimp import plugin_bench
from tests.editors.gimp.bench import Bench

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
REAL = Path(__file__).with_name("real_server.py")
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


@pytest.mark.timeout(900)
def test_scratches_are_found_and_filled_and_the_rest_stays(bench: Bench, tmp_path: Path) -> None:
    if not any(model.entry.role == "restore.luma" for model in ModelStore.default().models):
        pytest.skip("no model that restores is installed")
    plugin_bench.install(bench)
    scratched(bench)
    with plugin_bench.mirror(bench, tmp_path / "state", REAL):
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
