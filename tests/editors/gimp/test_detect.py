"""*Detect Damage…* in GIMP, on a server that calls bright places damaged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.editors.gimp import plugin_bench
from tests.editors.gimp.bench import Bench
from tests.editors.gimp.test_restore import jobs_of


def detections() -> dict[str, Any]:
    """Ask for a selection and for a channel, also where something is selected."""
    from gi.repository import Gimp
    from inside_gimp import call, read
    from restorations import HEIGHT, LAYER, OFFSET, WIDTH, new_image

    name = "restore-colorize-detect-damage"
    image, photo = new_image(Gimp.ImageBaseType.GRAY, Gimp.Precision.U8_NON_LINEAR)
    shades = read(photo, "Y' u8")
    wanted = [0] * (WIDTH * HEIGHT)
    for row in range(max(OFFSET[1], 0), min(OFFSET[1] + LAYER[1], HEIGHT)):
        for column in range(OFFSET[0], min(OFFSET[0] + LAYER[0], WIDTH)):
            shade = shades[(row - OFFSET[1]) * LAYER[0] + column - OFFSET[0]]
            wanted[row * WIDTH + column] = shade if shade >= 200 else 0

    def state() -> list[object]:
        return [len(image.get_layers()), len(image.get_channels())]

    found: dict[str, Any] = {}
    answer = call(name, image=image, drawables=[photo])
    found["selection"] = [answer.status, answer.message, answer.values[0] is None, state()]
    found["values"] = list(read(image.get_selection(), "Y u8")) == wanted
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 10, 5, 12, 9)
    answer = call(name, image=image, drawables=[photo], output="channel")
    channel = answer.values[0]
    found["channel"] = [answer.status, answer.message, channel.get_name(), state()]
    selected = read(image.get_selection(), "Y u8")
    inside = [value if chosen else 0 for value, chosen in zip(wanted, selected, strict=True)]
    found["inside"] = list(read(channel, "Y' u8")) == inside
    found["still chosen"] = image.get_selected_layers() == [photo]
    found["visible"] = channel.get_visible()

    Gimp.Selection.none(image)
    photo.fill(Gimp.FillType.BACKGROUND)
    photo.brightness_contrast(-1.0, 0.0)
    answer = call(name, image=image, drawables=[photo])
    found["nothing"] = [answer.status, Gimp.Selection.is_empty(image)]
    found["two"] = call(name, image=image, drawables=[photo, photo.copy()])[:2]
    image.delete()
    return found


@pytest.mark.timeout(900)
def test_damage_becomes_a_selection_or_a_channel(bench: Bench, tmp_path: Path) -> None:
    plugin_bench.install(bench)
    state = tmp_path / "state"
    with plugin_bench.mirror(bench, state, plugin_bench.TASKS):
        run = bench.batch(detections, timeout_s=200)
    found = run.value
    assert found["selection"] == ["success", "", True, [1, 0]]
    assert found["values"]
    assert found["channel"] == ["success", "", "Damage of “photo”", [1, 1]]
    assert found["inside"]
    assert found["still chosen"]
    assert found["visible"]
    assert found["nothing"] == ["success", True]
    assert "No damage was found" in run.finished.stdout + run.finished.stderr
    assert found["two"] == [
        "execution-error",
        "Several layers are chosen: choose the photograph's alone.",
    ]
    assert {job["detect_damage"]["sensitivity"] for job in jobs_of(state)} == {0.5}
