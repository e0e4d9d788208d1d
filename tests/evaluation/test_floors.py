from __future__ import annotations

import pytest

from evaluation.floors import COLOR_FLOORS, RESTORATION_FLOORS, Floor, Verdict, judge
from evaluation.intervals import Estimate
from evaluation.tables import Answers, Row, Ruler, Table

BASE = 22.04


def table(name: str, rows: dict[str, dict[str, float]]) -> Table:
    return Table(
        name,
        name,
        "?",
        Ruler("any", (), ""),
        ("000",),
        tuple(
            Row(
                Answers(row, row, {}),
                {figure: Estimate(value) for figure, value in figures.items()},
                {},
            )
            for row, figures in rows.items()
        ),
    )


def judged(floors: tuple[Floor, ...], **changed: float) -> dict[str, Verdict]:
    """Verdicts where every floor is just held (an aim where there is no floor), but for some."""
    tables = []
    for one in floors:
        name, figure = one.figure.split(".")
        level = one.floor if one.floor is not None else one.aim or 0.0
        level = changed.get(one.figure.replace(".", "__").replace("-", "_"), level)
        own = "tiny" + (f"-{one.of}" if one.of else "")
        rows = {own: {figure: level}}
        if one.beside:
            beside = "tiny" if one.beside == "default" else one.beside
            rows = {own: {figure: level + (0 if figure in changed else BASE)}} | {
                beside: {figure: BASE}
            }
        tables.append((one, table(name, rows)))
    return {one.words: judge([one], [made], "tiny")[0] for one, made in tables}


@pytest.mark.parametrize("floors", [COLOR_FLOORS, RESTORATION_FLOORS])
def test_what_just_holds_a_floor_meets_it(floors: tuple[Floor, ...]) -> None:
    verdicts = judged(floors)
    assert len(verdicts) == len(floors)  # their words tell them apart
    for verdict in verdicts.values():
        reached = verdict.floor if verdict.floor is not None else verdict.aim
        assert verdict.measured.value == pytest.approx(reached)
        assert verdict.is_met


def test_floors_and_aims_are_told_apart() -> None:
    def verdict(floor: Floor, value: float) -> Verdict:
        name, figure = floor.figure.split(".")
        return judge([floor], [table(name, {"tiny": {figure: value}})], "tiny")[0]

    both = Floor("self.psnr", "both", "≥", 30.0, 32.0)
    words = [verdict(both, value).words for value in (29.9, 30.0, 32.0)]
    assert words == ["missed", "floor met", "aim met"]
    most = Floor("self.ab", "at most", "≤", None, 0.36)
    assert [verdict(most, value).words for value in (0.37, 0.36)] == ["aim missed", "aim met"]
    assert [verdict(both, value).is_met for value in (29.9, 30.0)] == [False, True]


def test_a_row_with_other_options_stands_beside_another_row() -> None:
    rows = {"input": {"psnr": 20.0}, "tiny": {"psnr": 21.0}, "tiny-tone": {"psnr": 21.6}}
    floors = [
        Floor("mix.psnr", "gain", "≥", 1.5, None, "input", "tone"),
        Floor("mix.psnr", "cost", "≥", -0.3, None, "default", "tone"),
        Floor("mix.psnr", "plain", "≥", 1.5, None, "input"),
    ]
    verdicts = judge(floors, [table("mix", rows)], "tiny")
    assert [verdict.floor for verdict in verdicts] == [21.5, 20.7, 21.5]
    assert [verdict.measured.value for verdict in verdicts] == [21.6, 21.6, 21.0]
    assert [verdict.is_met for verdict in verdicts] == [True, True, False]


def test_what_was_not_measured_is_left_out() -> None:
    assert judge(COLOR_FLOORS, [], "tiny") == []
    strangers = table("shuffled", {"tiny": {"psnr": 22.0}})  # without gray beside it
    assert judge(COLOR_FLOORS, [strangers], "tiny") == []
