"""Draws without a reference: everything that is measured of a model that draws."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from restore_colorize.engines import Engines, SampleOptions
from restore_colorize.models import Model, ModelStore
from restore_colorize.networks import PixColor

from evaluation.baselines import gray_target
from evaluation.floors import Floor, Verdict, judge
from evaluation.intervals import Estimate
from evaluation.packs import MaterialError, load_photographs
from evaluation.pages import Section
from evaluation.product import looked_at
from evaluation.report import ModelFacts
from evaluation.runs import Asked, Measured, print_row, sections_of
from evaluation.sample_hints import object_table
from evaluation.sampled import Drawer, draws_of, sample_tables
from evaluation.tables import Table

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


def measure_samples(asked: Asked) -> Measured:
    """Draw every photograph some times, and paint a stroke on each object.

    Raises:
        MaterialError: there are no photographs, or the model draws no samples.
    """
    threads = asked.threads or 1  # more make drawing slower
    torch.set_num_threads(threads)
    store = ModelStore([asked.models]) if asked.models else ModelStore.default()
    model = store.find(ROLE, next(iter(asked.model), ""))
    photographs = load_photographs(asked.packs, "validation-256", asked.limit)
    if not photographs:
        raise MaterialError(f"There is no validation-256 in {asked.packs}: name its folder.")
    network = store.load(model, torch.device("cpu"))
    if not isinstance(network, PixColor):
        raise MaterialError(f"The model {model.name} draws no samples.")
    boldness = SampleOptions(temperature=asked.temperature).boldness()
    drawer = Drawer(model.name, model.name, network, boldness)
    tables = sample_tables(
        photographs, drawer, SHOWN if asked.pages else 0, on_picture=_print_progress
    )
    tables += object_table(photographs, Engines(store, "cpu", threads), model.name)
    for table in tables:
        for row in table.rows:
            print_row(table.name, row)
    floors = [*judge(FLOORS, tables, model.name), *_ranking(tables, model.name)]
    for one in floors:
        print(f"{one.of.words}: {one.measured.value:.3f} ({one.words})")
    return Measured(
        "sample",
        "Colors without a reference",
        "validation-256",
        tables,
        [_facts(model)],
        sections=_sections(tables, drawer, asked.packs) if asked.pages else (),
        floors=floors if asked.limit is None else (),  # they are set for the whole pack
    )


def _facts(model: Model) -> ModelFacts:
    sha256 = model.entry.sha256
    words = looked_at(model.name, sha256)
    return ModelFacts(model.name, sha256, model.entry.default, "float32", words)


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


def _sections(tables: Sequence[Table], drawer: Drawer, data: Path) -> list[Section]:
    sections = sections_of(tables, whole=True)
    old = [
        draws_of(gray_target(one.picture), drawer, one.name.removesuffix(_OLD))
        for one in load_photographs(data, "old-photos", None)
        if one.name.endswith(_OLD)
    ]
    if old:
        question = "Nobody knows their colors. The draw that is ranked first comes first."
        sections.append(Section("old", "Old photographs", question, tuple(old), True))
    return sections


def _print_progress(done: int, all_of_them: int) -> None:
    if not done % 16 or done == all_of_them:
        print(f"{done} of {all_of_them} photographs", file=sys.stderr, flush=True)
