"""Command line of the evaluation: ``python -m evaluation --data FOLDER`` or ``--folder DIR``."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import torch
from restore_colorize.engines import SampleOptions
from restore_colorize.errors import RestoreError

from evaluation.ablations import measure_pikfix
from evaluation.levels import measure_levels
from evaluation.packs import MaterialError
from evaluation.pages import write_page
from evaluation.ranks import measure_ranks
from evaluation.report import Report, describe_run, write_report
from evaluation.runs import Asked, Measured
from evaluation.sampling import measure_samples
from evaluation.subjects import measure_color, measure_folder, measure_restoration
from evaluation.suggest import measure_suggest

REPOSITORY = Path(__file__).resolve().parents[1]
RESULTS = REPOSITORY / "docs" / "results"
SUBJECTS: Mapping[str, Callable[[Asked], Measured]] = {
    "color": measure_color,
    "restoration": measure_restoration,
    "suggest": measure_suggest,
    "samples": measure_samples,
    "pikfix": measure_pikfix,
    "ranks": measure_ranks,
    "levels": measure_levels,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluate, write the report and the page of pictures; returns the exit status."""
    asked = Asked(**vars(_parser().parse_args(arguments)))
    start = time.perf_counter()
    if asked.threads:
        torch.set_num_threads(asked.threads)
    try:
        measured = (measure_folder if asked.folder else SUBJECTS[asked.about])(asked)
        written = _write(measured, asked, start)
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
        help="folder with the packs (tar or unpacked); about color it may hold color photographs "
        "instead, and without it the samples are used",
    )
    given.add_argument(
        "--folder",
        type=Path,
        help="your own pictures: sub-folders gray, reference and truth, or damaged and truth, "
        "with equal names",
    )
    parser.add_argument(
        "--about",
        choices=tuple(SUBJECTS),
        default="color",
        help="what is measured on --data: docs/evaluation.md tells which packs each needs",
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
    parser.add_argument(
        "--models",
        type=Path,
        help="folder with a manifest.json: its models too; about samples, its models alone",
    )
    parser.add_argument("--model", action="append", default=[], help="only this model; repeatable")
    parser.add_argument("--limit", type=int, help="at most so many pictures of each kind")
    usual = SampleOptions.temperature
    parser.add_argument("--temperature", type=float, default=usual, help="of the draws of samples")
    parser.add_argument("--threads", type=int, default=0, help="threads of the networks")
    parser.add_argument(
        "--baselines-only", action="store_true", help="leave the models out; needs no weights"
    )
    return parser


def _write(measured: Measured, asked: Asked, start: float) -> list[Path]:
    threads = asked.threads or torch.get_num_threads()
    run = describe_run(asked.command, measured.material, measured.remarks, REPOSITORY, threads)
    report = Report(
        measured.title,
        run,
        tuple(measured.models),
        tuple(measured.tables),
        tuple(measured.floors),
        time.perf_counter() - start,
    )
    default_out = asked.folder / "evaluation" if asked.folder else RESULTS
    out = asked.out or default_out
    written = list(write_report(report, out, measured.name))
    pages = asked.pages or (out if asked.folder else None)
    if pages:
        written.append(write_page(pages, f"{measured.title}: pictures", measured.sections))
    return written


if __name__ == "__main__":
    raise SystemExit(main())
