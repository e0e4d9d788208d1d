"""Checkerboards through the whole path, for many kinds of images, layers and selections."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.editors.gimp import plugin_bench
from tests.editors.gimp.bench import Bench

COUNT = 44
AXES: dict[str, list[Any]] = {
    "mode": ["rgb", "gray", "indexed"],
    "alpha": [False, True],
    "precision": [
        "u8-non-linear",
        "u8-linear",
        "u16-non-linear",
        "u16-linear",
        "u32-non-linear",
        "half-linear",
        "float-non-linear",
        "float-linear",
    ],
    "size": [(31, 23), (70, 60)],
    "offset": [(0, 0), (9, 7), (-11, -5), (40, 30), (100, 90)],
    "selection": ["none", "hard", "feathered", "whole", "partly-outside"],
    "parent": ["none", "group", "nested", "pass-through"],
    "profile": ["none", "none", "adobe"],
    "strength": [0.0, 0.0, 0.0, 1.0],
}


def combinations() -> list[dict[str, Any]]:
    """Draw cases in which every value of every axis comes up about equally often."""
    source = random.Random(12)
    columns = {}
    for axis, values in AXES.items():
        column = (values * COUNT)[:COUNT]
        source.shuffle(column)
        columns[axis] = column
    cases = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    for case in cases:
        if case["mode"] == "indexed":  # GIMP has no others
            case["precision"] = "u8-non-linear"
    return cases


def examine_all(cases: list[dict[str, Any]]) -> list[list[str]]:
    from plugin_matrix import examine

    return [examine(case) for case in cases]


@pytest.mark.timeout(900)
def test_every_combination_gives_the_right_pixels_at_the_right_place(
    bench: Bench, tmp_path: Path
) -> None:
    cases = combinations()
    assert len({repr(case) for case in cases}) >= 40
    plugin_bench.install(bench)
    with plugin_bench.mirror(bench, tmp_path / "state"):
        run = bench.batch(examine_all, timeout_s=800, cases=cases)
    wrong = [(case, said) for case, said in zip(cases, run.value, strict=True) if said]
    assert not wrong, "\n".join(f"{case}: {said}" for case, said in wrong)
