"""Sampled colorizations without a display: what is asked for, and the layers that come of it."""

from __future__ import annotations

from typing import Any

import pytest
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from tests.editors.gimp import plugin_bench
from tests.editors.gimp.bench import Bench
from tests.editors.gimp.sampling_server import DOUBT, sampling, tint

pytestmark = pytest.mark.timeout(900)

WHITE = 240


def sampled_layers() -> dict[str, Any]:
    """Ask for one, for several, and for several to mix under a selection."""
    from gi.repository import Gimp
    from inside_gimp import call, read, write

    image = Gimp.Image.new(20, 10, Gimp.ImageBaseType.GRAY)
    photo = Gimp.Layer.new(
        image, "photo", 20, 10, Gimp.ImageType.GRAY_IMAGE, 100.0, Gimp.LayerMode.NORMAL
    )
    image.insert_layer(photo, None, 0)
    write(photo, bytes([240] * 200), "Y' u8")
    given = {"image": image, "drawables": [photo]}

    def look(layer: Gimp.Layer) -> dict[str, Any]:
        mask = layer.get_mask()
        return {
            "name": layer.get_name(),
            "visible": layer.get_visible(),
            "mode": layer.get_mode().value_nick,
            "mask": None if mask is None else sorted(set(read(mask, "Y u8"))),
            "edits mask": mask is not None and layer.get_edit_mask(),
            "pixel": None if layer.is_group() else list(read(layer, "R'G'B' u8")[:3]),
        }

    found: dict[str, Any] = {}
    found["automatic"] = [*call("restore-colorize-automatically", **given, seed=3)][:2]
    found["best"] = [look(each) for each in image.get_layers()]
    strokes = Gimp.Layer.new(
        image, "strokes", 6, 4, Gimp.ImageType.RGBA_IMAGE, 100.0, Gimp.LayerMode.NORMAL
    )
    image.insert_layer(strokes, None, 0)
    wanted = {"hints": strokes, "uncertainty": True, "color_layer": True}
    found["samples"] = [*call("restore-colorize-samples", **given, candidates=3, seed=5, **wanted)][
        :2
    ]
    image.remove_layer(strokes)
    group = next(each for each in image.get_layers() if each.is_group())
    found["group"] = [look(group), *map(look, group.get_children())]
    image.remove_layer(group)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 3, 2, 9, 5)
    found["mix"] = [*call("restore-colorize-samples", **given, candidates=3, mix_by_region=True)][
        :2
    ]
    group = next(each for each in image.get_layers() if each.is_group())
    found["mixed"] = [look(group), *map(look, group.get_children())]
    chosen = image.get_selected_layers()
    found["chosen"] = [each.get_name() for each in chosen]
    found["again"] = [*call("restore-colorize-repeat", image=image, drawables=chosen)][:2]
    found["repeated"] = look(image.get_layers()[-2])
    image.delete()
    return found


def tinted(seed: int) -> list[int]:
    return [int(WHITE * part / 256) for part in tint(seed)]


def test_samples_become_layers_to_show_one_of_or_to_mix(bench: Bench) -> None:
    plugin_bench.install(bench)
    with sampling(bench) as server:
        found = bench.batch(sampled_layers, timeout_s=280).value
    for key in ("automatic", "samples", "mix", "again"):
        assert found[key] == ["success", ""], key
    best, photo = found["best"]
    assert best["name"] == "Colorized · fake-sampler · seed 3"
    assert best["pixel"] == tinted(3)
    assert photo["name"] == "photo"
    assert [server.jobs[0].sample.candidates, server.jobs[0].deliver] == [4, 1]

    group, *members = found["group"]
    assert (group["name"], group["mode"]) == ("Colorized (3 candidates)", "pass-through")
    assert [each["visible"] for each in members] == [True, False, False, False]
    doubt = members.pop()
    assert {each["mode"] for each in members} == {"lch-color"}
    assert [each["pixel"] for each in members] == [tinted(5), tinted(6), tinted(7)]
    assert doubt["name"] == "Uncertainty"
    assert (doubt["mode"], doubt["visible"]) == ("normal", False)
    assert doubt["pixel"] == [DOUBT] * 3
    assert [plane.role for plane in server.jobs[1].planes] == [pb.TARGET, pb.HINTS]

    group, *members = found["mixed"]
    assert group["name"] == "Colorized (3 to mix)"
    assert group["mask"] == [0, 255]  # the selection
    assert [each["mask"] for each in members] == [[0], [0], [255]]
    assert all(each["visible"] for each in members)
    assert [each["pixel"] for each in members] == [tinted(2), tinted(1), tinted(0)]
    assert members[0]["edits mask"]
    assert found["chosen"] == [members[0]["name"]]
    assert found["repeated"]["pixel"] == members[0]["pixel"]


def colored_by_an_open_picture() -> list[Any]:
    """Open a color picture and color a gray one, twice: alone, and beside it."""
    from gi.repository import Gimp
    from inside_gimp import call, write

    image = Gimp.Image.new(20, 10, Gimp.ImageBaseType.GRAY)
    photo = Gimp.Layer.new(
        image, "photo", 20, 10, Gimp.ImageType.GRAY_IMAGE, 100.0, Gimp.LayerMode.NORMAL
    )
    image.insert_layer(photo, None, 0)
    write(photo, bytes([240] * 200), "Y' u8")
    alone = call("restore-colorize-automatically", image=image, drawables=[photo])
    others = []
    for shade in (10, 20):
        other = Gimp.Image.new(4, 4, Gimp.ImageBaseType.RGB)
        layer = Gimp.Layer.new(
            other, "sea", 4, 4, Gimp.ImageType.RGB_IMAGE, 100.0, Gimp.LayerMode.NORMAL
        )
        other.insert_layer(layer, None, 0)
        write(layer, bytes([shade] * 48), "R'G'B' u8")
        others.append(other)
    beside = call("restore-colorize-automatically", image=image, drawables=[photo])
    names = [each.get_name() for each in image.get_layers()]
    for each in (image, *others):
        each.delete()
    return [*alone[:2], *beside[:2], names]


def test_without_samples_the_best_of_the_open_pictures_is_the_reference(bench: Bench) -> None:
    plugin_bench.install(bench)
    with sampling(bench, "colorize", "suggest_references") as server:
        found = bench.batch(colored_by_an_open_picture).value
        assert found[:1] == ["execution-error"]
        assert "no other picture is open" in found[1]
        assert found[2:4] == ["success", ""]
        assert found[4][1:] == ["photo"]
        suggest, colorize = server.jobs
        assert suggest.WhichOneof("task") == "suggest_references"
        assert len([plane for plane in suggest.planes if plane.role == 5]) == 2
        assert [each[:3] for each in server.references] == [b"\x0a" * 3]  # the better verdict
        assert colorize.WhichOneof("task") == "colorize"


def test_a_server_without_samples_is_told_in_a_sentence(bench: Bench) -> None:
    plugin_bench.install(bench)
    with sampling(bench, "colorize"):
        found = bench.batch(colored_by_an_open_picture).value
    assert found[0] == found[2] == "execution-error"
    assert "cannot color without a reference yet" in found[1]
    assert found[4] == ["photo"]
