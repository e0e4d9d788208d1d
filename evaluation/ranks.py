"""What a reference of rank 1 to 10 is worth (Pik-Fix, arXiv 2205.01902, figure 5).

For each photograph the choice of references ranks many others by its gray version alone, and it is
colored from each of the first ten; the paper finds that results fall slowly with the rank.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from restore_colorize.engines import Engines, Request, SilentControl, SuggestOptions
from restore_colorize.imaging import Picture

from evaluation.ablations import NETWORK
from evaluation.album import album_of
from evaluation.baselines import Colorizer, Gray, LookupMap, ReferenceMean, gray_target
from evaluation.color_scores import Truth
from evaluation.packs import MaterialError, Photograph, decode, load_photographs
from evaluation.product import facts_of
from evaluation.runs import Asked, Measured, default_of, print_row
from evaluation.tables import Answers, Figure, Row, Ruler, Table, by_name, make_rows

RANKS = 10
PHOTOGRAPHS = 40
BASELINES: tuple[Colorizer, ...] = (Gray(), ReferenceMean(), LookupMap())
_SAME = 2 / 255  # mean difference below which two pictures are one photograph


def _ruler(name: str, digits: int, under: str, legend: str) -> Ruler:
    def figure(last: str, heading: str, is_compared: bool = False) -> Figure:
        return Figure(
            f"{name}_{last}",
            f"{name}_{last}",
            under,
            heading=heading,
            digits=digits,
            is_compared=is_compared,
        )

    by_rank = [figure(str(rank), str(rank)) for rank in range(1, RANKS + 1)]
    mean, fall = figure("mean", "all", True), figure("fall", f"1 − {RANKS}")
    return Ruler(f"ranks-{name}", (*by_rank, mean, fall), legend)


PSNR = _ruler(
    "psnr",
    2,
    "",
    "PSNR in dB over the 8-bit RGB samples, by the rank of the reference; *all* is the mean over "
    f"the ranks, *1 − {RANKS}* what the first is worth beside the last, picture by picture.",
)
AB = _ruler("ab", 3, "true_chroma", "Mean ab distance over gray's: less is better.")


@dataclass(frozen=True, eq=False)
class Ranked:
    """A photograph, and the references that were suggested for its gray version, best first."""

    name: str
    truth: Picture
    references: Sequence[Picture]


def measure_ranks(asked: Asked) -> Measured:
    """Color photographs from their references of rank 1 to 10.

    Raises:
        MaterialError: there are no photographs or nothing to choose from.
    """
    models = asked.products()
    taken = [one for one in models.colorizers if one.is_default or one.network == NETWORK]
    photographs = load_photographs(asked.packs, "validation-256", None)
    if not photographs:
        raise MaterialError(f"There is no validation-256 in {asked.packs}: name its folder.")
    every = max(1, len(photographs) // (asked.limit or PHOTOGRAPHS))
    chosen = photographs[::every][: asked.limit or PHOTOGRAPHS]
    threads = asked.threads or torch.get_num_threads()
    engines = Engines(asked.store(), "cpu", threads=threads)
    with album_of(asked.packs) as album:
        ranked = [suggested(one, engines, album) for one in chosen]
    tables = rank_tables(ranked, [*BASELINES, *taken], default=default_of(taken), on_row=print_row)
    remarks = [
        "References are chosen among photos-large and photos-large-b by the gray target alone.",
        *models.problems,
    ]
    return Measured(
        "ranks",
        "References of rank 1 to 10",
        "validation-256",
        tables,
        facts_of(models, are_known_pictures=False),
        remarks,
    )


def suggested(photograph: Photograph, engines: Engines, album: Path) -> Ranked:
    """Choose references in a folder as users do, never the photograph itself."""
    target = gray_target(photograph.picture)
    options = SuggestOptions(count=RANKS + 1, folders=(str(album),))
    outcome = engines.run(Request("suggest_references", options, target), SilentControl())
    found = [
        decode(Path(verdict.path).read_bytes(), Path(verdict.path).name)
        for verdict in outcome.verdicts
    ]
    others = [one for one in found if not _is_same(one, photograph.picture)]
    return Ranked(photograph.name, photograph.picture, others[:RANKS])


def rank_tables(
    ranked: Sequence[Ranked],
    colorizers: Sequence[Colorizer],
    *,
    default: str | None = None,
    on_row: Callable[[str, Row], None] = lambda table, row: None,
) -> list[Table]:
    """Return PSNR by rank and ab distance by rank, a row for each colorizer.

    Args:
        default: the colorizer from which the others' distance is told.
        on_row: called with the table's name and every row at the end.
    """
    found: dict[str, list[dict[str, float | None]]] = {one.name: [] for one in colorizers}
    for photograph in ranked:
        truth = Truth(photograph.truth)
        target = gray_target(photograph.truth)
        for colorizer in colorizers:
            results = [colorizer.colorize(target, one) for one in photograph.references]
            found[colorizer.name].append(_values(truth, [one.picture for one in results]))
    answers = [Answers(one.name, one.title, by_name(found[one.name])) for one in colorizers]
    tables = [
        Table(
            ruler.name,
            f"{title} by the rank of the reference",
            "What is the reference worth that was suggested at this place?",
            ruler,
            tuple(one.name for one in ranked),
            make_rows(ruler, answers, default),
        )
        for ruler, title in ((PSNR, "PSNR"), (AB, "ab distance"))
    ]
    for table in tables:
        for row in table.rows:
            on_row(table.name, row)
    return tables


def _values(truth: Truth, results: Sequence[Picture]) -> dict[str, float | None]:
    """Values by rank; None where fewer references were found."""
    distances = [truth.distance(result) for result in results]
    values: dict[str, float | None] = {"true_chroma": truth.chroma}
    for place, name in enumerate(("psnr", "ab")):
        known = [distance[place] for distance in distances]
        padded = [*known, *[None] * (RANKS - len(known))]
        values |= {f"{name}_{rank}": value for rank, value in enumerate(padded, 1)}
        values[f"{name}_mean"] = sum(known) / len(known) if known else None
        values[f"{name}_fall"] = known[0] - known[-1] if len(known) == RANKS else None
    return values


def _is_same(picture: Picture, other: Picture) -> bool:
    if picture.size != other.size:
        return False
    return float((picture.planes - other.planes).abs().mean()) < _SAME
