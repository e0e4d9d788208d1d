"""Figures as Markdown and JSON; every figure names the run that made it, every row its n."""

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

from evaluation.experiments import Row, Table
from evaluation.floors import Verdict
from evaluation.hints import Help, Movement
from evaluation.metrics import SCORE_NAMES

FORMAT = 1
_FLAT_LIST = re.compile(r"\[[^\[\]{}]*\]")


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
    """A model that was evaluated; ``words`` is what a person saw on the sheets of these weights."""

    name: str
    sha256: str
    is_default: bool
    dtype: str
    words: str = ""


@dataclass(frozen=True, eq=False)
class HintRows:
    """What hints did to one model."""

    colorizer: str
    movements: tuple[Movement, ...]
    helps: tuple[Help, ...]


@dataclass(frozen=True, eq=False)
class Report:
    """A whole evaluation."""

    run: Run
    models: tuple[ModelFacts, ...]
    tables: tuple[Table, ...]
    hints: tuple[HintRows, ...] = ()
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


def figures(tables: Sequence[Table], colorizer: str) -> dict[str, float]:
    """Return a colorizer's summaries as {"experiment.metric": value}."""
    found: dict[str, float] = {}
    for table in tables:
        for row in table.rows:
            if row.colorizer == colorizer:
                for metric, value in asdict(row.summary).items():
                    if value is not None:
                        found[f"{row.experiment}.{metric}"] = float(value)
    return found


def hint_figures(hints: HintRows) -> dict[str, float]:
    """Return the means over photographs as {"hints.surface": ..., "hints.gain": ...}."""
    found: dict[str, float] = {}
    for area in ("surface", "unlike", "patch", "surface_plain", "unlike_plain", "far_ab"):
        values = [getattr(movement, area) for movement in hints.movements]
        if not all(math.isnan(value) for value in values):
            found[f"hints.{area}"] = float(np.nanmean(values))
    if hints.helps:
        found["hints.gain"] = float(np.mean([one.with_hints - one.without for one in hints.helps]))
    return found


def write_report(report: Report, folder: Path, name: str) -> tuple[Path, Path]:
    """Write ``name.md`` and ``name.json`` into the folder, made if missing; return both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    markdown, data = folder / f"{name}.md", folder / f"{name}.json"
    markdown.write_text(to_markdown(report, data.name), encoding="utf-8")
    text = json.dumps(to_json(report), indent=1, ensure_ascii=False)
    # Values by picture stay on one line: a hundred thousand lines serve nobody.
    text = _FLAT_LIST.sub(lambda match: " ".join(match[0].split()), text)
    data.write_text(text + "\n", encoding="utf-8")
    return markdown, data


def to_json(report: Report) -> dict[str, Any]:
    """Return everything, per-picture values included, as plain JSON types."""
    experiments = [
        {
            "name": table.experiment.name,
            "title": table.experiment.title,
            "pictures": [case.name for case in table.experiment.cases],
            "rows": [_json_row(row) for row in table.rows],
        }
        for table in report.tables
    ]
    hints = [
        {
            "colorizer": one.colorizer,
            "summary": _rounded(hint_figures(one)),
            "wrong_strokes": [_rounded(asdict(movement)) for movement in one.movements],
            "true_hints": [_rounded(asdict(help_)) for help_ in one.helps],
        }
        for one in report.hints
    ]
    return {
        "format": FORMAT,
        "run": asdict(report.run) | {"seconds": round(report.seconds)},
        "models": [asdict(model) for model in report.models],
        "floors": [
            _rounded(asdict(verdict.floor) | _outcome(verdict)) for verdict in report.floors
        ],
        "experiments": experiments,
        "hints": hints,
    }


def to_markdown(report: Report, data_name: str) -> str:
    """Return the report for readers; ``data_name`` is the file with the values by picture."""
    run = report.run
    lines = [
        "# Quality of the colors",
        "",
        f"Made by `{run.command}` on {run.date}, commit {run.commit}, in "
        f"{report.seconds / 60:.0f} minutes on {run.hardware}; {run.software}. "
        f"Pictures: {run.material}. Values by picture: `{data_name}`. "
        "This file is written by the program; do not edit it.",
        "",
        "PSNR is the mean over pictures, on 8-bit RGB, with the true L in every row. *ab* is the "
        "mean ab distance over gray's, *CF* and *chroma* are colorfulness and chroma over the "
        "truth's, *fail* the share of pixels with true chroma over 15 that came out below 5, "
        "*below gray* the share of pictures whose PSNR is worse than without any color, "
        "*related* the model's own verdict on the reference. PSNR alone prefers pale brown: read "
        "the columns together.",
        "",
    ]
    lines += [f"- {remark}" for remark in run.remarks]
    lines += ["", "## Models", "", "| model | weights, sha256 | numbers |", "|---|---|---|"]
    lines += [
        f"| {model.name}{' (default)' if model.is_default else ''} | `{model.sha256}` "
        f"| {model.dtype} |"
        for model in report.models
    ] or ["| none installed | | |"]
    if report.floors:
        lines += ["", *_floor_lines(report.floors)]
    for table in report.tables:
        lines += ["", *_table_lines(table)]
    if report.hints:
        lines += ["", *_hint_lines(report.hints)]
    lines += ["", "## What the pictures look like", ""]
    for model in report.models:
        words = model.words or "Nobody has looked at the sheets of these weights yet."
        lines += [f"### {model.name}", "", words.strip(), ""]
    return "\n".join(lines).rstrip() + "\n"


def _table_lines(table: Table) -> list[str]:
    n = len(table.experiment.cases)
    lines = [
        f"## {table.experiment.title} (n = {n})",
        "",
        table.experiment.question,
        "",
        "| colorizer | n | PSNR dB | ab | CF | chroma | fail | below gray | related | ms |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in table.rows:
        summary = row.summary
        related = [value for value in row.related if value is not None]
        below = "" if summary.below_gray is None else f"{summary.below_gray:.0%}"
        lines.append(
            f"| {row.title} | {summary.n} | {summary.psnr:.2f} | {summary.ab_ratio:.3f} "
            f"| {summary.colorfulness:.2f} | {summary.chroma:.3f} | {summary.failures:.3f} "
            f"| {below} | {f'{np.mean(related):.2f}' if related else ''} "
            f"| {f'{row.mean_seconds * 1000:.0f}' if row.mean_seconds else ''} |"
        )
    return lines


def _floor_lines(floors: Sequence[Verdict]) -> list[str]:
    lines = [
        "## Floors of the default model",
        "",
        "| figure | wanted | measured | |",
        "|---|---:|---:|---|",
    ]
    for verdict in floors:
        lines.append(
            f"| {verdict.floor.words} | {verdict.floor.relation} {verdict.wanted:.2f} "
            f"| {verdict.measured:.3f} | {'met' if verdict.is_met else '**missed**'} |"
        )
    return lines


def _hint_lines(hints: Sequence[HintRows]) -> list[str]:
    lines = [
        "## Painted hints",
        "",
        "A wrong red stroke (a 55, b 35, 6 × 6 px) is painted on a smooth surface: 1 means that "
        "an area went the whole way to that color, 0 that it stayed. *surface*: connected, L "
        "within 8, within 40 px, the stroke left out; *unlike*: L more than 16 away, within "
        "40 px; *far*: mean change beyond 80 px in ab units. The painted color is taken at each "
        "pixel's own L with as much chroma as sRGB can show there; *plain* is the way to a 55, "
        "b 35 themselves, which dark and light places cannot show. *gain*: PSNR that five true "
        "hints add where the reference belongs to another photograph.",
        "",
        "| model | n | surface | surface > .5 | unlike | stroke | plain: surface | plain: unlike "
        "| far | n | without | gain dB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for one in hints:
        found = hint_figures(one)
        over_half = np.mean([float(movement.surface > 0.5) for movement in one.movements] or [0.0])
        without = np.mean([help_.without for help_ in one.helps] or [math.nan])
        lines.append(
            f"| {one.colorizer} | {len(one.movements)} "
            f"| {found.get('hints.surface', math.nan):.2f} "
            f"| {over_half:.0%} | {found.get('hints.unlike', math.nan):.2f} "
            f"| {found.get('hints.patch', math.nan):.2f} "
            f"| {found.get('hints.surface_plain', math.nan):.2f} "
            f"| {found.get('hints.unlike_plain', math.nan):.2f} "
            f"| {found.get('hints.far_ab', math.nan):.1f} | {len(one.helps)} | {without:.2f} "
            f"| {found.get('hints.gain', math.nan):+.2f} |"
        )
    return lines


def _json_row(row: Row) -> dict[str, Any]:
    by_picture: dict[str, list[float | None]] = {
        name: [_short(getattr(one, name)) for one in row.scores] for name in SCORE_NAMES
    }
    if any(value is not None for value in row.related):
        by_picture["related"] = [_short(value) for value in row.related]
    return {
        "colorizer": row.colorizer,
        "title": row.title,
        "summary": _rounded(asdict(row.summary)),
        "mean_seconds": _short(row.mean_seconds),
        "by_picture": by_picture,
    }


def _outcome(verdict: Verdict) -> dict[str, Any]:
    return {"wanted": verdict.wanted, "measured": verdict.measured, "is_met": verdict.is_met}


def _rounded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _short(value) if isinstance(value, float) else value for key, value in values.items()
    }


def _short(value: float | None) -> float | None:
    """Five digits are more than the figures mean; JSON has no NaN."""
    if value is None or math.isnan(value):
        return None
    return value if isinstance(value, int) else float(f"{value:.5g}")


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
