"""Tables and verdicts as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from evaluation.floors import Verdict
from evaluation.intervals import Estimate
from evaluation.tables import Figure, Row, Table


def table_lines(table: Table, *, with_legend: bool) -> list[str]:
    """Return a table with its heading; the legend tells how the columns are read."""
    shown = [figure for figure in table.ruler.figures if _is_shown(figure, table.rows)]
    compared = [one for one in shown if one.is_compared and any(row.behind for row in table.rows)]
    headings = [figure.heading for figure in shown]
    headings += [f"{table.compared} − row: {figure.heading}" for figure in compared]
    lines = [f"## {table.title} (n = {len(table.pictures)})", "", table.question, ""]
    if with_legend:
        lines += [table.ruler.legend, ""]
    lines += [f"| | {' | '.join(headings)} |", "|---" + "|---:" * len(headings) + "|"]
    for row in table.rows:
        cells = [_cell(row.figures.get(figure.name), figure) for figure in shown]
        cells += [_cell(row.behind.get(figure.name), figure, signed=True) for figure in compared]
        lines.append(f"| {row.answers.title} | {' | '.join(cells)} |")
    return lines


def floor_lines(floors: Sequence[Verdict]) -> list[str]:
    """Return floors and aims, each beside what was measured."""
    lines = [
        "## Floors and aims",
        "",
        "A floor must be held, an aim is hoped for.",
        "",
        "| figure | floor | aim | measured | |",
        "|---|---:|---:|---:|---|",
    ]
    for one in floors:
        floor, aim = (
            "" if value is None else f"{one.of.relation} {value:.2f}"
            for value in (one.floor, one.aim)
        )
        words = f"**{one.words}**" if "missed" in one.words else one.words
        measured = _with_interval(one.measured, 3)
        lines.append(f"| {one.of.words} | {floor} | {aim} | {measured} | {words} |")
    return lines


def _is_shown(figure: Figure, rows: Sequence[Row]) -> bool:
    return bool(figure.heading) and any(figure.name in row.figures for row in rows)


def _cell(estimate: Estimate | None, figure: Figure, *, signed: bool = False) -> str:
    if estimate is None:
        return ""
    if figure.digits is None:
        return _with_interval(estimate, 0, scale=100, unit="%", signed=signed)
    return _with_interval(estimate, figure.digits, signed=signed)


def _with_interval(
    estimate: Estimate, digits: int, *, scale: float = 1, unit: str = "", signed: bool = False
) -> str:
    sign = "+" if signed else ""
    text = f"{estimate.value * scale:{sign}.{digits}f}"
    width = f"{(estimate.half_width or 0.0) * scale:.{digits}f}"
    if not float(width):  # nothing varies, as with gray's own ab, or there is one picture
        return text + unit
    return f"{text} ± {width.removeprefix('0') if digits else width}{unit}"
