"""Checkerboards through the whole path, for many kinds of images, layers and selections.

Each of the combinations is one layer of an image; an image's layers are chosen together.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.editors.gimp import plugin_bench
from tests.editors.gimp.bench import Bench

IMAGES, LAYERS = 16, 4
OF_AN_IMAGE: dict[str, list[Any]] = {
    "mode": ["rgb", "gray", "indexed"],
    "precision": [
        "u8-non-linear",
        "u8-linear",
        "u16-non-linear",
        "u16-linear",
        "u32-non-linear",
        "half-linear",
        "half-perceptual",
        "float-non-linear",
        "float-linear",
    ],
    "selection": ["none", "hard", "feathered", "whole", "partly-outside"],
    "profile": ["none", "none", "adobe"],
    "strength": [0.0, 0.0, 0.0, 1.0],
}
OF_A_LAYER: dict[str, list[Any]] = {
    "kind": ["layer", "layer", "layer", "layer", "group"],
    "alpha": [False, True],
    "size": [(31, 23), (70, 60)],
    "offset": [(0, 0), (9, 7), (-11, -5), (40, 30), (100, 90)],
    "own mask": ["none", "none", "soft", "disabled"],
    "parent": ["none", "group", "nested", "pass-through"],
}


def drawn(axes: dict[str, list[Any]], count: int, source: random.Random) -> list[dict[str, Any]]:
    """Draw cases in which every value of every axis comes up about equally often."""
    columns = {}
    for axis, values in axes.items():
        column = (values * count)[:count]
        source.shuffle(column)
        columns[axis] = column
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def combinations() -> list[dict[str, Any]]:
    source = random.Random(12)
    cases = drawn(OF_AN_IMAGE, IMAGES, source)
    layers = iter(drawn(OF_A_LAYER, IMAGES * LAYERS, source))
    for case in cases:
        if case["mode"] == "indexed":  # GIMP has no others
            case["precision"] = "u8-non-linear"
        case["layers"] = {f"layer {number}": next(layers) for number in range(LAYERS)}
    return cases


def examine_all(cases: list[dict[str, Any]]) -> list[list[str]]:
    from plugin_matrix import examine

    return [examine(case) for case in cases]


@pytest.mark.timeout(2700)
def test_every_combination_gives_the_right_pixels_at_the_right_place(
    bench: Bench, tmp_path: Path
) -> None:
    cases = combinations()
    assert len(cases) * LAYERS >= 40
    plugin_bench.install(bench)
    with plugin_bench.mirror(bench, tmp_path / "state"):
        run = bench.batch(examine_all, timeout_s=2400, cases=cases)
    wrong = [(case, said) for case, said in zip(cases, run.value, strict=True) if said]
    assert not wrong, "\n".join(f"{case}: {said}" for case, said in wrong)
