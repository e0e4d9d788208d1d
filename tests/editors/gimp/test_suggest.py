"""*Suggest References…* in GIMP, on a server that likes bright pictures."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.editors.gimp import plugin_bench
from tests.editors.gimp.bench import Bench
from tests.editors.gimp.pictures import keep_picture
from tests.editors.gimp.screen import Screen
from tests.editors.gimp.test_restore import jobs_of, roles
from tests.editors.gimp.test_restore_screen import (
    APP,
    DONE,
    MENU,
    scratched_photo,
    set_theme,
    wait_for,
)

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
REAL = Path(__file__).with_name("suggest_server.py")
SCENES = ("pair1-dunes", "pair2-lake", "pair3-monastery")
REAL_S = 300.0
SHADES = {"dim": 40, "bright": 230, "middle": 128}


def pictures(bench: Bench) -> None:
    """Put photographs into a folder that the server sees too."""
    folder = bench.out / "album"
    folder.mkdir()
    for name, shade in (("one.png", 90), ("two.png", 180)):
        Image.new("RGB", (40, 30), (shade, 20, 20)).save(folder / name)


def suggestions(shades: dict[str, int]) -> dict[str, Any]:
    """Ask about a group, other images, a folder, and nothing."""
    from gi.repository import Gegl, Gimp, Gio
    from inside_gimp import call
    from restorations import new_image

    name = "restore-colorize-suggest-references"
    image, photo = new_image(Gimp.ImageBaseType.RGB, Gimp.Precision.U8_NON_LINEAR)
    group = Gimp.GroupLayer.new(image, "album")
    image.insert_layer(group, None, 0)
    for title, shade in shades.items():
        layer = Gimp.Layer.new(
            image, title, 900, 600, Gimp.ImageType.RGB_IMAGE, 100.0, Gimp.LayerMode.NORMAL
        )
        image.insert_layer(layer, group, 0)
        Gimp.context_set_foreground(Gegl.Color.new(f"#{shade:02x}{shade:02x}{shade:02x}"))
        layer.fill(Gimp.FillType.FOREGROUND)
    other, _layer = new_image(Gimp.ImageBaseType.RGB, Gimp.Precision.U8_NON_LINEAR)
    before = [len(image.get_layers()), image.get_precision().value_nick]
    found: dict[str, Any] = {}
    folder = Gio.File.new_for_path("/out/album")
    for key, given in (
        ("group", {"references": group, "count": 2}),
        ("images", {"open_images": True}),
        ("folder", {"folder": folder, "references": group, "count": 9}),
        ("nothing", {}),
    ):
        answer = call(name, image=image, drawables=[photo], **given)
        found[key] = [answer.status, answer.message]
        if answer.status == "success":
            scores = [round(float(score), 2) for score in answer.values[1]]
            found[key] += [list(answer.values[0]), scores]
    found["same"] = before == [len(image.get_layers()), image.get_precision().value_nick]
    image.delete()
    other.delete()
    return found


@pytest.mark.timeout(900)
def test_suggestions_are_ranked(bench: Bench, tmp_path: Path) -> None:
    plugin_bench.install(bench)
    pictures(bench)
    state = tmp_path / "state"
    with plugin_bench.mirror(bench, state, plugin_bench.TASKS):
        found = bench.batch(suggestions, timeout_s=200, shades=SHADES).value
        (state / "remote").touch()
        remote = bench.batch(suggestions, timeout_s=200, shades=SHADES).value
    assert found["group"] == ["success", "", ["bright", "middle"], [0.9, 0.5]]
    assert found["images"][:3] == ["success", "", ["[Untitled]"]]
    files = ["/out/album/one.png", "/out/album/two.png"]
    assert found["folder"] == [
        "success",
        "",
        ["bright", *files, "middle", "dim"],
        [0.9, 0.9, 0.8, 0.5, 0.16],
    ]
    assert found["nothing"][0] == "execution-error"
    assert "Choose where to look" in found["nothing"][1]
    assert found["same"]
    assert remote["group"] == found["group"]
    assert remote["folder"][0] == "execution-error"
    assert "cannot read folders of this computer" in remote["folder"][1]
    first = jobs_of(state)[0]
    assert roles(first) == ["TARGET", *["REFERENCE"] * 3]
    assert {plane["width"] for plane in first["planes"][1:]} == {512}


def find_partner(scenes: list[str], folder: str) -> dict[str, Any]:
    """Ask for the lake's reference among layers, and in a folder of the server's machine."""
    import os

    from gi.repository import Gimp, Gio
    from inside_gimp import call

    os.makedirs(folder, exist_ok=True)  # GIMP takes no folder that it does not see

    def opened(name: str) -> Any:
        file = Gio.File.new_for_path(f"/src/samples/{name}.jpg")
        return Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)

    image = opened("pair2-lake-target")
    image.convert_grayscale()
    photo = image.get_layers()[0]
    image.convert_rgb()
    group = Gimp.GroupLayer.new(image, "album")
    image.insert_layer(group, None, 0)
    for name in scenes:
        other = opened(f"{name}-reference")
        layer = Gimp.Layer.new_from_drawable(other.get_layers()[0], image)
        layer.set_name(name)
        image.insert_layer(layer, group, 0)
    name = "restore-colorize-suggest-references"
    found: dict[str, Any] = {}
    for key, given in (
        ("layers", {"references": group}),
        ("folder", {"folder": Gio.File.new_for_path(folder), "count": 2}),
    ):
        answer = call(name, image=image, drawables=[photo], **given)
        found[key] = [answer.status, answer.message]
        found[key] += [list(answer.values[0])] if answer.status == "success" else []
    return found


@pytest.mark.timeout(900)
def test_the_real_engine_finds_the_partner(bench: Bench, tmp_path: Path) -> None:
    plugin_bench.install(bench)
    album = tmp_path / "album"
    album.mkdir()
    for scene in SCENES:
        shutil.copy(SAMPLES / f"{scene}-reference.jpg", album)
    (album / "torn.jpg").write_bytes(b"no picture")
    with plugin_bench.mirror(bench, tmp_path / "state", REAL):
        found = bench.batch(
            find_partner, timeout_s=300, scenes=list(SCENES), folder=str(album)
        ).value
    assert found["layers"][0] == "success", found
    assert found["layers"][2][0] == "pair2-lake"
    assert sorted(found["layers"][2]) == sorted(SCENES)
    assert found["folder"][0] == "success", found
    assert found["folder"][2][0] == str(album / "pair2-lake-reference.jpg")
    assert len(found["folder"][2]) == 2


def load_more() -> int:
    """Open color pictures, without windows."""
    from gi.repository import Gimp, Gio

    for name in ("pair1-dunes", "pair2-lake", "pair3-monastery"):
        file = Gio.File.new_for_path(f"/src/samples/{name}-reference.jpg")
        image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)
        image.set_file(Gio.File.new_for_path(f"/out/{name}.xcf"))  # its name
    return len(Gimp.get_images())


def selection_and_channels() -> list[Any]:
    from gi.repository import Gimp

    photo = next(each for each in Gimp.get_images() if each.get_width() == 900)
    return [Gimp.Selection.is_empty(photo), [each.get_name() for each in photo.get_channels()]]


@pytest.mark.timeout(900)
def test_damage_and_suggestions_on_a_screen(bench: Bench, tmp_path: Path) -> None:
    plugin_bench.install(bench)
    set_theme(bench, "light")
    state = tmp_path / "state"
    with plugin_bench.mirror(bench, state, plugin_bench.TASKS), Screen(bench) as screen:
        (state / "look").touch()
        screen.open(scratched_photo(bench), timeout_s=300)
        screen.choose(*MENU, "Detect Damage…")
        screen.wait(APP, role="slider", name="Sensitivity")
        screen.shot("detect-damage")
        screen.press(APP, name="Detect")
        screen.gone(APP, name="Detect")
        wait_for(lambda: screen.python(selection_and_channels) == [False, []])
        screen.shot("damage-selection")
        screen.focus("1 layer")
        screen.key("ctrl+z")
        wait_for(lambda: screen.python(selection_and_channels) == [True, []])
        screen.choose(*MENU, "Detect Damage…")
        screen.wait(APP, role="slider", name="Sensitivity")
        if "radio button" in screen.tree(APP):  # GIMP 3.2 shows few choices at once
            screen.press(APP, role="radio button", name="Mask channel")
        else:
            screen.select(1, APP, role="combo box")
        screen.press(APP, name="Detect")
        channel = "Damage of “photo.png”"
        wait_for(lambda: screen.python(selection_and_channels) == [True, [channel]])
        screen.shot("damage-channel")

        screen.choose(*MENU, "Restore…")
        screen.wait(APP, starts=DONE)
        screen.shot("restore-light")
        screen.press(APP, name="Cancel")
        screen.gone(APP, name="Cancel")

        assert screen.python(load_more) == 4
        screen.choose(*MENU, "Suggest References…")
        screen.press(APP, role="check box", name="Open images")
        screen.shot("suggest-references")
        screen.press(APP, name="Suggest")
        row = screen.wait(APP, role="radio button", nth=1)
        screen.press(APP, role="radio button", nth=1)
        screen.shot("suggestions")
        screen.press(APP, name="Use for Coloring")
        screen.wait(APP, role="check box", name="Reference from the clipboard")
        screen.shot("suggestion-used")
        screen.press(APP, name="Colorize")
        wait_for(lambda: "colorize" in jobs_of(state)[-1])
        reference = jobs_of(state)[-1]["planes"][1]
        assert row["name"].startswith(reference["name"])
        screen.press(APP, name="Cancel")
        screen.gone(APP, name="Cancel")

        screen.choose(*MENU, "Suggest References…")
        screen.press(APP, role="check box", name="Open images")
        screen.press(APP, name="Suggest")
        screen.press(APP, role="radio button", nth=1)
        screen.press(APP, name="Restore and Color")
        screen.wait(APP, starts=DONE)  # the preview of what is repaired
        screen.shot("suggestion-restored")
        screen.press(APP, role="button", name="Restore & Colorize")
        wait_for(lambda: jobs_of(state)[-1].get("restore", {}).get("colorize"))
        assert jobs_of(state)[-1]["planes"][1]["name"] == reference["name"]
        screen.press(APP, name="Cancel")
        screen.gone(APP, name="Cancel")
        assert screen.is_running()
        assert screen.deaths() == ()


@pytest.mark.timeout(1200)
def test_the_real_engine_restores_and_colors_with_a_suggestion(
    bench: Bench, tmp_path: Path
) -> None:
    plugin_bench.install(bench)
    set_theme(bench, "light")
    photo = scratched_photo(bench)
    with plugin_bench.mirror(bench, tmp_path / "state", REAL), Screen(bench) as screen:
        screen.open(photo, timeout_s=300)
        assert screen.python(load_more) == 4
        screen.choose(*MENU, "Suggest References…")
        screen.press(APP, role="check box", name="Open images")
        screen.press(APP, name="Suggest")
        best = screen.wait(APP, role="radio button", nth=0, timeout_s=REAL_S)
        assert best["name"].startswith("pair2-lake")
        keep_picture(screen, "suggestions.jpg", title="Suggest References")
        screen.press(APP, name="Restore and Color")
        screen.wait(APP, starts=DONE, timeout_s=REAL_S)
        screen.press(APP, role="button", name="Restore & Colorize")
        screen.wait_window(r"RGB.*2 layers", timeout_s=REAL_S)
        screen.shot("suggestion-restored")
        assert screen.deaths() == ()
