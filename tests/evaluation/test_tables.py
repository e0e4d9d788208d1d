from __future__ import annotations

import numpy as np
import pytest

from evaluation.tables import Answers, Figure, Ruler, Table, by_name, figures_of, make_rows

RULER = Ruler(
    "test",
    (
        Figure("level", "level", heading="level", is_compared=True),
        Figure("share", "part", "whole"),
        Figure("worst", "level", is_largest=True),
        Figure("absent", "absent"),
    ),
    "",
)


def answers(name: str, levels: list[float]) -> Answers:
    whole = np.full(len(levels), 4.0)
    values = {"level": np.array(levels), "part": whole / 2, "whole": whole}
    return Answers(name, name.title(), values)


def test_rows_stand_beside_the_default() -> None:
    good, poor = make_rows(RULER, [answers("good", [3, 5]), answers("poor", [1, 2])], "good")
    assert good.figures["level"].value == 4
    assert good.figures["share"].value == 0.5
    assert good.behind == {}
    assert poor.behind["level"].value == 2.5
    assert "worst" not in poor.behind  # a maximum cannot be resampled
    assert "absent" not in good.figures


def test_without_a_default_nothing_is_compared() -> None:
    assert make_rows(RULER, [answers("good", [3, 5])], None)[0].behind == {}


def test_the_largest_value_has_no_interval() -> None:
    (row,) = make_rows(RULER, [answers("good", [3, 5])], None)
    assert row.figures["worst"].value == 5
    assert row.figures["worst"].half_width is None


def test_pictures_without_a_value_do_not_count() -> None:
    (row,) = make_rows(RULER, [answers("good", [3, float("nan"), 4])], None)
    assert row.figures["level"].value == pytest.approx(3.5)
    assert np.isfinite(row.figures["level"].half_width or np.nan)


def test_values_are_gathered_by_name() -> None:
    gathered = by_name([{"a": 1.0, "b": None}, {"a": 2.0, "b": 3.0}])
    assert gathered["a"].tolist() == [1, 2]
    assert np.isnan(gathered["b"][0])
    assert by_name([]) == {}


def test_figures_are_found_by_table_and_name() -> None:
    rows = make_rows(RULER, [answers("good", [3, 5]), answers("poor", [1, 2])], None)
    table = Table("self", "Self", "?", RULER, ("a", "b"), rows)
    assert figures_of([table], "poor")["self.level"].value == 1.5
    assert figures_of([table], "nobody") == {}
