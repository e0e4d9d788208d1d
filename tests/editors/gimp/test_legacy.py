"""Scripts of GIMP 2.10, unchanged, in the real GIMP: what they make, and how they fail."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.editors.gimp.bench import Bench
from tests.editors.roots import PROJECT, Root

HERE = Path(__file__).resolve().parent / "legacy"
SCRIPTS = sorted((HERE / "scripts").glob("*.py"))
TIMEOUT_S = 900.0
RED, WHITE = [255, 0, 0, 255], [255, 255, 255, 255]

pytestmark = pytest.mark.timeout(1200)


def tell_stories(names: list[str]) -> dict[str, Any]:
    import sys

    sys.path.insert(0, "/src/tests/editors/gimp/legacy")
    import stories

    return stories.tell(names)


def tell_faults() -> dict[str, Any]:
    import sys

    sys.path.insert(0, "/src/tests/editors/gimp/legacy")
    import faults

    return faults.tell()


def install(bench: Bench, scripts: list[Path]) -> None:
    """Install the bindings and scripts as the installer does, for a profile seen from inside."""
    if str(PROJECT / "gimpfu") not in sys.path:
        sys.path.append(str(PROJECT / "gimpfu"))
    from gimpfu_bindings import installing

    launcher = installing.install_bindings(bench.profile)
    inside = Path("/home/user") / launcher.relative_to(bench.visit.home)
    interpreters = bench.profile / "interpreters" / "gimpfu.interp"
    interpreters.write_text(installing.interpreter_file(inside), encoding="utf-8")
    for script in scripts:
        with suppress(SyntaxError):  # it lies in its place then, and GIMP shall meet it
            installing.install_script(bench.profile, script)


def new_bench(root: Root, folder: Path) -> Bench:
    """Return a GIMP for all tests of a module, with its profile and /out in a folder."""
    (folder / "out").mkdir()
    return Bench.make(root, folder / "home", folder / "out")


def told_of(told: dict[str, Any], test: str) -> dict[str, Any]:
    """Return what the story that a test is named after told; fails with its error."""
    value: dict[str, Any] = told[test.removeprefix("test_")]
    assert "error" not in value, value["error"]
    return value


@pytest.fixture(scope="module")
def told(gimp_root: Root, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What every story told, of one GIMP."""
    bench = new_bench(gimp_root, tmp_path_factory.mktemp("legacy"))
    install(bench, SCRIPTS)
    names = [script.stem for script in SCRIPTS]
    value: dict[str, Any] = bench.batch(tell_stories, timeout_s=TIMEOUT_S, names=names).value
    return value


@pytest.fixture
def story(told: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    """What the story named by the test told; fails with its error."""
    return told_of(told, request.node.name)


def test_layers_and_groups(story: dict[str, Any]) -> None:
    names = [name for name, *_ in story["tree"]]
    assert names == ["my", "photo copy", "photo"]
    assert [visible for *_, visible in story["tree"]] == [True, False, False]
    # a third and a half of the image, in whole numbers as Python 2 divided; mode 3 is multiply
    assert story["inside"] == [
        ["my 1", 20, 20, [3, 4], 51.0, 3, WHITE],
        ["my 0", 20, 20, [1, 1], 50.0, 3, WHITE],
    ]
    assert story["active"] == "photo copy"


def test_selections(story: dict[str, Any]) -> None:
    assert story["bounds"] == [4, 4, 50, 38]
    assert story["pixels"] == [RED, RED, RED, WHITE, WHITE]
    assert story["channels"] == ["saved"]
    assert story["is_empty"]
    assert story["context_kept"]


def test_masks_and_channels(story: dict[str, Any]) -> None:
    assert story["told"] == ["extra"]
    assert story["alphas"] == [0, 255]
    assert not story["has_mask"]
    assert story["channel"] == [50.0, 60]


def test_text_layer(story: dict[str, Any]) -> None:
    assert (story["kind"], story["text"], story["name"]) == ("TextLayer", "Hallo", "Text")
    assert story["offsets"] == [10, 10]
    assert story["grown"] == [20, 20]
    assert story["back"] == WHITE
    assert story["color"] == [0.0, 0.0, 1.0, 1.0]


def test_pixel_regions(story: dict[str, Any]) -> None:
    # the picture is (4x, 6y, 100)
    assert story["(10, 5)"] == [100, 30, 40, 255]
    assert story["(10, 0)"] == [255 - 100, 255, 255 - 40, 255]
    assert story["(1, 1)"] == [1, 2, 3, 255]
    assert story["(2, 2)"] == [9, 8, 7, 255]


def test_tones(story: dict[str, Any]) -> None:
    """Rows of the grays 0, 80 and 160, each changed by what its comment names."""
    grays = [
        [255, 175, 95],  # levels, output turned around
        [128, 168, 208],  # a line from 128 to 255
        [0, 0, 255],  # threshold at 100
        [255, 175, 95],  # invert
        [0, 0, 255],  # posterize to 2
        [60, 121, 182],  # brightness 60
        [128, 168, 208],  # lightness 50
    ]
    for row, wanted in zip(story["rows"], grays, strict=False):
        assert [color[0] for color in row] == pytest.approx(wanted, abs=1)
        assert all(color[0] == color[1] == color[2] for color in row)
    balanced, colored = story["rows"][7], story["rows"][8]
    assert balanced[1][0] > balanced[1][1] + 50
    assert colored[2][0] == colored[2][1] == 0
    assert colored[2][2] > 200
    assert story["rows"][9] == story["rows"][10] == [[0] * 3, [80] * 3, [160] * 3]
    assert story["others_kept"]
    assert story["mean"] == pytest.approx(126.3, abs=0.5)


def test_transforms(story: dict[str, Any]) -> None:
    # 60 x 40, scaled by two, 2 and 3 pixels of border, cropped to 40 x 30 from above left
    assert story["size"] == [40, 30]
    assert story["sizes"]["photo"] == story["sizes"]["moved"] == [38, 27]
    assert story["sizes"]["scaled"] == [38, 20]
    assert story["sizes"]["rotated"] == [18, 30]
    assert story["moved"] == [55 * 4, 0]
    assert story["flipped"] == [59 * 4, 5 * 6]


def test_painting(story: dict[str, Any]) -> None:
    assert story["told"] == 8
    left, right, line, band = story["pixels"]
    assert left[0] > 245
    assert right[0] < 10
    assert line == [0, 255, 0]
    assert band == [255, 0, 0]


def test_paths(story: dict[str, Any]) -> None:
    assert story["told"] == pytest.approx([80.0, 24, 2, 1])
    assert story["paths"] == ["line", "square"]
    assert story["active"] == "square"
    assert story["inside"] == [0, 0, 255]
    assert story["outside"] == [35 * 4, 20 * 6, 100]


def test_guides_and_parasites(story: dict[str, Any]) -> None:
    assert story["first"] == [1, "[(7, 1), (5, 0)]", "on the image"]
    assert story["second"] == 2, "the shelf did not keep what the first run put there"
    assert story["guides"] == [[5, 0]]
    assert story["image"] == "on the image"
    assert story["layer"] == "on the layer"
    assert story["gimp"] == "everywhere"


def test_every_kind(story: dict[str, Any]) -> None:
    defaults = [
        *("8", "16", "32", "1.5", "text", "val", "long\ntext", "True", "False", "5", "7", "0.5"),
        *("10,20,30", "255,0,0", "b", "1", "Sans", "2. Hardness 100", "Pine", "Deep Sea"),
        *("Default", "/tmp/a.txt", "/tmp/b.txt", "/tmp", *["None"] * 5, "3", "None"),
    ]
    assert story["defaults"] == defaults
    changes = {
        0: "1", 4: "other", 7: "False", 9: "2.5", 10: "3", 12: "255,255,255", 14: "a", 15: "2",
        16: story["font"], 17: "2. Star", 21: "/tmp/c.txt", 24: "[Untitled]", 25: "photo",
    }  # fmt: skip
    wanted = [changes.get(at, value) for at, value in enumerate(defaults)]
    assert story["given"] == wanted


def test_folder_batch(story: dict[str, Any]) -> None:
    made = [f"{stem}-small.{kind}" for stem in ("one", "two") for kind in ("bmp", "jpg", "png")]
    assert story["done"] == 2
    assert story["files"] == sorted(["no-picture.txt", "one.png", "two.png", *made])
    assert story["size"] == [16, 10]


def test_filters(story: dict[str, Any]) -> None:
    layers = story["layers"]
    assert len(layers) == 11
    assert [name for name, layer in layers.items() if not layer["changed"]] == []
    left, before, behind, right = layers["gauss"]["colors"]
    assert left == [200, 60, 60, 255]
    assert right == [220, 200, 200, 255]
    assert 60 < before[1] < behind[1] < 200
    assert layers["alpha"]["colors"][3][3] == 0, "the color did not become transparent"
    assert layers["erode"]["colors"][2] == [200, 60, 60, 255], "dark did not grow"
    assert story["source_kept"]


def test_faulty_scripts_tell_their_line_and_gimp_goes_on(bench: Bench) -> None:
    install(bench, sorted((HERE / "faulty").glob("*.py")))
    told = bench.batch(tell_faults, timeout_s=TIMEOUT_S, may_die=True).value
    wanted = {
        "0": "raises.py, line 6: ZeroDivisionError: ",
        "1": "raises.py, line 8: gimp-edit-fill: takes 2 arguments, 1 were given",
        "2": "raises.py, line 10: gimp-layer-set-opacity: opacity is 300 and must lie within",
        "3": "raises.py, line 12: GIMP has no procedure plug-in-nonesuch",
        "4": "raises.py, line 14: gimp-image-lower-layer: Layer cannot be lowered more.",
        "5": "raises.py, line 16: told by the script",
        "6": "raises.py, line 18: GIMP 3 has no procedure gimp-text. Use gimp-text-fontname",
        "broken-syntax": "broken_syntax.py, line 4: this is no valid Python: invalid syntax",
        "old-window": "old_window.py, line 2: it opens windows of GTK 2",
    }
    for name, text in wanted.items():
        status, message = told[name]
        assert status == "execution-error", name
        assert message.startswith(text)
        assert "Traceback" not in message
    assert told["loop"] != "success"
    assert told["alive"] == 3
