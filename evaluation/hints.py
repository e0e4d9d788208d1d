"""Do painted hints steer the colors? A wrong color must move its surface, true ones must help.

A test that only checks that PSNR does not fall with hints passes for a network that ignores them,
so the first question is put with a color that is certainly wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import torch
from restore_colorize.imaging import (
    Picture,
    lab_to_srgb,
    luma_of,
    reduce_chroma_to_gamut,
    srgb_to_lab,
)
from scipy import ndimage

from evaluation.baselines import Colorizer
from evaluation.color_scores import Truth
from evaluation.experiments import Case
from evaluation.tables import Answers, Figure, Ruler, Table, by_name, make_rows

STROKE_PX = 6  # side of a painted square, at pictures of short side 256
WRONG_LAB = (50.0, 55.0, 35.0)  # the wrong color: a strong red
WRONG_COUNT = 24  # photographs that get the wrong stroke
TRUE_COUNT = 5  # true hints for each photograph
REACH_PX = 40
FAR_PX = 80
LIKE_L = 8.0
UNLIKE_L = 16.0
_HELPED = 64  # photographs, at most about so many, that get true hints
_SEARCHED = 60  # places tried for the smoothest one
_SMALLEST_SURFACE_PX = 300
_SMALLEST_AREA_PX = 30


@dataclass(frozen=True, eq=False)
class Stroke:
    """A square on a smooth surface; all masks are (h, w) bool and leave the square out.

    surface: connected to the square, L within 8 of it, within 40 px. unlike: within 40 px, L more
    than 16 away. far: more than 80 px away.
    """

    top: int
    left: int
    patch: np.ndarray
    surface: np.ndarray
    unlike: np.ndarray
    far: np.ndarray


@dataclass(frozen=True)
class Movement:
    """How far areas moved to the painted color: 0 not at all, 1 the whole way, per photograph.

    The painted color is taken at each pixel's own L with as much chroma as sRGB can show there;
    ``plain`` measures the way to the painted a and b themselves, which a dark or light surface
    cannot show. ``far_ab`` is the mean ab distance between with and without, far from the stroke.
    """

    name: str
    surface: float
    unlike: float
    patch: float
    surface_plain: float
    unlike_plain: float
    far_ab: float

    def values(self) -> dict[str, float | None]:
        """Return the numbers by name, and whether the surface moved more than half of the way."""
        numbers = {name: value for name, value in asdict(self).items() if name != "name"}
        return {**numbers, "surface_over_half": float(self.surface > 0.5)}


@dataclass(frozen=True)
class Help:
    """PSNR in dB of one photograph with an unrelated reference, without and with true hints."""

    name: str
    without: float
    with_hints: float

    def values(self) -> dict[str, float | None]:
        """Return the numbers by name, and what the hints add."""
        return {
            "without": self.without,
            "with_hints": self.with_hints,
            "gain": self.with_hints - self.without,
        }


WRONG_STROKE = Ruler(
    "wrong-stroke",
    (
        Figure("surface", "surface", heading="surface"),
        Figure("surface_over_half", "surface_over_half", heading="surface > .5", digits=None),
        Figure("unlike", "unlike", heading="unlike"),
        Figure("patch", "patch", heading="stroke"),
        Figure("surface_plain", "surface_plain", heading="plain: surface"),
        Figure("unlike_plain", "unlike_plain", heading="plain: unlike"),
        Figure("far_ab", "far_ab", heading="far", digits=1),
    ),
    "1 means that an area went the whole way to the painted color, 0 that it stayed. *surface*: "
    "connected, L within 8, within 40 px, the stroke left out; *unlike*: L more than 16 away, "
    "within 40 px; *far*: mean change beyond 80 px in ab units. The painted color is taken at each "
    "pixel's own L with as much chroma as sRGB can show there; *plain* is the way to a 55, b 35 "
    "themselves, which dark and light places cannot show.",
)
TRUE_HINTS = Ruler(
    "true-hints",
    (
        Figure("without", "without", heading="without, dB"),
        Figure("with_hints", "with_hints", heading="with hints, dB"),
        Figure("gain", "gain", heading="gain, dB"),
    ),
    "PSNR as above, without and with the hints.",
)


def hint_tables(
    own: Sequence[Case],
    strangers: Sequence[Case],
    colorizers: Sequence[Colorizer],
    default: str | None,
) -> list[Table]:
    """Put both questions to every colorizer.

    Args:
        own: cases whose references fit, for the wrong stroke.
        strangers: cases whose references do not, for the true hints; about 64 of them are taken.
        default: the colorizer from which the others' distance is told.
    """
    strangers = strangers[:: max(1, len(strangers) // _HELPED)]
    tables = [
        _table(
            WRONG_STROKE,
            "Painted hints: a wrong stroke",
            "A wrong red stroke (a 55, b 35, 6 × 6 px) is painted on a smooth surface: does the "
            "surface follow, and nothing else?",
            [(one, measure_wrong_strokes(own, one)) for one in colorizers],
            default,
        ),
        _table(
            TRUE_HINTS,
            "Painted hints: five true ones",
            "The reference belongs to another photograph: do five true strokes mend the colors?",
            [(one, measure_true_hints(strangers, one)) for one in colorizers],
            default,
        ),
    ]
    return [table for table in tables if table.pictures]


def find_stroke(luma: np.ndarray, rng: np.random.Generator) -> Stroke | None:
    """Find the smoothest of 60 drawn places on a surface of at least 300 px; None if there is none.

    Args:
        luma: (h, w) float, L*, larger than 60 px on both sides.
    """
    height, width = luma.shape
    side = 2 * STROKE_PX + 1
    mean = ndimage.uniform_filter(luma, side)
    variance = ndimage.uniform_filter(luma * luma, side) - mean * mean
    margin = 20
    best: tuple[float, int, int] | None = None
    for _ in range(_SEARCHED):
        y = int(rng.integers(margin, height - margin))
        x = int(rng.integers(margin, width - margin))
        if 15 < mean[y, x] < 92 and (best is None or variance[y, x] < best[0]):
            best = (float(variance[y, x]), y, x)
    if best is None:
        return None
    _, y, x = best
    top, left = y - STROKE_PX // 2, x - STROKE_PX // 2
    rows, columns = np.ogrid[:height, :width]
    distance = np.hypot(rows - y, columns - x)
    patch = np.zeros(luma.shape, bool)
    patch[top : top + STROKE_PX, left : left + STROKE_PX] = True
    like = (np.abs(luma - mean[y, x]) < LIKE_L) & (distance < REACH_PX)
    labels, _count = ndimage.label(like)
    if labels[y, x] == 0:
        return None
    surface = (labels == labels[y, x]) & ~patch
    if surface.sum() < _SMALLEST_SURFACE_PX:
        return None
    unlike = (np.abs(luma - mean[y, x]) > UNLIKE_L) & (distance < REACH_PX) & ~patch
    return Stroke(top, left, patch, surface, unlike, distance > FAR_PX)


def painted(size: tuple[int, int], strokes: Sequence[tuple[int, int, torch.Tensor]]) -> Picture:
    """Paint squares of (top, left, RGB (3,) in [0, 1]) on an empty layer of (height, width)."""
    planes, alpha = torch.zeros(3, *size), torch.zeros(size)
    for top, left, color in strokes:
        area = np.s_[top : top + STROKE_PX, left : left + STROKE_PX]
        planes[:, area[0], area[1]] = color[:, None, None]
        alpha[area] = 1
    return Picture(planes, alpha)


def true_hints(truth: Picture, count: int, rng: np.random.Generator) -> Picture:
    """Paint the truth's own mean Lab in ``count`` squares at drawn places."""
    lab = srgb_to_lab(truth.planes)
    height, width = truth.size
    strokes = []
    for _ in range(count):
        top = int(rng.integers(0, height - STROKE_PX))
        left = int(rng.integers(0, width - STROKE_PX))
        mean = lab[:, top : top + STROKE_PX, left : left + STROKE_PX].mean((1, 2))
        strokes.append((top, left, _srgb(mean)))
    return painted(truth.size, strokes)


def measure_wrong_strokes(
    cases: Sequence[Case], colorizer: Colorizer, count: int = WRONG_COUNT
) -> list[Movement]:
    """Paint the wrong color on up to ``count`` photographs spread over the cases.

    Photographs without a smooth surface are passed over. The seed is the case's place.
    """
    color = _srgb(torch.tensor(WRONG_LAB))
    found: list[Movement] = []
    for index in _spread(len(cases)):
        if len(found) == count:
            break
        case = cases[index]
        scene = case.open()
        luma = luma_of(scene.truth)
        stroke = find_stroke(luma.numpy(), np.random.default_rng(index))
        if stroke is None:
            continue
        hints = painted(scene.target.size, [(stroke.top, stroke.left, color)])
        without = _chroma(colorizer.colorize(scene.target, scene.reference).picture)
        steered = _chroma(colorizer.colorize(scene.target, scene.reference, hints).picture)
        found.append(_movement(case.name, stroke, luma, without, steered))
    return found


def measure_true_hints(
    cases: Sequence[Case], colorizer: Colorizer, count: int = TRUE_COUNT
) -> list[Help]:
    """Give each case, whose reference is unrelated, ``count`` true hints and compare the PSNR."""
    helps = []
    for index, case in enumerate(cases):
        scene = case.open()
        truth = Truth(scene.truth)
        hints = true_hints(scene.truth, count, np.random.default_rng(index))
        without = truth.score(colorizer.colorize(scene.target, scene.reference).picture)
        steered = truth.score(colorizer.colorize(scene.target, scene.reference, hints).picture)
        helps.append(Help(case.name, without.psnr, steered.psnr))
    return helps


def _table(
    ruler: Ruler,
    title: str,
    question: str,
    found: Sequence[tuple[Colorizer, Sequence[Movement | Help]]],
    default: str | None,
) -> Table:
    answers = [
        Answers(one.name, one.title, by_name([each.values() for each in measured]))
        for one, measured in found
        if measured
    ]
    pictures = tuple(each.name for each in found[0][1])
    rows = make_rows(ruler, answers, default)
    return Table(ruler.name, title, question, ruler, pictures, rows)


def _movement(
    name: str, stroke: Stroke, luma: torch.Tensor, without: torch.Tensor, steered: torch.Tensor
) -> Movement:
    plain = torch.tensor(WRONG_LAB)[:, None, None].expand(3, *luma.shape)
    shown = reduce_chroma_to_gamut(torch.cat([luma[None], plain[1:]]))

    def moved(wanted: torch.Tensor, area: np.ndarray) -> float:
        if area.sum() < _SMALLEST_AREA_PX:
            return float("nan")
        before, after = (
            float((chroma - wanted[1:]).norm(dim=0).numpy()[area].mean())
            for chroma in (without, steered)
        )
        return 1 - after / max(before, 1e-6)

    difference = (steered - without).norm(dim=0).numpy()
    return Movement(
        name,
        surface=moved(shown, stroke.surface),
        unlike=moved(shown, stroke.unlike),
        patch=moved(shown, stroke.patch),
        surface_plain=moved(plain, stroke.surface),
        unlike_plain=moved(plain, stroke.unlike),
        far_ab=float(difference[stroke.far].mean()) if stroke.far.any() else float("nan"),
    )


def _spread(count: int) -> list[int]:
    """All places, evenly spread ones first: 0, 10, 20, … then 1, 11, 21, …"""
    step = max(1, count // WRONG_COUNT)
    return [index for start in range(step) for index in range(start, count, step)]


def _chroma(picture: Picture) -> torch.Tensor:
    return srgb_to_lab(picture.planes)[1:]


def _srgb(lab: torch.Tensor) -> torch.Tensor:
    return lab_to_srgb(reduce_chroma_to_gamut(lab[:, None, None]))[:, 0, 0]
