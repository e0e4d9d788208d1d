"""Pik-Fix's color network beside the others, and what its parts are worth.

The paper's ablations (arXiv 2205.01902, tables 4 and 5): networks of equal training, each with one
part taken away. Their names are those of ``training/README.md``.
"""

from __future__ import annotations

from dataclasses import replace

from evaluation.baselines import Colorizer, Gray, LookupMap, ReferenceMean
from evaluation.color_scores import COLOR
from evaluation.experiments import experiments, run_experiment
from evaluation.floors import Floor, judge
from evaluation.packs import MaterialError, load_material
from evaluation.product import facts_of, trainings
from evaluation.runs import Asked, Measured, default_of, print_row
from evaluation.tables import Ruler, Table, make_rows

NETWORK = "pikfix"
WHOLE = "pikfix-four"
PARTS = {
    "pikfix-none": "no similarity, the reference's mean (table 5)",
    "pikfix-one": "one similarity map, at 1/8 (table 5)",
    "pikfix-raw": "raw ab, no histograms (table 4)",
    WHOLE: "whole: four maps, SPHist",
}
BASELINES: tuple[Colorizer, ...] = (Gray(), ReferenceMean(), LookupMap())
PHOTOGRAPHS = 64  # of those that are their own references; pairs are taken all
FLOORS = tuple(
    Floor(
        f"pairs-{kind}.psnr",
        f"Pik-Fix on real pairs, {kind}, PSNR in dB beside Color2Embed",
        "≥",
        0.7,
        beside="color2embed-lite",
    )
    for kind in ("scene", "face")
)
_KEPT = ("psnr", "ciede2000", "histogram", "ab_ratio", "colorfulness", "failures")
RULER = Ruler(
    "parts",
    tuple(
        replace(one, is_compared=one.name in ("psnr", "ciede2000", "ab_ratio"))
        for one in COLOR.figures
        if one.name in _KEPT
    ),
    "As above, after equal and short trainings. *Whole − row* says how far the whole network lies "
    "above the row, resampled over the same pictures.",
)


def measure_pikfix(asked: Asked) -> Measured:
    """Color from own, strangers' and paired references with Pik-Fix, its parts and the others.

    Raises:
        MaterialError: there is no model of Pik-Fix, or there are no packs.
    """
    models = asked.products()
    ours = [one for one in models.colorizers if one.network == NETWORK]
    if not ours:
        raise MaterialError("There is no model of Pik-Fix: name its folder with --models.")
    material = load_material(asked.packs, limit=asked.limit)
    every = max(1, len(material.photographs) // PHOTOGRAPHS)
    few = replace(material, photographs=material.photographs[::every])
    default = default_of(models.colorizers)
    tables: list[Table] = []
    for experiment in experiments(few):
        if experiment.name not in ("self", "shuffled", "pairs", "pairs-scene", "pairs-face"):
            continue
        whole = run_experiment(
            experiment, [*BASELINES, *models.colorizers], default=default, on_row=print_row
        )
        tables += [whole, *parts_of(whole)]
    main = [one for one in ours if one.name not in PARTS]
    judged = judge(FLOORS, tables, main[0].name) if main and asked.limit is None else []
    return Measured(
        "pikfix",
        "Pik-Fix's color network",
        material.name,
        tables,
        facts_of(models, are_known_pictures=False),
        [*material.remarks, *trainings(one.weights for one in ours), *models.problems],
        floors=judged,
    )


def parts_of(table: Table) -> list[Table]:
    """Return the table of the ablations over the same answers; none without the whole network."""
    answers = {row.answers.name: row.answers for row in table.rows if row.answers.name in PARTS}
    if WHOLE not in answers or len(answers) < 2:
        return []
    named = [
        replace(answers[name], title=words) for name, words in PARTS.items() if name in answers
    ]
    return [
        Table(
            f"{table.name}-parts",
            f"{table.title}: what each part is worth",
            table.question,
            RULER,
            table.pictures,
            make_rows(RULER, named, WHOLE),
            compared="whole",
        )
    ]
