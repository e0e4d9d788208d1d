"""A whole evaluation as Markdown and JSON; every figure names the run that made it."""

from __future__ import annotations

import json
import math
import os
import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

from evaluation.floors import Verdict
from evaluation.intervals import Estimate
from evaluation.markdown import floor_lines, table_lines
from evaluation.tables import Row, Table

FORMAT = 2
_FLAT_LIST = re.compile(r"\[[^\[\]{}]*\]")
_LINE_END = re.compile(r"\n *")


@dataclass(frozen=True)
class Run:
    """What has to be known to make the same figures again."""

    date: str
    command: str
    commit: str
    hardware: str
    software: str
    material: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class ModelFacts:
    """A model that was evaluated.

    ``words`` is what a person saw on the pages of these weights; empty where nobody looked, None
    where other pictures were measured.
    """

    name: str
    sha256: str
    is_default: bool
    dtype: str
    words: str | None = None


@dataclass(frozen=True, eq=False)
class Report:
    """A whole evaluation."""

    title: str
    run: Run
    models: tuple[ModelFacts, ...]
    tables: tuple[Table, ...]
    floors: tuple[Verdict, ...] = ()
    seconds: float = 0.0


def describe_run(
    command: str, material: str, remarks: Sequence[str], repository: Path, threads: int
) -> Run:
    """Say when, from which commit and on what machine an evaluation runs."""
    commit = _git(repository, "rev-parse", "--short=12", "HEAD") or "unknown"
    if _git(repository, "status", "--porcelain", "--untracked-files=no"):
        commit += " with local changes"
    hardware = f"{_processor()}, {os.cpu_count()} cores, {threads} threads for networks"
    if torch.cuda.is_available():
        hardware += f", {torch.cuda.get_device_name()}"
    software = f"Python {platform.python_version()}, torch {torch.__version__}"
    date = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return Run(date, command, commit, hardware, software, material, tuple(remarks))


def write_report(report: Report, folder: Path, name: str) -> tuple[Path, Path]:
    """Write ``name.md`` and ``name.json`` into the folder, made if missing; return both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    markdown, data = folder / f"{name}.md", folder / f"{name}.json"
    markdown.write_text(to_markdown(report, data.name), encoding="utf-8")
    text = json.dumps(to_json(report), indent=1, ensure_ascii=False)
    # Values by picture stay on one line: a hundred thousand lines serve nobody.
    text = _FLAT_LIST.sub(lambda match: _LINE_END.sub("", match[0]), text)
    data.write_text(text + "\n", encoding="utf-8")
    return markdown, data


def to_json(report: Report) -> dict[str, Any]:
    """Return everything, per-picture values included, as plain JSON types.

    An estimate is a list of its value and the ends of its 95 % interval (null for none).
    """
    return {
        "format": FORMAT,
        "run": asdict(report.run) | {"seconds": round(report.seconds)},
        "models": [asdict(model) for model in report.models],
        "floors": [
            {
                "figure": verdict.of.figure,
                "words": verdict.of.words,
                "relation": verdict.of.relation,
                "floor": _short(verdict.floor),
                "aim": _short(verdict.aim),
                "measured": _json_estimate(verdict.measured),
                "verdict": verdict.words,
            }
            for verdict in report.floors
        ],
        "tables": [
            {
                "name": table.name,
                "title": table.title,
                "measures": table.ruler.name,
                "compared": table.compared,
                "pictures": list(table.pictures),
                "rows": [_json_row(row) for row in table.rows],
            }
            for table in report.tables
        ],
    }


def to_markdown(report: Report, data_name: str) -> str:
    """Return the report for readers; ``data_name`` is the file with the values by picture."""
    run = report.run
    lines = [
        f"# {report.title}",
        "",
        f"Made by `{run.command}` on {run.date}, commit {run.commit}, in "
        f"{report.seconds / 60:.0f} minutes on {run.hardware}; {run.software}. "
        f"Pictures: {run.material}. Values by picture: `{data_name}`. "
        "This file is written by the program; do not edit it.",
        "",
        "Behind ± stands half of the 95 % interval: the bootstrap over pictures, 2,000 resamples, "
        "seeded. *Default −* columns say how far the default model lies above the row, resampled "
        "over the same pictures: a difference larger than its ± is hardly an accident of which "
        "pictures were taken.",
    ]
    if run.remarks:
        lines += ["", *(f"- {remark}" for remark in run.remarks)]
    if report.models:
        lines += ["", "## Models", "", "| model | weights, sha256 | numbers |", "|---|---|---|"]
        for model in report.models:
            default = " (default)" if model.is_default else ""
            lines.append(f"| {model.name}{default} | `{model.sha256}` | {model.dtype} |")
    if report.floors:
        lines += ["", *floor_lines(report.floors)]
    explained: set[str] = set()
    for table in report.tables:
        lines += ["", *table_lines(table, with_legend=table.ruler.name not in explained)]
        explained.add(table.ruler.name)
    looked_at = [model for model in report.models if model.words is not None]
    lines += ["", "## What the pictures look like"] if looked_at else []
    for model in looked_at:
        words = model.words or "Nobody has looked at the pictures of these weights yet."
        lines += ["", f"### {model.name}", "", words.strip()]
    return "\n".join(lines) + "\n"


def _json_row(row: Row) -> dict[str, Any]:
    return {
        "name": row.answers.name,
        "title": row.answers.title,
        "figures": _json_estimates(row.figures),
        "default_minus_this": _json_estimates(row.behind),
        "by_picture": {
            name: [_short(value) for value in values.tolist()]
            for name, values in row.answers.values.items()
            if np.isfinite(values).any()
        },
    }


def _json_estimates(estimates: Mapping[str, Estimate]) -> dict[str, list[float | None]]:
    return {name: _json_estimate(one) for name, one in estimates.items()}


def _json_estimate(one: Estimate) -> list[float | None]:
    return [_short(one.value), _short(one.low), _short(one.high)]


def _short(value: float | None) -> float | None:
    """Four digits are more than the figures mean; JSON has no NaN."""
    if value is None or math.isnan(value):
        return None
    short = float(f"{value:.4g}")
    return int(short) if short.is_integer() else short


def _git(repository: Path, *words: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(repository), *words], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
