"""The questions that are put to every colorizer, and the answers picture by picture."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from restore_colorize.imaging import Picture

from evaluation.baselines import Colored, Colorizer, gray_target
from evaluation.color_scores import COLOR, ColorScore, Truth
from evaluation.exhibits import Exhibit, Tile, tile_of
from evaluation.packs import Material, Pair
from evaluation.references import gray_copy, rotate_hue, self_references
from evaluation.tables import Answers, Row, Table, by_name, make_rows

SMALL_SET = 64  # about so many cases of the experiments that ask one thing of a network only


@dataclass(frozen=True, eq=False)
class Scene:
    """A target, the reference that is offered for it, and its true colors in the same pixels."""

    target: Picture
    reference: Picture
    truth: Picture


@dataclass(frozen=True, eq=False)
class Case:
    """A scene that is read or made when its turn comes, so that memory holds one at a time."""

    name: str
    open: Callable[[], Scene]


@dataclass(frozen=True, eq=False)
class Experiment:
    """A set of cases under one question; ``name`` is stable, ``title`` is for readers."""

    name: str
    title: str
    question: str
    cases: tuple[Case, ...]


def scene_of(truth: Picture, reference: Picture) -> Scene:
    """Return the scene of a color photograph: its own L is the target."""
    return Scene(gray_target(truth), reference, truth)


def experiments(material: Material) -> list[Experiment]:
    """Make every experiment that the material allows; warps the photographs once."""
    made: list[Experiment] = []
    if material.photographs:
        truths = [photograph.picture for photograph in material.photographs]
        cases = [
            _made_case(photograph.name, truth, reference)
            for photograph, truth, reference in zip(
                material.photographs, truths, self_references(truths), strict=True
            )
        ]
        made.append(
            Experiment(
                "self",
                "Self-reference",
                "The reference is the photograph itself, warped and mirrored: are its colors "
                "found?",
                tuple(cases),
            )
        )
        made += [*_shuffled("shuffled", cases), _gray("gray-reference", cases)]
        made.append(_turned("rotated", cases))
    for kind, pairs in material.pairs.items():
        name, of_kind = ("pairs", "") if kind == "pairs" else (f"pairs-{kind}", f", {kind}")
        cases = [_pair_case(pair) for pair in pairs]
        made.append(
            Experiment(
                name,
                f"Real pairs{of_kind}",
                "The reference is another photograph of the same thing or person.",
                tuple(cases),
            )
        )
        made.append(_turned(f"{name}-rotated", cases, f"Real pairs{of_kind}: "))
    return made


def own_experiments(cases: Sequence[Case]) -> list[Experiment]:
    """Make the experiments on a user's own triples of target, reference and truth."""
    own = Experiment(
        "own",
        "Your photographs",
        "The targets and references are yours, and so is each target's L: where it differs from "
        "the truth's, every row pays for it alike in PSNR, SSIM and ΔE00.",
        tuple(cases),
    )
    return [
        own,
        *_shuffled("own-shuffled", cases),
        _gray("own-gray-reference", cases),
        _turned("own-rotated", cases),
    ]


def run_experiment(
    experiment: Experiment,
    colorizers: Sequence[Colorizer],
    *,
    default: str | None = None,
    shown: Collection[str] = (),
    on_row: Callable[[str, Row], None] = lambda table, row: None,
) -> Table:
    """Put the experiment to every colorizer; with gray among them the others stand beside it.

    Args:
        default: the colorizer from which the others' distance is told.
        shown: names of colorizers whose results are exhibited; the worst of the last one of them
            (by CIEDE2000) come first on a page.
        on_row: called with the table's name and every row at the end.
    """
    found: dict[str, list[dict[str, float | None]]] = {one.name: [] for one in colorizers}
    exhibits = []
    for case in experiment.cases:
        scene = case.open()
        truth = Truth(scene.truth)
        tiles, badness, gray = [], 0.0, None
        for one in colorizers:
            colored = one.colorize(scene.target, scene.reference)
            score = truth.score(colored.picture)
            gray = score if one.name == "gray" else gray
            found[one.name].append(_values(colored, score, gray))
            if one.name in shown:
                tiles.append(_result_tile(one, colored, score))
                badness = score.ciede2000
        if tiles:
            given = tile_of(scene.target, "target"), tile_of(scene.reference, "reference")
            everything = (*given, *tiles, tile_of(scene.truth, "truth"))
            exhibits.append(Exhibit(case.name, badness, everything))
    answers = [Answers(one.name, one.title, by_name(found[one.name])) for one in colorizers]
    rows = make_rows(COLOR, answers, default)
    for row in rows:
        on_row(experiment.name, row)
    return Table(
        experiment.name,
        experiment.title,
        experiment.question,
        COLOR,
        tuple(case.name for case in experiment.cases),
        rows,
        tuple(exhibits),
    )


def exhibit_pairs(pairs: Sequence[Pair], colorizers: Sequence[Colorizer]) -> list[Exhibit]:
    """Show pairs whose truth nobody knows beside the results that their source published.

    Those furthest from the published result (CIEDE2000 of the last colorizer) come first, pairs
    without a published result at the end.
    """
    exhibits = []
    for pair in pairs:
        target = gray_target(pair.target)
        tiles = [tile_of(target, "target"), tile_of(pair.reference, "reference")]
        published = next(iter(pair.published.values()), None)
        badness = -1.0
        for one in colorizers:
            colored = one.colorize(target, pair.reference)
            tiles.append(tile_of(colored.picture, one.title + _related(colored)))
            if published is not None:
                badness = _difference(colored.picture, published)
        tiles.append(
            Tile("none published") if published is None else tile_of(published, "published")
        )
        exhibits.append(Exhibit(pair.name, badness, tuple(tiles)))
    return exhibits


def _made_case(name: str, truth: Picture, reference: Picture) -> Case:
    return Case(name, lambda: scene_of(truth, reference))


def _pair_case(pair: Pair) -> Case:
    return _made_case(pair.name, pair.target, pair.reference)


def _shuffled(name: str, cases: Sequence[Case]) -> list[Experiment]:
    """Each gets the reference of the one before it; there is no stranger for a single one."""
    if len(cases) < 2:
        return []

    def given(case: Case, stranger: Case) -> Case:
        return Case(case.name, lambda: replace(case.open(), reference=stranger.open().reference))

    shuffled = tuple(given(case, cases[place - 1]) for place, case in enumerate(cases))
    question = "The reference belongs to another photograph: is it left alone?"
    return [Experiment(name, "Shuffled references", question, shuffled)]


def _gray(name: str, cases: Sequence[Case]) -> Experiment:
    def without_color(scene: Scene) -> Scene:
        return replace(scene, reference=gray_copy(scene.reference))

    question = "The reference has no color: does the result stay gray (chroma near 0)?"
    return Experiment(name, "Gray references", question, _changed(cases, without_color))


def _turned(name: str, cases: Sequence[Case], of: str = "") -> Experiment:
    def turned(scene: Scene) -> Scene:
        return replace(scene, reference=rotate_hue(scene.reference), truth=rotate_hue(scene.truth))

    title = f"{of}both turned by 90 degrees"
    question = "Reference and truth are turned in hue: are unlikely colors followed as well?"
    return Experiment(name, title[0].upper() + title[1:], question, _changed(cases, turned))


def _changed(cases: Sequence[Case], change: Callable[[Scene], Scene]) -> tuple[Case, ...]:
    """About 64 of the cases, evenly spread, each changed when it is opened."""

    def changed(case: Case) -> Case:
        return Case(case.name, lambda: change(case.open()))

    every = max(1, -(-len(cases) // SMALL_SET))
    return tuple(changed(case) for case in cases[::every])


def _values(
    colored: Colored, score: ColorScore, gray: ColorScore | None
) -> dict[str, float | None]:
    values: dict[str, float | None] = {**score.values(), "related": colored.related}
    if gray is not None:
        values["below_gray"] = float(score.psnr < gray.psnr)
    values["ms"] = colored.seconds * 1000 if colored.seconds else None
    return values


def _result_tile(colorizer: Colorizer, colored: Colored, score: ColorScore) -> Tile:
    caption = (
        f"{colorizer.title}: {score.psnr:.1f} dB, ΔE00 {score.ciede2000:.1f}, "
        f"ab {score.ab_distance:.1f}{_related(colored)}"
    )
    return tile_of(colored.picture, caption)


def _related(colored: Colored) -> str:
    return "" if colored.related is None else f", related {colored.related:.2f}"


def _difference(picture: Picture, other: Picture) -> float:
    """CIEDE2000 over what two pictures of slightly different sizes share, from the top left."""
    height, width = min(picture.height, other.height), min(picture.width, other.width)
    first, second = (one.with_planes(one.planes[:, :height, :width]) for one in (picture, other))
    return Truth(second).score(first).ciede2000
