"""The plug-in in GIMP without a display: what is registered, what it refuses, what it inserts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.editors.gimp import plugin_bench
from tests.editors.gimp.bench import Bench

ENTRIES = [
    "restore-colorize-automatically",
    "restore-colorize-check-setup",
    "restore-colorize-detect-damage",
    "restore-colorize-from-reference",
    "restore-colorize-repeat",
    "restore-colorize-restore",
    "restore-colorize-restore-and-colorize",
    "restore-colorize-samples",
    "restore-colorize-server",
    "restore-colorize-suggest-references",
]


def registered() -> dict[str, Any]:
    from gi.repository import Gimp

    pdb = Gimp.get_pdb()
    found = {}
    for name in pdb.query_procedures("restore-colorize-.*", *[".*"] * 7):
        procedure = pdb.lookup_procedure(name)
        arguments = [each.name for each in procedure.get_arguments()]
        found[name] = [procedure.get_menu_paths(), arguments]
    return found


@pytest.mark.smoke
def test_all_entries_are_in_the_menu(bench: Bench) -> None:
    plugin_bench.install(bench)
    found = bench.batch(registered).value
    assert sorted(found) == ENTRIES
    for name, (menus, arguments) in found.items():
        assert menus == ["<Image>/Filters/Restore & Colorize"], name
        assert arguments[0] == "run-mode", name
        assert not {"token", "password"} & set(arguments), name
    assert {"strength", "seed", "reference-file"} <= set(found[ENTRIES[3]][1])


def refusals() -> dict[str, list[str]]:
    """Ask for what cannot be, and look whether anything changed."""
    from gi.repository import Gimp
    from inside_gimp import call

    name = "restore-colorize-from-reference"
    image = Gimp.Image.new(40, 30, Gimp.ImageBaseType.GRAY)
    said = {}

    def layer_named(text: str, parent: Gimp.GroupLayer | None = None) -> Gimp.Layer:
        layer = Gimp.Layer.new(
            image, text, 40, 30, Gimp.ImageType.GRAYA_IMAGE, 100.0, Gimp.LayerMode.NORMAL
        )
        image.insert_layer(layer, parent, 0)
        layer.fill(Gimp.FillType.WHITE)
        return layer

    photo = layer_named("photo")
    group, empty = Gimp.GroupLayer.new(image, "locked"), Gimp.GroupLayer.new(image, "nobody")
    for each in (group, empty):
        image.insert_layer(each, None, 0)
    inside = layer_named("inside", group)
    group.set_lock_content(True)
    clear = layer_named("clear")
    clear.fill(Gimp.FillType.TRANSPARENT)
    font = Gimp.context_get_font()
    text = Gimp.TextLayer.new(image, "Hello", font, 12.0, Gimp.Unit.pixel())
    image.insert_layer(text, None, 0)
    channel = Gimp.Channel.new(image, "mine", 40, 30, 50.0, Gimp.context_get_foreground())
    image.insert_channel(channel, None, 0)

    def state() -> list[object]:
        layers = image.get_layers()
        return [[each.get_id() for each in layers], image.get_base_type().value_nick]

    def refused(key: str, **options: object) -> None:
        before = state()
        answer = call(name, image=image, **options)
        said[key] = [answer.status, answer.message, "same" if state() == before else "changed"]

    for key, layer in (
        ("locked parent", inside),
        ("empty group", empty),
        ("text", text),
        ("transparent", clear),
        ("channel", channel),
    ):
        refused(key, drawables=[layer], reference_layer=photo)
    refused("no reference", drawables=[photo])
    refused("no layer", drawables=[], reference_layer=photo)
    refused("opaque outside", drawables=[photo], keep_outside=True)
    said["no image"] = [*call(name, reference_layer=photo)[:2], "same"]
    refused("no receipt", drawables=[photo])
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 2, 2, 9, 9)
    photo.set_offsets(30, 20)
    refused("unselected", drawables=[photo], reference_layer=photo)
    photo.set_offsets(0, 0)
    for other, key in (("restore", "engine"), ("repeat", "repeat"), ("samples", "samples")):
        answer = call(f"restore-colorize-{other}", image=image, drawables=[photo])
        said[key] = [answer.status, answer.message, "same"]
    Gimp.Selection.float(image, [photo], 0, 0)
    refused("floating", drawables=[photo], reference_layer=photo)
    server = call("restore-colorize-server")
    said["server"] = [server.status, server.values[0], "same"]
    setup = call("restore-colorize-check-setup")
    said["setup"] = [setup.status, setup.values[0], "same"]
    image.delete()
    return said


def test_what_cannot_be_done_is_a_sentence_and_changes_nothing(
    bench: Bench, tmp_path: Path
) -> None:
    plugin_bench.install(bench)
    with plugin_bench.mirror(bench, tmp_path / "state"):
        said = bench.batch(refusals, timeout_s=280).value
    words = {
        "locked parent": "“locked” is locked",
        "empty group": "“nobody” is empty",
        "text": "is a text layer",
        "transparent": "“clear” is fully transparent",
        "channel": "is a channel",
        "no reference": "No reference was given",
        "no layer": "No layer is chosen",
        "opaque outside": "nothing is selected",
        "no image": "No image is open",
        "no receipt": "No reference",
        "unselected": "Nothing of “photo” is selected",
        "floating": "floating selection",
        "engine": "cannot restore photographs yet; it can: color from references",
        "samples": "cannot color without a reference yet",
        "repeat": "carries no receipt",
    }
    for key, word in words.items():
        status, message, change = said.pop(key)
        assert (status, change) == ("execution-error", "same"), (key, message)
        assert word in message, (key, message)
    assert said["server"][0] == "success"
    assert "fake-1" in said["server"][1]
    assert said["setup"][0] == "success"
    assert "GIMP 3" in said["setup"][1]


def layers_of_results() -> dict[str, Any]:
    """Ask for candidates, several layers, a color layer and a repetition."""
    from gi.repository import Gimp
    from inside_gimp import call, read, write

    name = "restore-colorize-from-reference"
    image = Gimp.Image.new(20, 10, Gimp.ImageBaseType.GRAY)
    layers = []
    for number in range(2):
        layer = Gimp.Layer.new(
            image, f"{number}", 20, 10, Gimp.ImageType.GRAY_IMAGE, 100.0, Gimp.LayerMode.NORMAL
        )
        image.insert_layer(layer, None, number)
        write(layer, bytes((at * 7 + number) % 256 for at in range(200)), "Y' u8")
        layers.append(layer)
    layers[0].set_lock_content(True)  # of the source itself: it is only read
    blur = Gimp.DrawableFilter.new(layers[1], "gegl:invert-gamma", None)
    layers[1].append_filter(blur)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 3, 2, 9, 5)
    found: dict[str, Any] = {}
    given = {"image": image, "drawables": layers, "reference_layer": layers[0]}
    found["two"] = [*call(name, **given, color_layer=True, seed=5)][:2]
    found["tree"] = [each.get_name() for each in image.get_layers()]
    tops = image.get_layers()[0::2]
    found["modes"] = [each.get_mode().value_nick for each in tops]
    found["base"] = image.get_base_type().value_nick
    found["pixels"] = [list(read(each, "R'G'B' u8")[:30:3]) for each in tops]
    mask = read(tops[0].get_mask(), "Y u8")
    Gimp.Selection.none(image)
    found["repeat"] = [*call("restore-colorize-repeat", image=image, drawables=[tops[0]])][:2]
    again = image.get_layers()[1]
    found["again"] = [
        again.get_name(),
        again.get_mode().value_nick,
        read(again) == read(tops[0]),
        read(again.get_mask(), "Y u8") == mask,
    ]
    given["drawables"] = layers[:1]
    found["many"] = [*call(name, **given, candidates=3)][:2]
    group = next(each for each in image.get_layers() if each.is_group())
    found["group"] = [
        group.get_name(),
        [[each.get_name(), each.get_visible()] for each in group.get_children()],
        image.get_layers().index(group) + 1 == image.get_layers().index(layers[0]),
    ]
    image.delete()
    return found


def test_results_become_layers_as_planned(bench: Bench, tmp_path: Path) -> None:
    plugin_bench.install(bench)
    with plugin_bench.mirror(bench, tmp_path / "state"):
        found = bench.batch(layers_of_results, timeout_s=280).value
    assert found["two"] == ["success", ""]
    title = "Colorized · fake-1 · seed 5"
    assert found["tree"] == [title, "0", f"{title} #1", "1"]
    assert found["modes"] == ["lch-color", "lch-color"]
    assert found["base"] == "rgb"
    assert found["pixels"][0] == [at * 7 for at in range(10)]
    assert found["pixels"][1] == [255 - (at * 7 + 1) for at in range(10)]  # as seen: inverted
    assert found["repeat"] == ["success", ""]
    assert found["again"] == ["Repeated · fake-1 · seed 5", "lch-color", True, True]
    assert found["many"] == ["success", ""]
    name, members, is_above = found["group"]
    assert name == "Colorized (3 candidates)"
    assert [visible for _, visible in members] == [True, False, False]
    assert members[1][0] == "Colorized · Candidate 1 · fake-1 · seed 0"
    assert is_above
