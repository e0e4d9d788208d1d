"""Command line for draws without a reference: ``python -m evaluation.sampling --data FOLDER``."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from restore_colorize.engines import Engines, SampleOptions
from restore_colorize.errors import RestoreError
from restore_colorize.models import Model, ModelStore
from restore_colorize.networks import PixColor

from evaluation.baselines import gray_target
from evaluation.floors import Floor, Verdict, judge
from evaluation.intervals import Estimate
from evaluation.packs import MaterialError, load_photographs
from evaluation.pages import Section, write_page
from evaluation.report import ModelFacts, Report, describe_run, write_report
from evaluation.sample_hints import object_table
from evaluation.sampled import Drawer, draws_of, sample_tables
from evaluation.tables import Row, Table

REPOSITORY = Path(__file__).resolve().parents[1]
ROLE = "sample.prior"
SHOWN = 24
AT_LEAST, AT_MOST = "≥", "≤"
_OLD = "-target"

FLOORS = (
    Floor("likelihood.of_marginal", "nats of a chroma value over the marginal's", AT_MOST, 0.3),
    Floor("samples.histogram", "draws, intersection of ab histograms", AT_LEAST, 0.55),
    Floor(
        "samples.histogram", "the same, beside the marginal's", AT_LEAST, 0.05, beside="marginal"
    ),
    Floor("samples.colorfulness", "draws, colorfulness over the truth's", AT_LEAST, 0.75),
    Floor("samples.colorfulness", "the same", AT_MOST, 1.25),
    Floor(
        "samples.psnr", "the nearest of 6, PSNR beside gray", AT_LEAST, 1.5, None, "gray", "best"
    ),
    Floor("refinement.psnr", "true chroma refined, PSNR", AT_LEAST, 0.5, beside="bilinear"),
    Floor("refinement.psnr", "the same, beside the luma's edges", AT_LEAST, 0.0, beside="edges"),
    Floor("objects.closer", "a stroke's object, share of the way to its color", AT_LEAST, 0.6),
    Floor("objects.luma_error", "the same, mean distance of L*", AT_MOST, 0.25),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluate, write the report and the page of pictures; returns the exit status."""
    options = _parser().parse_args(arguments)
    start = time.perf_counter()
    torch.set_num_threads(options.threads)
    try:
        store = ModelStore([options.models]) if options.models else ModelStore.default()
        model = store.find(ROLE, options.model)
        photographs = load_photographs(options.data, "validation-256", options.limit)
        if not photographs:
            raise MaterialError(f"There is no validation-256 in {options.data}: name its folder.")
        network = store.load(model, torch.device("cpu"))
        if not isinstance(network, PixColor):
            raise MaterialError(f"The model {model.name} draws no samples.")
        boldness = SampleOptions(temperature=options.temperature).boldness()
        drawer = Drawer(model.name, model.name, network, boldness)
        tables = sample_tables(
            photographs, drawer, SHOWN if options.pages else 0, on_picture=_print_progress
        )
        engines = Engines(store, "cpu", options.threads)
        tables += object_table(photographs, engines, model.name)
    except (MaterialError, RestoreError) as error:
        print(error, file=sys.stderr)
        return 2
    for table in tables:
        for row in table.rows:
            _print_row(table, row)
    floors = [*judge(FLOORS, tables, model.name), *_ranking(tables, model.name)]
    for one in floors:
        print(f"{one.of.words}: {one.measured.value:.3f} ({one.words})")
    written = _write(tables, floors, model, options, start)
    if options.pages:
        written.append(_write_pages(tables, drawer, options))
    print(*written, sep="\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evaluation.sampling", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with validation-256")
    parser.add_argument("--models", type=Path, help="folder with a manifest; default: installed")
    parser.add_argument("--model", default="", help="name of a model that draws")
    parser.add_argument("--limit", type=int, help="at most so many photographs")
    parser.add_argument("--temperature", type=float, default=1.0, help="of the draws measured")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "docs" / "results")
    parser.add_argument("--pages", type=Path, help="write a page of draws into this folder")
    parser.add_argument("--threads", type=int, default=1, help="more make drawing slower")
    return parser


def _ranking(tables: Sequence[Table], model: str) -> list[Verdict]:
    """Is the critic's first nearer than the average draw, beyond doubt? One verdict, or none."""
    floor = Floor(
        "samples.ab_ratio",
        "the critic's first, ab beside the average draw's: lower end of the 95 % interval",
        AT_LEAST,
        0.0,
    )
    for table in tables:
        for row in table.rows:
            if row.answers.name == f"{model}-first" and "ab_ratio" in row.behind:
                return [Verdict(floor, 0.0, None, Estimate(row.behind["ab_ratio"].low or 0.0))]
    return []


def _write(
    tables: Sequence[Table],
    floors: Sequence[Verdict],
    model: Model,
    options: argparse.Namespace,
    start: float,
) -> list[Path]:
    words = [f"python -m evaluation.sampling --data {options.data.name}"]
    words += [f"--model {options.model}"] if options.model else []
    words += [f"--temperature {options.temperature:g}"] if options.temperature != 1 else []
    words += [f"--limit {options.limit}"] if options.limit is not None else []
    run = describe_run(" ".join(words), "validation-256", [], REPOSITORY, options.threads)
    facts = ModelFacts(model.name, model.entry.sha256, model.entry.default, "float32")
    whole = options.limit is None  # floors are set for the whole pack
    report = Report(
        "Colors without a reference",
        run,
        (facts,),
        tuple(tables),
        tuple(floors) if whole else (),
        time.perf_counter() - start,
    )
    return list(write_report(report, options.out, "sample"))


def _write_pages(tables: Sequence[Table], drawer: Drawer, options: argparse.Namespace) -> Path:
    sections = [
        Section(table.name, table.title, table.question, table.exhibits, True)
        for table in tables
        if table.exhibits
    ]
    old = [
        draws_of(gray_target(one.picture), drawer, one.name.removesuffix(_OLD))
        for one in load_photographs(options.data, "old-photos", None)
        if one.name.endswith(_OLD)
    ]
    if old:
        question = "Nobody knows their colors. The draw that is ranked first comes first."
        sections.append(Section("old", "Old photographs", question, tuple(old), True))
    return write_page(options.pages, "Draws without a reference", sections)


def _print_progress(done: int, all_of_them: int) -> None:
    if not done % 16 or done == all_of_them:
        print(f"{done} of {all_of_them} photographs", file=sys.stderr, flush=True)


def _print_row(table: Table, row: Row) -> None:
    known = [f"{name} {one.value:.3f}" for name, one in row.figures.items()]
    print(f"{table.name:12} {row.answers.name:22} {'  '.join(known)}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
