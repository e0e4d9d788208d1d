"""Command line of the evaluation: ``python -m evaluation --data FOLDER``."""

from __future__ import annotations

import argparse
import sys
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

import torch
from restore_colorize.errors import RestoreError

from evaluation.baselines import BASELINES, Colorizer
from evaluation.experiments import Experiment, Row, Table, experiments, run_experiment
from evaluation.floors import Verdict, judge
from evaluation.hints import measure_true_hints, measure_wrong_strokes
from evaluation.packs import Material, MaterialError, load_material
from evaluation.product import ModelColorizer, installed_models
from evaluation.report import (
    HintRows,
    ModelFacts,
    Report,
    describe_run,
    figures,
    hint_figures,
    write_report,
)
from evaluation.sheets import exemplar_rows, table_rows, write_pages

REPOSITORY = Path(__file__).resolve().parents[1]
LOOKED_AT = Path(__file__).with_name("looked_at.toml")
SHEET_PICTURES = 24  # of each experiment, spread over its cases
ON_SHEETS = ("self", "shuffled", "pairs")  # the beginnings of experiments that get sheets


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluate and write the report; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        material = load_material(options.data or REPOSITORY / "samples", limit=options.limit)
        models, problems = (
            ([], [])
            if options.baselines_only
            else installed_models(options.model, threads=options.threads)
        )
    except (MaterialError, RestoreError) as error:
        print(error, file=sys.stderr)
        return 2
    if options.threads:
        torch.set_num_threads(options.threads)
    for problem in problems:
        print(problem, file=sys.stderr)
    report, tables = _evaluate(material, models, problems, options)
    name = "color" if material.name == "packs" else f"color-{material.name}"
    markdown, data = write_report(report, options.out, name)
    print(f"{markdown}\n{data}")
    if options.sheets:
        _write_sheets(options.sheets, material, tables, models)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evaluation", description=__doc__)
    parser.add_argument(
        "--data",
        type=Path,
        help="folder with validation-256, pairs and exemplar-pairs (tar or unpacked), or with "
        "color photographs; without it the samples are used",
    )
    parser.add_argument(
        "--out", type=Path, default=REPOSITORY / "docs" / "results", help="folder of the report"
    )
    parser.add_argument("--sheets", type=Path, help="write contact sheets into this folder")
    parser.add_argument("--model", action="append", default=[], help="only this model; repeatable")
    parser.add_argument("--limit", type=int, help="at most so many pictures of each kind")
    parser.add_argument("--threads", type=int, default=0, help="threads of the networks")
    parser.add_argument(
        "--baselines-only", action="store_true", help="leave the models out; needs no weights"
    )
    return parser


def _evaluate(
    material: Material,
    models: list[ModelColorizer],
    problems: Sequence[str],
    options: argparse.Namespace,
) -> tuple[Report, list[Table]]:
    start = time.perf_counter()
    colorizers: list[Colorizer] = [*BASELINES, *models]
    asked = experiments(material)
    tables = [
        run_experiment(experiment, colorizers, _on_sheets(experiment, options), _print_row)
        for experiment in asked
    ]
    hints = tuple(_hints(model, asked) for model in models)
    run = describe_run(
        _command(options),
        material.name,
        [*material.remarks, *problems],
        REPOSITORY,
        options.threads or torch.get_num_threads(),
    )
    facts = tuple(
        ModelFacts(one.name, one.sha256, one.is_default, one.dtype, _words(one)) for one in models
    )
    report = Report(
        run,
        facts,
        tuple(tables),
        hints,
        tuple(_floors(material, tables, hints, models)) if options.limit is None else (),
        time.perf_counter() - start,
    )
    return report, tables


def _hints(model: ModelColorizer, asked: Sequence[Experiment]) -> HintRows:
    cases = {experiment.name: experiment.cases for experiment in asked}
    unrelated = cases.get("shuffled", ())
    unrelated = unrelated[:: max(1, len(unrelated) // 64)]
    rows = HintRows(
        model.name,
        tuple(measure_wrong_strokes(cases.get("self", ()), model)),
        tuple(measure_true_hints(unrelated, model)),
    )
    print(f"hints            {model.name:18}", hint_figures(rows), flush=True)
    return rows


def _floors(
    material: Material,
    tables: Sequence[Table],
    hints: Sequence[HintRows],
    models: Sequence[ModelColorizer],
) -> list[Verdict]:
    """Floors are set for the packs; on other pictures they would mean nothing."""
    default = next((model.name for model in models if model.is_default), None)
    if material.name != "packs" or default is None:
        return []
    measured = figures(tables, default)
    for rows in hints:
        if rows.colorizer == default:
            measured |= hint_figures(rows)
    return judge(measured, figures(tables, "gray"))


def _on_sheets(experiment: Experiment, options: argparse.Namespace) -> list[str]:
    if not options.sheets or not experiment.name.startswith(ON_SHEETS):
        return []
    names = [case.name for case in experiment.cases]
    return names[:: max(1, len(names) // SHEET_PICTURES)][:SHEET_PICTURES]


def _write_sheets(
    folder: Path, material: Material, tables: Sequence[Table], models: Sequence[ModelColorizer]
) -> None:
    shown: list[Colorizer] = [BASELINES[-1], *models]
    for table in tables:
        if table.kept:
            for path in write_pages(folder / table.experiment.name, table_rows(table, shown)):
                print(path)
    if material.exemplar_pairs:
        rows = exemplar_rows(material.exemplar_pairs, shown)
        for path in write_pages(folder / "exemplar-pairs", rows):
            print(path)


def _words(model: ModelColorizer) -> str:
    entry = tomllib.loads(LOOKED_AT.read_text(encoding="utf-8")).get(model.name, {})
    if entry.get("sha256") != model.sha256:
        return ""
    return f"Looked at on {entry['date']}.\n\n{entry['words'].strip()}"


def _command(options: argparse.Namespace) -> str:
    """The command without folders of this machine: only their last names."""
    words = ["python -m evaluation"]
    if options.data:
        words.append(f"--data {options.data.name}")
    words += [f"--model {name}" for name in options.model]
    words += [f"--limit {options.limit}"] if options.limit is not None else []
    words += [f"--threads {options.threads}"] if options.threads else []
    words += ["--baselines-only"] if options.baselines_only else []
    return " ".join(words)


def _print_row(row: Row) -> None:
    summary = row.summary
    print(
        f"{row.experiment:16} {row.colorizer:18} n {summary.n:3}  {summary.psnr:5.2f} dB  "
        f"ab {summary.ab_ratio:.3f}  CF {summary.colorfulness:.2f}  "
        f"chroma {summary.chroma:.3f}  fail {summary.failures:.3f}",
        flush=True,
    )


if __name__ == "__main__":
    raise SystemExit(main())
