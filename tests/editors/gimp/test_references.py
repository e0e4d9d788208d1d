"""References and hints from wherever the user has them, as they arrive at the server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.editors.gimp import plugin_bench
from tests.editors.gimp.bench import Bench


def call_with_each(kinds: list[str]) -> list[list[Any]]:
    from plugin_references import call_with

    return [call_with(kind) for kind in kinds]


def brought(bench: Bench, tmp_path: Path, which: str) -> dict[str, np.ndarray]:
    plugin_bench.install(bench)
    with plugin_bench.mirror(bench, tmp_path / "state"):
        (answer,) = bench.batch(call_with_each, timeout_s=280, kinds=[which]).value
    assert answer == ["success", "", 1, 0, 2]  # one layer more, and no image left behind
    with np.load(tmp_path / "state" / "brought.npz") as found:
        return dict(found)


def test_references_of_every_kind_arrive_together(bench: Bench, tmp_path: Path) -> None:
    for name in ("red", "yellow", "cyan"):
        Image.new("RGB", (7, 4), name).save(bench.out / f"{name}.png")
    found = brought(bench, tmp_path, "all")
    names = [str(name) for name in found["names"]]
    assert names[:5] == ["red.png", "yellow.png", "cyan.png", "black", "blue"]
    assert names[6] == "clipboard"
    pictures = [found[str(at)] for at in range(7)]
    colors = [picture[0, 0, :3].tolist() for picture in pictures]
    assert colors == [[1, 0, 0], [1, 1, 0], [0, 1, 1], [1, 1, 1], [0, 0, 1], [0, 1, 0], [1, 0, 1]]
    sizes = [picture.shape[:2] for picture in pictures]
    assert sizes == [(4, 7), (4, 7), (4, 7), (4, 4), (2, 3), (10, 12), (5, 6)]
    assert pictures[5][6, 6, :3].tolist() == [0, 0, 1]  # the image as it is seen


def test_the_selected_part_of_a_layer_is_a_reference(bench: Bench, tmp_path: Path) -> None:
    found = brought(bench, tmp_path, "part of a layer")
    part = found["0"]
    assert part.shape == (4, 4, 4)  # where the ellipse meets the layer
    assert (part[..., :3] == [1, 0, 0]).all()
    assert part[2, 0, 3] == 1.0
    assert part[3, 3, 3] < 1.0


def test_the_selected_part_of_an_image_is_a_reference(bench: Bench, tmp_path: Path) -> None:
    found = brought(bench, tmp_path, "part of an image")
    part = found["0"]
    assert part.shape == (5, 6, 4)
    assert part[2, 1, :3].tolist() == [0, 1, 0]
    assert part[2, 4, :3].tolist() == [1, 0, 0]
    assert part[0, 0, 3] < part[2, 3, 3] == 1.0


def test_hints_lie_where_they_were_painted(bench: Bench, tmp_path: Path) -> None:
    found = brought(bench, tmp_path, "hints")
    hints, selection = found["hints"], found["selection"]
    assert hints.shape == (30, 40, 4)
    painted = np.argwhere(hints[..., 3] > 0)
    assert painted.min(0).tolist() == [0, 0]
    assert painted.max(0).tolist() == [1, 7]  # rows 0..3 less 2, columns 2..11 less 4
    assert hints[1, 7].tolist() == [1, 0, 0, 1]
    assert np.argwhere(selection > 0).max(0).tolist() == [27, 15]
    assert not len(found["names"])


def test_references_that_cannot_be_had_are_a_sentence(bench: Bench, tmp_path: Path) -> None:
    words = {
        "nothing copied": "The clipboard holds no picture",
        "no file": "none.png cannot be opened",
        "no picture": "names.txt cannot be opened",
        "nothing visible": "shows nothing",
        "opaque hints": "opaque",
        "elsewhere": "Nothing of the reference is selected",
        "too many": "9 references",
    }
    (bench.out / "names.txt").write_text("no picture")
    Image.new("RGB", (7, 4), "red").save(bench.out / "red.png")
    plugin_bench.install(bench)
    with plugin_bench.mirror(bench, tmp_path / "state"):
        answers = bench.batch(call_with_each, timeout_s=280, kinds=list(words)).value
    for (which, word), (status, message, *changes) in zip(words.items(), answers, strict=True):
        assert status == "execution-error", which
        assert word in message, (which, message)
        assert changes == [0, 0, 2], which
