"""*Restore…* and *Restore & Colorize…* in GIMP, on a server that gives negatives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.editors.gimp import plugin_bench
from tests.editors.gimp.bench import Bench


def jobs_of(state: Path) -> list[dict[str, Any]]:
    """Return the headers of all jobs that the server got."""
    return [json.loads(line) for line in (state / "jobs.jsonl").read_text().splitlines()]


def roles(job: dict[str, Any]) -> list[str]:
    return [plane["role"] for plane in job["planes"]]


def restorations() -> dict[str, Any]:
    """Restore a photograph as a whole, where selected, and where damage is shown."""
    from gi.repository import Gimp
    from inside_gimp import call, read, write
    from restorations import flat, in_image, new_image, weighed

    found: dict[str, Any] = {}
    name = "restore-colorize-restore"

    image, photo = new_image(Gimp.ImageBaseType.GRAY, Gimp.Precision.U8_NON_LINEAR)
    before = read(photo, "Y' u8")
    answer = call(name, image=image, drawables=[photo], seed=3, eagerness=0.25, tone=True)
    top = image.get_layers()[0]
    found["whole"] = {
        "status": [answer.status, answer.message],
        "base": image.get_base_type().value_nick,
        "name": top.get_name(),
        "offset": list(top.get_offsets())[1:],
        "has_mask": top.get_mask() is not None,
        "is_negative": read(top, "Y' u8") == bytes(255 - value for value in before),
    }
    answer = call("restore-colorize-repeat", image=image, drawables=[top])
    again = image.get_layers()[1]
    found["again"] = [answer.status, again.get_name(), read(again) == read(top)]
    image.delete()

    kinds = ("selection", "channel", "strokes", "white", "selected damage", "both")
    for key, precision, tried in (
        ("rgb", Gimp.Precision.U8_NON_LINEAR, kinds),
        ("deep", Gimp.Precision.U16_NON_LINEAR, kinds[1:3]),
    ):
        for kind in tried:
            image, photo = new_image(Gimp.ImageBaseType.RGB, precision)
            form, size = ("R'G'B' u8", 1) if key == "rgb" else ("R'G'B' u16", 2)
            before = flat(image, form)
            mask, damage, given = weighed(image, photo, kind)
            answer = call(name, image=image, drawables=[photo], **given)
            top = next(each for each in image.get_layers() if each.get_name().startswith("Rest"))
            after, full = flat(image, form), 256**size - 1
            values, results = (memoryview(each).cast("BH"[size - 1]) for each in (before, after))
            worst = outside = 0
            for at, weight in enumerate(mask):
                for channel in range(3 * at, 3 * at + 3):
                    value, result = values[channel], results[channel]
                    outside += weight == 0 and value != result
                    wanted = value + damage[at] / 255 * (full - 2 * value)
                    worst = max(worst, abs(result - wanted) if weight == 255 else 0)
            outside += in_image(top.get_mask()) != mask
            found[f"{key} {kind}"] = [answer.status, answer.message, outside, worst]
            if kind == "strokes":
                image.remove_layer(given["damage"])
                pixels = read(top)
                answer = call("restore-colorize-repeat", image=image, drawables=[top])
                again = image.get_layers()[image.get_item_position(top) + 1]
                is_same = read(again) == pixels and read(again.get_mask(), "Y u8") == read(
                    top.get_mask(), "Y u8"
                )
                found[f"{key} again"] = [answer.status, answer.message, is_same]
            image.delete()

    image, photo = new_image(Gimp.ImageBaseType.RGB, Gimp.Precision.U8_NON_LINEAR)
    clear = Gimp.Layer.new(
        image, "clear", 20, 10, Gimp.ImageType.RGBA_IMAGE, 100.0, Gimp.LayerMode.NORMAL
    )
    image.insert_layer(clear, None, 0)
    write(clear, bytes(800))
    for key, given in (("no marks", {"damage": clear}), ("unselected", {"damage_selection": True})):
        answer = call(name, image=image, drawables=[photo], **given)
        found[key] = [answer.status, answer.message, len(image.get_layers())]
    image.delete()
    return found


@pytest.mark.timeout(900)
def test_only_what_is_selected_or_damaged_changes(bench: Bench, tmp_path: Path) -> None:
    plugin_bench.install(bench)
    state = tmp_path / "state"
    with plugin_bench.mirror(bench, state, plugin_bench.TASKS):
        found = bench.batch(restorations, timeout_s=500).value
    assert found.pop("whole") == {
        "status": ["success", ""],
        "base": "gray",
        "name": "Restored · fake-1 · seed 3",
        "offset": [4, -3],
        "has_mask": False,
        "is_negative": True,
    }
    assert found.pop("again") == ["success", "Repeated · fake-1 · seed 3", True]
    for key, word in (("no marks", "“clear” shows no damage"), ("unselected", "Nothing is select")):
        status, message, layers = found.pop(key)
        assert (status, layers) == ("execution-error", 2)
        assert word in message
    for key in ("rgb", "deep"):
        assert found.pop(f"{key} again") == ["success", "", True]
    assert len(found) == 8
    for key, (status, message, outside, worst) in found.items():
        assert (status, message, outside) == ("success", "", 0), key
        assert worst <= 1, key  # of 255, or of 65535: the last place where two roundings meet

    jobs = jobs_of(state)
    assert jobs[0]["restore"] == {
        "strength": 1.0,
        "eagerness": 0.25,
        "tone": True,
        "colors": {"strength": 1.0, "saturation": 1.0, "candidates": 1},
    }
    assert [roles(job) for job in jobs[:8]] == [
        ["TARGET"],
        ["TARGET"],
        ["TARGET"],
        ["TARGET", "DAMAGE"],
        ["TARGET", "DAMAGE"],
        ["TARGET", "DAMAGE"],  # the repetition, whose layer of strokes is gone
        ["TARGET", "DAMAGE"],
        ["TARGET", "DAMAGE"],
    ]


def in_one_job() -> dict[str, Any]:
    """Restore and color a gray photograph, then without a reference."""
    from gi.repository import Gimp
    from inside_gimp import call, read
    from restorations import new_image

    image, photo = new_image(Gimp.ImageBaseType.GRAY, Gimp.Precision.U8_NON_LINEAR)
    other, reference = new_image(Gimp.ImageBaseType.RGB, Gimp.Precision.U8_NON_LINEAR)
    before = read(photo, "Y' u8")
    given = {"image": image, "drawables": [photo]}
    found: dict[str, Any] = {}
    for key, more in (("without", {}), ("with", {"reference_layer": reference, "trust": 0.5})):
        answer = call("restore-colorize-restore-and-colorize", **given, **more)
        found[key] = [answer.status, answer.message, len(image.get_layers())]
    top = image.get_layers()[0]
    pixels = read(top, "R'G'B' u8")
    found["name"] = top.get_name()
    found["red"] = pixels[::3] == before
    found["rest"] = pixels[1::3] == pixels[2::3] == bytes(255 - value for value in before)
    image.delete()
    other.delete()
    return found


@pytest.mark.timeout(900)
def test_restoring_and_coloring_is_one_job_and_one_layer(bench: Bench, tmp_path: Path) -> None:
    plugin_bench.install(bench)
    state = tmp_path / "state"
    with plugin_bench.mirror(bench, state, plugin_bench.TASKS):
        found = bench.batch(in_one_job, timeout_s=200).value
        (state / "lacks").write_text("restore detect_damage suggest_references")
        missing = bench.batch(entries_without_engines, timeout_s=200).value
    status, message, layers = found.pop("without")
    assert (status, layers) == ("execution-error", 1)
    assert "No reference was given" in message
    assert found == {
        "with": ["success", "", 2],
        "name": "Restored and colorized · fake-1 · seed 0",
        "red": True,
        "rest": True,
    }
    (job,) = jobs_of(state)
    assert roles(job) == ["TARGET", "REFERENCE"]
    assert job["restore"]["colorize"] is True
    assert job["restore"]["colors"]["trust"] == 0.5
    wishes = {
        "restore": "restore photographs",
        "restore-and-colorize": "restore photographs",
        "detect-damage": "detect damage",
        "suggest-references": "suggest references",
    }
    for key, wish in wishes.items():
        status, message = missing[key]
        assert status == "execution-error"
        assert f"cannot {wish} yet; it can: color from references" in message


def entries_without_engines() -> dict[str, Any]:
    from gi.repository import Gimp
    from inside_gimp import call
    from restorations import new_image

    image, photo = new_image(Gimp.ImageBaseType.RGB, Gimp.Precision.U8_NON_LINEAR)
    other, reference = new_image(Gimp.ImageBaseType.RGB, Gimp.Precision.U8_NON_LINEAR)
    given = {"image": image, "drawables": [photo]}
    said = {}
    for key, more in (
        ("restore", {}),
        ("restore-and-colorize", {"reference_layer": reference}),
        ("detect-damage", {}),
        ("suggest-references", {"references": reference}),
    ):
        said[key] = call(f"restore-colorize-{key}", **given, **more)[:2]
    image.delete()
    other.delete()
    return said
