"""*Colorize Automatically* and *Sample Colorizations…* in GIMP, on the model that ships."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.editors.gimp import plugin_bench
from tests.editors.gimp.bench import Bench

SAMPLES = Path(__file__).resolve().parents[3] / "samples"


def drawn() -> dict[str, Any]:
    """Draw one; three, two of them alike again; and a part anew between the colors around it."""
    from gi.repository import Gimp, Gio
    from inside_gimp import call, read

    file = Gio.File.new_for_path("/out/photo.png")
    image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)
    photo, found = image.get_layers()[0], {}

    def run(key: str, entry: str, **more: Any) -> Any:
        more.setdefault("drawables", [photo])
        answer = call(f"restore-colorize-{entry}", image=image, **more)
        found[key] = [answer.status, answer.message]

    def colors(layer: Any) -> bytes:
        return read(layer, "R'G'B' u8")

    def chroma(pixels: bytes) -> float:
        shown = range(0, len(pixels), 300)
        return sum(max(pixels[at : at + 3]) - min(pixels[at : at + 3]) for at in shown) / len(shown)

    run("automatic", "automatically", seed=3)
    best = image.get_layers()[0]
    found["type"] = image.get_base_type().value_nick
    found["chroma"] = chroma(colors(best))
    run("again", "repeat", drawables=[best])
    again = next(each for each in image.get_layers() if each not in (best, photo))
    found["is same"] = colors(again) == colors(best)
    image.remove_layer(again)

    run("samples", "samples", candidates=3, seed=5)
    group = next(each for each in image.get_layers() if each.is_group())
    several = [colors(each) for each in group.get_children()]
    found["different"] = len(set(several))
    image.remove_layer(group)

    image.select_rectangle(Gimp.ChannelOps.REPLACE, 120, 60, 160, 120)
    run("part", "samples", drawables=[best], candidates=1, seed=9)
    selected = read(image.get_selection(), "Y u8")
    copy = image.duplicate()
    before, after = colors(best), colors(copy.flatten())
    copy.delete()
    places = range(0, len(before), 3)
    moved = [before[at : at + 3] != after[at : at + 3] for at in places]
    found["outside"] = sum(m for m, value in zip(moved, selected, strict=True) if value == 0)
    found["inside"] = sum(m for m, value in zip(moved, selected, strict=True) if value == 255)
    found["selected"] = sum(value == 255 for value in selected)
    return found


@plugin_bench.needs_model("sample.prior")
@pytest.mark.timeout(900)
def test_draws_differ_can_be_repeated_and_stay_inside_the_selection(
    bench: Bench, tmp_path: Path
) -> None:
    plugin_bench.install(bench)
    with Image.open(SAMPLES / "pair2-lake-target.jpg") as photo:
        photo.convert("L").resize((400, 280)).save(bench.out / "photo.png")
    with plugin_bench.mirror(bench, tmp_path / "state", plugin_bench.REAL):
        found = bench.batch(drawn, timeout_s=500).value
    for key in ("automatic", "again", "samples", "part"):
        assert found[key] == ["success", ""], found
    assert found["type"] == "rgb"
    assert found["chroma"] > 8
    assert found["is same"]
    assert found["different"] == 3
    assert found["outside"] == 0
    assert found["inside"] > found["selected"] / 2
