"""What is measured of coloring and of restoring: on the packs, and on a user's own pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evaluation.baselines import BASELINES, Colorizer, FadedColors
from evaluation.damages import KODAK_SIDE_PX, damage_cases, damage_tables
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
from evaluation.packs import MaterialError, load_material, load_photographs
from evaluation.pages import Section
from evaluation.product import NO_RESTORER, Installed, facts_of
from evaluation.restoration import RESTORERS, run_restoration
from evaluation.runs import Asked, Measured, default_of, print_row, sections_of
from evaluation.tables import Table

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
NOT_SHOWN = ("gray-reference",)  # pages of it would show nothing


def measure_color(asked: Asked) -> Measured:
    """Put every question about colors to every model and to the baselines."""
    models = asked.products()
    material = load_material(asked.data or SAMPLES, limit=asked.limit)
    put = experiments(material)
    tables = _run(put, BASELINES, models, bool(asked.pages))
    sections = sections_of(tables)
    default = default_of(models.colorizers)
    if models.colorizers:
        cases = {experiment.name: experiment.cases for experiment in put}
        own, strangers = cases.get("self", ()), cases.get("shuffled", ())
        tables += hint_tables(own, strangers, models.colorizers, default)
    if asked.pages and material.exemplar_pairs:
        shown = [BASELINES[-1], *models.colorizers]
        exhibits = exhibit_pairs(material.exemplar_pairs, shown)
        question = "There is no truth; the result that the source published stands beside."
        sections.append(Section("exemplar", "Exemplar pairs", question, tuple(exhibits), True))
    floors: list[Verdict] = []
    # Floors are set for the whole packs; on other pictures they would mean nothing.
    if material.name == "packs" and asked.limit is None and default is not None:
        floors = judge(COLOR_FLOORS, tables, default)
    return Measured(
        "color" if material.name == "packs" else f"color-{material.name}",
        "Quality of the colors",
        material.name,
        tables,
        facts_of(models),
        [*material.remarks, *models.problems],
        sections,
        floors,
    )


def measure_restoration(asked: Asked) -> Measured:
    """Measure restoring kind by kind, and finding damage."""
    models = asked.products()
    photographs = load_photographs(asked.packs, "validation-256", None)
    kodak = load_photographs(asked.packs, "kodak24", asked.limit, KODAK_SIDE_PX)
    if not photographs and not kodak:
        raise MaterialError(f"There is neither validation-256 nor kodak24 in {asked.packs}.")
    default = default_of(models.restorers)
    tables = damage_tables(
        photographs,
        kodak,
        models.restorers,
        default=default,
        limit=asked.limit,
        shown=bool(asked.pages),
        on_row=print_row,
    )
    if photographs:
        searched = [
            case
            for kind in ("mix", "scratches")
            for case in damage_cases(photographs, kind, asked.limit)
        ]
        tables.append(detection_table(searched, [TopHat(), *models.detectors], print_row))
    floors: list[Verdict] = []
    if asked.limit is None and default is not None:
        floors = judge(RESTORATION_FLOORS, tables, default)
    return Measured(
        "restoration",
        "Quality of the restoration",
        "packs",
        tables,
        facts_of(models),
        [*([] if models.restorers else [NO_RESTORER]), *models.problems],
        sections_of(tables),
        floors,
    )


def measure_folder(asked: Asked) -> Measured:
    """Measure everything that a user's own pictures allow.

    Raises:
        MaterialError: a picture is missing, does not fit, or cannot be read.
    """
    assert asked.folder is not None  # the command line asks for this only then
    models = asked.products()
    own = load_folder(asked.folder, limit=asked.limit)
    tables: list[Table] = []
    remarks: list[str] = []
    if own.triples:
        baselines = [*BASELINES, *([FadedColors()] if own.has_colors else [])]
        tables += _run(own_experiments(own.triples), baselines, models, True)
    if own.damaged:
        restored = run_restoration(
            own.damaged,
            [*RESTORERS, *models.restorers],
            default=default_of(models.restorers),
            shown=True,
            on_row=print_row,
        )
        tables.append(restored)
        remarks += [] if models.restorers else [NO_RESTORER]
    return Measured(
        "evaluation",
        f"Quality on the pictures of {own.name}",
        own.name,
        tables,
        facts_of(models, are_known_pictures=False),
        [*remarks, *models.problems],
        sections_of(tables, whole=True),
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
            default=default_of(models.colorizers),
            shown=shown if with_pictures and not experiment.name.endswith(NOT_SHOWN) else (),
            on_row=print_row,
        )
        for experiment in asked
    ]
