"""The questions that are put to every colorizer, and the answers picture by picture."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from restore_colorize.imaging import Picture

from evaluation.baselines import Colored, Colorizer, gray_target
from evaluation.metrics import PictureScore, Summary, score_all, summarize
from evaluation.packs import Material
from evaluation.references import gray_copy, rotate_hue, self_references, shuffled

SMALL_SET = 64  # photographs of the experiments that ask one thing of a network only


@dataclass(frozen=True, eq=False)
class Case:
    """A photograph whose true colors are known, and the reference that is offered for it."""

    name: str
    truth: Picture
    reference: Picture


@dataclass(frozen=True, eq=False)
class Experiment:
    """A set of cases under one question; ``name`` is stable, ``title`` is for readers."""

    name: str
    title: str
    question: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, eq=False)
class Row:
    """One colorizer's answers to one experiment, in the order of its cases."""

    experiment: str
    colorizer: str
    title: str
    scores: tuple[PictureScore, ...]
    related: tuple[float | None, ...]
    summary: Summary
    mean_seconds: float


@dataclass(frozen=True, eq=False)
class Table:
    """All rows of one experiment; ``kept`` holds results by (colorizer, case) for the sheets."""

    experiment: Experiment
    rows: tuple[Row, ...]
    kept: dict[tuple[str, str], Colored] = field(default_factory=dict)


def experiments(material: Material) -> list[Experiment]:
    """Make every experiment that the material allows; warps the photographs once."""
    made: list[Experiment] = []
    truths = [photograph.picture for photograph in material.photographs]
    names = [photograph.name for photograph in material.photographs]

    def add(
        name: str, title: str, question: str, pictures: Sequence[Picture], given: Sequence[Picture]
    ) -> None:
        cases = tuple(Case(*case) for case in zip(labels, pictures, given, strict=True))
        made.append(Experiment(name, title, question, cases))

    if truths:
        labels = names
        references = self_references(truths)
        add(
            "self",
            "Self-reference",
            "The reference is the photograph itself, warped and mirrored: are its colors found?",
            truths,
            references,
        )
        if len(truths) > 1:
            add(
                "shuffled",
                "Shuffled references",
                "The reference belongs to another photograph: is it left alone?",
                truths,
                shuffled(references),
            )
        every = max(1, len(truths) // SMALL_SET)
        labels, truths, references = names[::every], truths[::every], references[::every]
        add(
            "gray-reference",
            "Gray references",
            "The reference has no color: does the result stay gray (chroma near 0)?",
            truths,
            [gray_copy(reference) for reference in references],
        )
        add(
            "rotated",
            "Hues turned by 90 degrees",
            "Reference and truth are turned in hue: are unlikely colors followed as well?",
            [rotate_hue(truth) for truth in truths],
            [rotate_hue(reference) for reference in references],
        )
    for kind, pairs in material.pairs.items():
        made.append(
            Experiment(
                f"pairs-{kind}" if kind != "pairs" else kind,
                f"Real pairs, {kind}" if kind != "pairs" else "Real pairs",
                "The reference is another photograph of the same thing or person.",
                tuple(
                    Case(pair.name, pair.truth, pair.reference)
                    for pair in pairs
                    if pair.truth is not None
                ),
            )
        )
    return made


def run_experiment(
    experiment: Experiment,
    colorizers: Sequence[Colorizer],
    keep: Collection[str] = (),
    on_row: Callable[[Row], None] = lambda row: None,
) -> Table:
    """Put the experiment to every colorizer; with gray among them the others stand beside it.

    Args:
        keep: names of cases whose results are kept for contact sheets.
        on_row: called with every row at the end.
    """
    kept: dict[tuple[str, str], Colored] = {}
    scores: list[list[PictureScore]] = []  # by case, then colorizer
    facts: list[list[tuple[float | None, float]]] = []
    for case in experiment.cases:
        target = gray_target(case.truth)
        results = [one.colorize(target, case.reference) for one in colorizers]
        scores.append(score_all([result.picture for result in results], case.truth))
        facts.append([(result.related, result.seconds) for result in results])
        if case.name in keep:
            for colorizer, result in zip(colorizers, results, strict=True):
                kept[colorizer.name, case.name] = result
    gray = next((place for place, one in enumerate(colorizers) if one.name == "gray"), None)
    of_gray = None if gray is None else [of_case[gray] for of_case in scores]
    rows = []
    for place, colorizer in enumerate(colorizers):
        own = tuple(of_case[place] for of_case in scores)
        related, seconds = zip(*(of_case[place] for of_case in facts), strict=True)
        rows.append(
            Row(
                experiment.name,
                colorizer.name,
                colorizer.title,
                own,
                related,
                summarize(own, of_gray),
                sum(seconds) / len(seconds),
            )
        )
        on_row(rows[-1])
    return Table(experiment, tuple(rows), kept)
