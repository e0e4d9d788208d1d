"""Figures as Markdown and JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.figures import Figure

_INTRODUCTION = """# Benchmarks

Written by `{command}`. Every ratio was measured in one run, interleaved with its yardstick, and is
the best of several rounds on both sides: on a busy machine trust ratios, not seconds. What each
line measures stands in [benchmarks.md](../benchmarks.md).
"""


def markdown(
    figures: Sequence[Figure], facts: Mapping[str, str], notes: Sequence[str], command: str
) -> str:
    """Return the page: facts of the machine, a table, and what could not be measured."""
    lines = [_INTRODUCTION.format(command=command)]
    lines += [f"- {name}: {value}" for name, value in facts.items()]
    lines += ["", "| benchmark | what | figure | aim | | detail |", "|---|---|--:|--:|---|---|"]
    for figure in figures:
        aim = f"{figure.aim} {figure.unit}" if figure.aim else ""
        value = f"{number(figure.value)} {figure.unit}"
        cells = (figure.benchmark, figure.what, value, aim, figure.verdict, figure.detail)
        lines.append("| " + " | ".join(cells) + " |")
    if notes:
        lines += ["", *(f"- {note}" for note in notes)]
    return "\n".join(lines) + "\n"


def write(
    folder: Path,
    figures: Sequence[Figure],
    facts: Mapping[str, str],
    notes: Sequence[str],
    command: str,
) -> tuple[Path, Path]:
    """Write ``benchmarks.md`` and ``benchmarks.json`` into a folder; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    page, data = folder / "benchmarks.md", folder / "benchmarks.json"
    page.write_text(markdown(figures, facts, notes, command), encoding="utf-8")
    rows = [asdict(figure) | {"verdict": figure.verdict} for figure in figures]
    whole = {
        "format": 1,
        "command": command,
        "machine": dict(facts),
        "figures": rows,
        "notes": list(notes),
    }
    text = json.dumps(whole, indent=1, ensure_ascii=False)
    data.write_text(text + "\n", encoding="utf-8")
    return page, data


def number(value: float) -> str:
    """Return a number with three digits that count."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
