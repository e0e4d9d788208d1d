from __future__ import annotations

import numpy as np
import pytest
import torch
from restore_colorize.imaging import Picture, srgb_to_lab

from evaluation.baselines import BASELINES
from evaluation.experiments import (
    SMALL_SET,
    Case,
    exhibit_pairs,
    experiments,
    own_experiments,
    run_experiment,
    scene_of,
)
from evaluation.packs import Material, Pair, Photograph
from evaluation.tables import Table, figures_of
from tests.evaluation.pictures import picture


@pytest.fixture(scope="module")
def material() -> Material:
    photographs = tuple(Photograph(f"{n:03}", picture(40, 52, seed=n)) for n in range(3))
    pair = Pair("a", picture(seed=7), picture(seed=8))
    return Material("packs", photographs, {"scene": (pair,)}, (pair,))


@pytest.fixture(scope="module")
def tables(material: Material) -> list[Table]:
    return [run_experiment(one, BASELINES, default="lookup") for one in experiments(material)]


def value(tables: list[Table], colorizer: str, figure: str) -> float:
    return figures_of(tables, colorizer)[figure].value


def test_every_experiment_has_every_baseline_beside_gray(tables: list[Table]) -> None:
    assert [table.name for table in tables] == [
        "self",
        "shuffled",
        "gray-reference",
        "rotated",
        "pairs-scene",
        "pairs-scene-rotated",
    ]
    for table in tables:
        assert [row.answers.name for row in table.rows] == [one.name for one in BASELINES]
        for row in table.rows:
            assert "below_gray" in row.figures
            assert {len(values) for values in row.answers.values.values()} == {len(table.pictures)}
            assert ("psnr" in row.behind) == (row.answers.name != "lookup")
    assert value(tables, "gray", "self.ab_ratio") == pytest.approx(1, abs=1e-3)
    assert value(tables, "gray", "self.below_gray") == 0
    assert value(tables, "lookup", "gray-reference.chroma") < 0.02
    assert value(tables, "lookup", "self.psnr") > value(tables, "lookup", "shuffled.psnr")


def test_a_second_run_gives_the_same_figures(material: Material, tables: list[Table]) -> None:
    again = run_experiment(experiments(material)[0], BASELINES, default="lookup")
    for row, before in zip(again.rows, tables[0].rows, strict=True):
        assert np.array_equal(row.answers.values["psnr"], before.answers.values["psnr"])
        assert row.figures["psnr"] == before.figures["psnr"]
        assert row.behind == before.behind


def test_shuffled_gives_everyone_the_reference_of_the_one_before() -> None:
    pictures = [picture(12, 12, seed=seed) for seed in range(3)]
    cases = [
        Case(str(place), lambda one=one: scene_of(one, one)) for place, one in enumerate(pictures)
    ]
    own, shuffled, gray, turned = own_experiments(cases)
    assert [one.name for one in (own, shuffled, gray, turned)] == [
        "own",
        "own-shuffled",
        "own-gray-reference",
        "own-rotated",
    ]
    given = [case.open() for case in shuffled.cases]
    assert [scene.reference for scene in given] == [pictures[2], pictures[0], pictures[1]]
    assert [scene.truth for scene in given] == pictures
    assert srgb_to_lab(gray.cases[0].open().reference.planes)[1:].abs().max() < 0.02
    scene = turned.cases[1].open()
    for one in (scene.truth, scene.reference):
        before, after = (srgb_to_lab(each.planes)[1:].mean((1, 2)) for each in (pictures[1], one))
        assert float(before @ after / before.norm() / after.norm()) < 0.5
    assert [one.name for one in own_experiments(cases[:1])] == [
        "own",
        "own-gray-reference",
        "own-rotated",
    ]


def test_what_asks_one_thing_takes_few_cases_spread_over_all() -> None:
    def opened() -> None:
        raise AssertionError("nothing is read before its turn comes")

    cases = [Case(str(place), opened) for place in range(118)]  # type: ignore[arg-type]
    turned = own_experiments(cases)[-1].cases
    assert 0 < len(turned) <= SMALL_SET
    assert turned[-1].name == "116"


def test_exhibits_show_all_that_was_asked_and_how_bad_it_is(material: Material) -> None:
    table = run_experiment(experiments(material)[0], BASELINES, shown=["tint", "lookup"])
    assert [exhibit.name for exhibit in table.exhibits] == list(table.pictures)
    distances = table.rows[-1].answers.values["ciede2000"].tolist()
    assert [exhibit.badness for exhibit in table.exhibits] == distances
    captions = [tile.caption for tile in table.exhibits[0].tiles]
    assert [captions[place] for place in (0, 1, -1)] == ["target", "reference", "truth"]
    assert captions[2].startswith("constant tint")
    assert "dB" in captions[3]


def test_pairs_without_published_results_are_shown_last() -> None:
    near, far, none = (
        Pair(name, picture(seed=1), picture(seed=2), published=published)
        for name, published in (
            ("near", {"method": picture(seed=1).with_planes(torch.full((3, 48, 64), 0.5))}),
            ("far", {"method": Picture(picture(50, 70, seed=3).planes)}),
            ("none", {}),
        )
    )
    shown = exhibit_pairs([none, near, far], BASELINES[:1])
    shown.sort(key=lambda exhibit: -exhibit.badness)
    assert [exhibit.name for exhibit in shown] == ["far", "near", "none"]
    assert shown[0].tiles[-1].caption == "published"
    assert shown[2].tiles[-1].jpeg is None
