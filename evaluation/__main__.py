"""Command line of the evaluation: ``python -m evaluation --data FOLDER`` or ``--folder DIR``."""

from __future__ import annotations

import argparse
import sys
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from restore_colorize.errors import RestoreError

from evaluation.baselines import BASELINES, Colorizer, FadedColors
from evaluation.damages import damage_cases, damage_tables
from evaluation.detection import TopHat, detection_table
from evaluation.experiments import (
    Experiment,
    exhibit_pairs,
    experiments,
    own_experiments,
    run_experiment,
)
from evaluation.floors import COLOR_FLOORS, RESTORATION_FLOORS, Verdict, judge
from evaluation.folders import load_folder
from evaluation.hints import hint_tables
from evaluation.packs import MaterialError, load_material
from evaluation.pages import Section, write_page
from evaluation.product import NO_RESTORER, Installed, Product, installed
from evaluation.report import ModelFacts, Report, describe_run, write_report
from evaluation.restoration import RESTORERS, run_restoration
from evaluation.tables import Row, Table

REPOSITORY = Path(__file__).resolve().parents[1]
RESULTS = REPOSITORY / "docs" / "results"
LOOKED_AT = Path(__file__).with_name("looked_at.toml")
NOT_SHOWN = ("gray-reference",)  # pages of it would show nothing


@dataclass(frozen=True, eq=False)
class Measured:
    """What one run measured, before it is written; ``name`` is that of the report's files."""

    name: str
    title: str
    material: str
    remarks: tuple[str, ...]
    tables: tuple[Table, ...]
    sections: tuple[Section, ...]
    floors: tuple[Verdict, ...] = ()


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluate, write the report and the page of pictures; returns the exit status."""
    options = _parser().parse_args(arguments)
    start = time.perf_counter()
    if options.threads:
        torch.set_num_threads(options.threads)
    try:
        models = (
            Installed()
            if options.baselines_only
            else installed(options.model, threads=options.threads)
        )
        for problem in models.problems:
            print(problem, file=sys.stderr)
        measure = _measure_folder if options.folder else ABOUT[options.about]
        measured = measure(options, models)
        written = _write(measured, models, options, start)
    except (MaterialError, RestoreError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename or 'A file'} cannot be used: {error.strerror}.", file=sys.stderr)
        return 2
    print(*written, sep="\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evaluation", description=__doc__)
    given = parser.add_mutually_exclusive_group()
    given.add_argument(
        "--data",
        type=Path,
        help="folder with validation-256, pairs and exemplar-pairs (tar or unpacked), or with "
        "color photographs; without it the samples are used",
    )
    given.add_argument(
        "--folder",
        type=Path,
        help="your own pictures: sub-folders gray, reference and truth, or damaged and truth, "
        "with equal names",
    )
    parser.add_argument(
        "--about",
        choices=tuple(ABOUT),
        default="color",
        help="what is measured on --data; restoration needs validation-256, kodak24 too",
    )
    parser.add_argument(
        "--out", type=Path, help="folder of the report; docs/results, or DIR/evaluation"
    )
    parser.add_argument(
        "--pages",
        type=Path,
        help="write a page of pictures, failures first, into this folder; with --folder it is "
        "always written, without this option beside the report",
    )
    parser.add_argument("--model", action="append", default=[], help="only this model; repeatable")
    parser.add_argument("--limit", type=int, help="at most so many pictures of each kind")
    parser.add_argument("--threads", type=int, default=0, help="threads of the networks")
    parser.add_argument(
        "--baselines-only", action="store_true", help="leave the models out; needs no weights"
    )
    return parser


def _measure_color(options: argparse.Namespace, models: Installed) -> Measured:
    material = load_material(options.data or REPOSITORY / "samples", limit=options.limit)
    asked = experiments(material)
    tables = _run(asked, BASELINES, models, bool(options.pages))
    sections = _sections(tables)
    default = _default(models.colorizers)
    if models.colorizers:
        cases = {experiment.name: experiment.cases for experiment in asked}
        own, strangers = cases.get("self", ()), cases.get("shuffled", ())
        tables += hint_tables(own, strangers, models.colorizers, default)
    if options.pages and material.exemplar_pairs:
        shown = [BASELINES[-1], *models.colorizers]
        exhibits = exhibit_pairs(material.exemplar_pairs, shown)
        question = "There is no truth; the result that the source published stands beside."
        sections.append(Section("exemplar", "Exemplar pairs", question, tuple(exhibits), True))
    floors: list[Verdict] = []
    # Floors are set for the whole packs; on other pictures they would mean nothing.
    if material.name == "packs" and options.limit is None and default is not None:
        floors = judge(COLOR_FLOORS, tables, default)
    return Measured(
        "color" if material.name == "packs" else f"color-{material.name}",
        "Quality of the colors",
        material.name,
        material.remarks,
        tuple(tables),
        tuple(sections),
        tuple(floors),
    )


def _measure_restoration(options: argparse.Namespace, models: Installed) -> Measured:
    if not options.data:
        raise MaterialError("Restoration is measured on packs: give their folder with --data.")
    default = _default(models.restorers)
    tables = damage_tables(
        options.data,
        models.restorers,
        default=default,
        limit=options.limit,
        shown=bool(options.pages),
        on_row=_print_row,
    )
    if not tables:
        raise MaterialError(f"There is neither validation-256 nor kodak24 in {options.data}.")
    searched = [
        case
        for kind in ("mix", "scratches")
        for case in damage_cases(options.data, kind, options.limit)
    ]
    if searched:
        tables.append(detection_table(searched, [TopHat(), *models.detectors], _print_row))
    floors: list[Verdict] = []
    if options.limit is None and default is not None:
        floors = judge(RESTORATION_FLOORS, tables, default)
    return Measured(
        "restoration",
        "Quality of the restoration",
        "packs",
        () if models.restorers else (NO_RESTORER,),
        tuple(tables),
        tuple(_sections(tables)),
        tuple(floors),
    )


def _measure_folder(options: argparse.Namespace, models: Installed) -> Measured:
    own = load_folder(options.folder, limit=options.limit)
    tables: list[Table] = []
    remarks: list[str] = []
    if own.triples:
        baselines = [*BASELINES, *([FadedColors()] if own.has_colors else [])]
        tables += _run(own_experiments(own.triples), baselines, models, True)
    if own.damaged:
        restored = run_restoration(
            own.damaged,
            [*RESTORERS, *models.restorers],
            default=_default(models.restorers),
            shown=True,
            on_row=_print_row,
        )
        tables.append(restored)
        remarks += [] if models.restorers else [NO_RESTORER]
    return Measured(
        "evaluation",
        f"Quality on the pictures of {own.name}",
        own.name,
        tuple(remarks),
        tuple(tables),
        tuple(_sections(tables, whole=True)),
    )


def _run(
    asked: Sequence[Experiment],
    baselines: Sequence[Colorizer],
    models: Installed,
    with_pictures: bool,
) -> list[Table]:
    shown = [BASELINES[-1].name, *(model.name for model in models.colorizers)]
    return [
        run_experiment(
            experiment,
            [*baselines, *models.colorizers],
            default=_default(models.colorizers),
            shown=shown if with_pictures and not experiment.name.endswith(NOT_SHOWN) else (),
            on_row=_print_row,
        )
        for experiment in asked
    ]


def _sections(tables: Sequence[Table], *, whole: bool = False) -> list[Section]:
    return [
        Section(table.name, table.title, table.question, table.exhibits, whole)
        for table in tables
        if table.exhibits
    ]


def _write(
    measured: Measured, models: Installed, options: argparse.Namespace, start: float
) -> list[Path]:
    run = describe_run(
        _command(options),
        measured.material,
        [*measured.remarks, *models.problems],
        REPOSITORY,
        options.threads or torch.get_num_threads(),
    )
    report = Report(
        measured.title,
        run,
        tuple(
            ModelFacts(
                one.name,
                one.sha256,
                one.is_default,
                one.dtype,
                None if options.folder else _words(one),
            )
            for one in (*models.colorizers, *models.restorers)
            # Those that computed something, once for all of their options.
            if one.dtype and one.name == one.model
        ),
        measured.tables,
        measured.floors,
        time.perf_counter() - start,
    )
    default_out = options.folder / "evaluation" if options.folder else RESULTS
    out = options.out or default_out
    written = list(write_report(report, out, measured.name))
    pages = options.pages or (out if options.folder else None)
    if pages:
        written.append(write_page(pages, f"{measured.title}: pictures", measured.sections))
    return written


def _default(models: Sequence[Product]) -> str | None:
    return next((model.name for model in models if model.is_default), None)


def _words(model: Product) -> str:
    entry = tomllib.loads(LOOKED_AT.read_text(encoding="utf-8")).get(model.name, {})
    if entry.get("sha256") != model.sha256:
        return ""
    return f"Looked at on {entry['date']}.\n\n{entry['words'].strip()}"


def _command(options: argparse.Namespace) -> str:
    """The command without folders of this machine: only their last names."""
    words = ["python -m evaluation"]
    words += [f"--data {options.data.name}"] if options.data else []
    words += [f"--folder {options.folder.name}"] if options.folder else []
    words += [f"--about {options.about}"] if options.about != "color" else []
    words += [f"--model {name}" for name in options.model]
    words += [f"--limit {options.limit}"] if options.limit is not None else []
    words += [f"--threads {options.threads}"] if options.threads else []
    words += ["--baselines-only"] if options.baselines_only else []
    return " ".join(words)


def _print_row(table: str, row: Row) -> None:
    known = [f"{name} {one.value:.3f}" for name, one in row.figures.items()]
    print(f"{table:20} {row.answers.name:18} {'  '.join(known[:6])}", flush=True)


ABOUT = {"color": _measure_color, "restoration": _measure_restoration}

if __name__ == "__main__":
    raise SystemExit(main())
