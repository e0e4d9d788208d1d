"""Tables of figures: rows that answer one question over the same pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.exhibits import Exhibit
from evaluation.intervals import Estimate, Ratio, resamples


@dataclass(frozen=True)
class Figure:
    """A figure of a set of pictures: the mean of a value by picture, or a ratio of two means.

    name: stable, in JSON. over, under: names of values by picture; without ``under`` the figure is
    the mean of ``over``. heading: of its column in Markdown; empty keeps it out of there. digits:
    behind the point in Markdown; None writes percent. is_largest: the largest value instead of a
    mean. is_compared: Markdown shows how far the default model's lies above each other row's.
    """

    name: str
    over: str
    under: str = ""
    heading: str = ""
    digits: int | None = 2
    is_largest: bool = False
    is_compared: bool = False

    def ratio(self, values: Mapping[str, np.ndarray]) -> Ratio:
        """Return what is summed above and below; pictures without a value (NaN) count nowhere."""
        over = values[self.over]
        under = values[self.under] if self.under else np.ones_like(over)
        is_known = np.isfinite(over) & np.isfinite(under)
        return Ratio(np.where(is_known, over, 0.0), np.where(is_known, under, 0.0))

    def estimate(self, values: Mapping[str, np.ndarray]) -> Estimate:
        """Return the figure of a set of pictures; the largest value has no interval."""
        if self.is_largest:
            return Estimate(float(values[self.over].max()))
        return resamples(len(values[self.over])).ratio(self.ratio(values))


@dataclass(frozen=True)
class Ruler:
    """What is measured in a table, and how its columns are read."""

    name: str
    figures: tuple[Figure, ...]
    legend: str


@dataclass(frozen=True, eq=False)
class Answers:
    """What one colorizer or restorer reached: values by name, (n,) float64 each, NaN for none."""

    name: str
    title: str
    values: Mapping[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Row:
    """Answers and their figures; ``behind`` is the default model's figure minus this row's.

    What no picture has a value for is in neither.
    """

    answers: Answers
    figures: Mapping[str, Estimate]
    behind: Mapping[str, Estimate]


@dataclass(frozen=True, eq=False)
class Table:
    """All rows under one question; ``name`` is stable, ``title`` is for readers.

    The rows' values, and the exhibits where there are any, are in the order of ``pictures``.
    ``compared`` names, for readers, the row from which the others' distance is told.
    """

    name: str
    title: str
    question: str
    ruler: Ruler
    pictures: tuple[str, ...]
    rows: tuple[Row, ...]
    exhibits: tuple[Exhibit, ...] = ()
    compared: str = "default"


def by_name(scores: Sequence[Mapping[str, float | None]]) -> dict[str, np.ndarray]:
    """Return what was measured picture by picture as one (n,) array a name; None becomes NaN."""
    names = scores[0] if scores else ()
    return {name: np.array([one[name] for one in scores], np.float64) for name in names}


def make_rows(ruler: Ruler, answers: Sequence[Answers], default: str | None) -> tuple[Row, ...]:
    """Measure every row, and how far it lies behind the row of that name, if there is one."""
    first = next((one for one in answers if one.name == default), None)
    return tuple(_row(ruler, one, first) for one in answers)


def figures_of(tables: Sequence[Table], name: str) -> dict[str, Estimate]:
    """Return the figures of one colorizer or restorer as {"table.figure": estimate}."""
    return {
        f"{table.name}.{figure}": estimate
        for table in tables
        for row in table.rows
        if row.answers.name == name
        for figure, estimate in row.figures.items()
    }


def _row(ruler: Ruler, one: Answers, first: Answers | None) -> Row:
    known = [figure for figure in ruler.figures if figure.over in one.values]
    figures = {figure.name: figure.estimate(one.values) for figure in known}
    behind = {}
    if first is not None and first is not one:
        draws = resamples(len(next(iter(one.values.values()))))
        behind = {
            figure.name: draws.difference(figure.ratio(first.values), figure.ratio(one.values))
            for figure in known
            if not figure.is_largest and figure.over in first.values
        }
    return Row(one, _measured(figures), _measured(behind))


def _measured(estimates: Mapping[str, Estimate]) -> dict[str, Estimate]:
    return {name: one for name, one in estimates.items() if not np.isnan(one.value)}
