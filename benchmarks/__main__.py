"""Command line of the benchmarks: ``python -m benchmarks``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks import (
    grpc_cost,
    health,
    number_types,
    report,
    restoration,
    sampling,
    scale,
    start,
    transport,
)
from benchmarks.figures import Figure
from benchmarks.machine import REPOSITORY, facts, load
from benchmarks.settings import QUICK, Settings

_REPORTS = REPOSITORY / "docs" / "results"
BENCHMARKS = (transport, grpc_cost, scale, number_types, start, health, sampling, restoration)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and write; returns 0 also where an aim is missed."""
    options = _parser().parse_args(arguments)
    settings = QUICK if options.quick else Settings()
    machine = facts()
    for name, value in machine.items():
        print(f"{name}: {value}")
    figures: list[Figure] = []
    notes: list[str] = []
    for benchmark in BENCHMARKS:
        if benchmark.NAME not in options.only:
            continue
        measured = benchmark.measure(settings)
        if options.quick:  # what is fixed outweighs what grows, so aims mean nothing
            measured = [replace(figure, aim=None) for figure in measured]
        if not measured:
            notes.append(f"{benchmark.NAME}: this machine has nothing to compare.")
        for figure in measured:
            print(_line(figure), flush=True)
        figures += measured
    machine["load at the end"] = load()
    command = "python -m benchmarks " + " ".join(arguments or sys.argv[1:])
    is_whole = len(options.only) == len(BENCHMARKS) and not options.quick
    folder = options.out or (_REPORTS if is_whole else None)
    if folder is None:
        print("A part is only printed: -o FOLDER writes it, the whole goes to docs/results.")
        return 0
    for path in report.write(folder, figures, machine, notes, command.strip()):
        print(path)
    return 0


def _line(figure: Figure) -> str:
    value = f"{report.number(figure.value)} {figure.unit}"
    aim = f"  aim {figure.aim}: {figure.verdict}" if figure.aim else ""
    detail = f"  ({figure.detail})" if figure.detail else ""
    return f"{figure.benchmark}: {figure.what}: {value}{detail}{aim}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    names = [benchmark.NAME for benchmark in BENCHMARKS]
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="small pictures, one round: for tests")
    parser.add_argument("-o", "--out", type=Path, help="folder of the report")
    return parser


if __name__ == "__main__":
    sys.exit(main())
