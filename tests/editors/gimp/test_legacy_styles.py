"""Scripts in the many styles of GIMP 2.10's time, unchanged, in the real GIMP: what they make."""

from __future__ import annotations

from math import cos, dist, pi, sin
from typing import Any

import pytest

from tests.editors.gimp.test_legacy import HERE, TIMEOUT_S, install, new_bench, told_of
from tests.editors.roots import Root

SCRIPTS = sorted((HERE / "scripts" / "styles").glob("*.py"))
RED, GREEN, BLUE, WHITE = [255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]

pytestmark = pytest.mark.timeout(1200)


def tell_styles(names: list[str]) -> dict[str, Any]:
    import sys

    sys.path.insert(0, "/src/tests/editors/gimp/legacy")
    import styles_told

    return styles_told.tell(names)


@pytest.fixture(scope="module")
def told(gimp_root: Root, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What every story told, of one GIMP."""
    bench = new_bench(gimp_root, tmp_path_factory.mktemp("styles"))
    install(bench, SCRIPTS)
    names = [script.stem for script in SCRIPTS]
    value: dict[str, Any] = bench.batch(tell_styles, timeout_s=TIMEOUT_S, names=names).value
    return value


@pytest.fixture
def story(told: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    """What the story named by the test told; fails with its error."""
    return told_of(told, request.node.name)


def test_export_layers(story: dict[str, Any]) -> None:
    """Each layer lies alone in its file, in its own size, also when it is hidden or in a group."""
    assert story["seen"] == ["in_side.png", "photo.png"]
    assert story["every"] == ["hidden.tif", "in_side.tif", "photo.tif"]
    assert story["files"] == {
        "hidden.tif": [5, 5, [*GREEN, 255]],
        "in_side.png": [10, 8, [*RED, 255]],
        "in_side.tif": [10, 8, [*RED, 255]],
        "photo.png": [60, 40, [8, 18, 100, 255]],
        "photo.tif": [60, 40, [8, 18, 100, 255]],
    }
    assert story["layers"] == 2


def test_cross_process(story: dict[str, Any]) -> None:
    # blue 100: the line from 29 to 226 makes it 106, levels 113, and the yellow tint takes a tenth
    assert [each[2] for each in story["pixels"]] == pytest.approx([102, 102], abs=1)
    assert story["pixels"][0][0] == 0
    assert story["name"] == "cross processed"
    assert story["kept"] == ["cross processed", "photo"]
    assert story["photo"] == [160, 180, 100, 255]


def test_drop_shadow(story: dict[str, Any]) -> None:
    # a card of 20 x 10 at 10, 10; the image grew by 6 on each side, the shadow lies 6, 4 further
    assert story["names"] == ["card", "Shadow of card"]
    assert story["size"] == [72, 52]
    assert story["card"] == [16, 16]
    assert story["alphas"] == [255, 0, 0, 255, 0]
    assert story["mode"] == [3, 50.0]
    assert story["active"] == "card"
    assert story["is_empty"]


def test_contact_sheet(story: dict[str, Any]) -> None:
    # three pictures in two columns of 24 with gaps of 4, the oldest first
    assert story["size"] == [60, 60]
    assert story["count"] == 3
    assert story["pixels"] == [RED, WHITE, GREEN, WHITE, BLUE]
    assert story["images"] == 4, "copies were left open"


def test_gradient_map(story: dict[str, Any]) -> None:
    numbers = "0.00 0.00 0.50 1.00 1.00 0.00 0.00 1.00 1.00 1.00 0.00 1.00"
    assert story["told"] == [12, numbers]
    assert story["map"][0] == [0, 0, 128]
    assert story["map"][1] == pytest.approx([255, 217, 0], abs=3)
    assert story["bar"][0] == pytest.approx([4, 0, 126], abs=3)
    assert story["bar"][1] == pytest.approx([255, 3, 0], abs=4)
    assert story["bar"][2] == pytest.approx([255, 251, 0], abs=3)
    assert story["size"] == [60, 8]
    assert story["gone"]


def test_watermark(story: dict[str, Any]) -> None:
    assert (story["kind"], story["text"]) == ("TextLayer", "© me")
    assert story["place"] == [58, 38]
    assert story["second"] == [2, 2, True]
    assert story["groups"] == [["Zeichen №2", 75.0], ["Zeichen №1", 75.0]]
    assert story["parasite"] == "2"


def test_sepia_by_mask(story: dict[str, Any]) -> None:
    red, green, blue = story["brown"]
    assert red > green + 10 > blue + 20
    black, middle, white = story["mask"]
    assert (black, white) == (255, pytest.approx(0, abs=5))
    assert 30 < middle < 100
    assert story["names"] == ["Sepia", "photo"]
    assert story["source_kept"]


def test_old_python(story: dict[str, Any]) -> None:
    # a third of 10, 20, 30 in whole numbers; half of 3.0; half of two colors
    assert story["counted"] == ["10/20/30", 60 * 40 - 5, "1.5,1"]
    assert story["refused"] == ["ValueError('the limit is 512')", 0, ""]


def test_split_channels(story: dict[str, Any]) -> None:
    # the photo's pixel is 40, 30, 100
    assert story["made"] == [30, 40, 155]
    assert story["green"]
    assert story["channels"] == ["kept blue", "window"]
    inside, outside, other = story["window"]
    assert inside == 255
    assert 0 < outside == other < 255
    assert story["filled"] == [40, 255, 255]


def test_star_path(story: dict[str, Any]) -> None:
    corners = [
        ((15.0, 7.5)[at % 2] * cos(pi * at / 5), (15.0, 7.5)[at % 2] * sin(pi * at / 5))
        for at in range(10)
    ]
    length = sum(dist(corners[at], corners[at - 1]) for at in range(10))
    assert story["told"] == [10, pytest.approx(length, abs=0.1), pytest.approx(36 * pi, abs=0.1)]
    assert story["path"] == ["Star", 1, True]
    assert story["inside"] == [255, 255, 0]
    assert story["outside"] == [9, 9, 9]
    assert story["sprayed"][2] > 40
    assert story["erased"] < 60
    assert story["spike"][2] > 200


def test_palette_of_image(story: dict[str, Any]) -> None:
    # ten brighter by the colormap
    assert story["pixels"] == [[20, 30, 40], [210, 70, 70], [70, 210, 70], [70, 70, 210]]
    assert story["count"] == [4, 4, 4]
    assert story["entry"] == ["first", 3, True]


def test_animation(story: dict[str, Any]) -> None:
    assert story["path"] == "/tmp/legacy.gif"
    assert story["size"] == [32, 16]
    assert len(story["names"]) == 5
    assert all("(120ms)" in name for name in story["names"])
    assert story["dots"] == [RED] * 5


def test_border(story: dict[str, Any]) -> None:
    assert story["first"] == [-1]
    assert story["second"] == [5], "the shelf did not keep the width of the first time"
    assert story["size"] == [70, 50]
    assert story["names"] == ["photo", "Border"]
    assert story["pixels"] == [[0, 128, 0, 255], [0, 128, 0, 255], 0]
    assert story["guides"] == [[0, 5], [0, 45], [1, 5], [1, 65]]
    assert story["pattern"]


def test_tilted_card(story: dict[str, Any]) -> None:
    assert story["told"] == [65, 80]
    assert story["names"] == ["Card", "Mirror"]
    assert story["corner"] == [0, 255]
    assert story["mirrored"] == [40, 39 * 6, 100]
    assert story["mask"] == [True] * 3
    assert story["opacity"] == 60.0
    assert story["offsets"] == [[5, 0], [0, 40]]
