"""Damaged pictures beside the truth: what restoring is worth, and classical filters to beat.

Everything is measured on gray: a color picture counts by its L as sRGB gray, since restoring works
on luminance. Colors are judged by the other tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

import numpy as np
import torch
from restore_colorize.errors import ShapeError
from restore_colorize.imaging import Picture
from scipy.ndimage import median_filter
from skimage.restoration import denoise_nl_means
from torch import Tensor

from evaluation import metrics
from evaluation.exhibits import Exhibit, tile_of
from evaluation.tables import Answers, Figure, Row, Ruler, Table, by_name, make_rows

_NOISE_SHARES = (0.1, 0.2, 0.4, 0.6, 0.8, 1.0)  # of the estimated noise: the h of non-local means
_SMALLEST_SIGMA = 0.5 / 255
_MEDIANS_PX = (3, 5)
HARM_DB = 0.1  # a picture counts as made worse from so much PSNR on
_NEARLY_EQUAL_DB = 40.0
_DAMAGED_OPACITY = 0.25
_LEAST_DAMAGED = 9  # pixels, so that a PSNR of them means anything


@dataclass(frozen=True, eq=False)
class DamagedPair:
    """A damaged picture and what it showed before, (1, h, w) each.

    ``mask`` is the opacity (h, w) of scratches, dust and torn pieces; None where nobody knows.
    """

    damaged: Picture
    truth: Picture
    mask: Tensor | None = None


@dataclass(frozen=True, eq=False)
class DamagedCase:
    """A pair that is read when its turn comes."""

    name: str
    open: Callable[[], DamagedPair]


@dataclass(frozen=True)
class RestorationScore:
    """What one result is worth: PSNR in dB and SSIM of the 8-bit gray samples.

    ``_fit``: after the affine tone map of the result that comes nearest to the truth, so that
    fading and a scanner's exposure do not hide what happened to the content. ``inside`` and
    ``outside`` of the damage are measured after it, too; None where no damage is known.
    """

    psnr: float
    ssim: float
    psnr_fit: float
    ssim_fit: float
    inside: float | None = None
    outside: float | None = None


RESTORATION = Ruler(
    "restoration",
    (
        Figure("psnr", "psnr", heading="PSNR dB"),
        Figure("ssim", "ssim", heading="SSIM", digits=3),
        Figure("psnr_fit", "psnr_fit", heading="PSNR dB, fit", is_compared=True),
        Figure("ssim_fit", "ssim_fit", heading="SSIM, fit", digits=3),
        Figure("inside", "inside", heading="inside"),
        Figure("outside", "outside", heading="outside"),
        Figure("worse", "worse", heading="worse", digits=None),
        Figure("below40", "below40", heading="below 40 dB", digits=None),
    ),
    "Everything is measured on 8-bit gray; a color picture counts by its L. *fit* is measured "
    "after the affine tone map a x + b that brings the row's picture nearest to the truth, *worse* "
    "is the share of pictures whose PSNR, fit, lies more than 0.1 dB below the input's. *inside* "
    "and *outside* of scratches, dust and torn pieces are PSNR, fit, of these pixels alone. What "
    "is tuned by picture takes for each the setting that the truth likes best, what is tuned by "
    "kind takes one setting for all rows of a table: no user could do that, so a model that comes "
    "near it does well.",
)


class Restorer(Protocol):
    """Gives a damaged gray picture back."""

    name: str  # stable, in JSON
    title: str  # for readers

    def restore(self, damaged: Picture, mask: Tensor | None = None) -> Sequence[Picture]:
        """Return the result, (1, h, w); several ones where a setting is tuned on the truth.

        Args:
            mask: where damage is, for those who get it painted by a person.
        """


class Unchanged:
    """The input itself."""

    name, title = "input", "input"

    def restore(self, damaged: Picture, mask: Tensor | None = None) -> Sequence[Picture]:
        """Return the input."""
        return [damaged]


class Median:
    """The middle of a neighborhood: takes dust and thin scratches out, and detail with them."""

    name, title = "median", "median"

    def restore(self, damaged: Picture, mask: Tensor | None = None) -> Sequence[Picture]:
        """Filter with 3 x 3 and with 5 x 5 pixels."""
        plane = damaged.planes[0].numpy()
        return [gray_picture(median_filter(plane, side, mode="reflect")) for side in _MEDIANS_PX]


class NonLocalMeans:
    """Non-local means (Buades et al. 2005) at several shares of the estimated noise."""

    name, title = "nlm", "non-local means"

    def restore(self, damaged: Picture, mask: Tensor | None = None) -> Sequence[Picture]:
        """Filter with patches of 5 pixels within 6 pixels, at every strength."""
        plane = damaged.planes[0].numpy()
        sigma = max(_noise(plane), _SMALLEST_SIGMA)
        return [
            gray_picture(denoise_nl_means(plane, patch_size=5, patch_distance=6, h=share * sigma))
            for share in _NOISE_SHARES
        ]


RESTORERS: tuple[Restorer, ...] = (Unchanged(), Median(), NonLocalMeans())


def fit_tone(result: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return a * result + b within 0..255, with the a and b that come nearest to the truth."""
    values = result.astype(np.float64)
    deviation = values - values.mean()
    spread = np.square(deviation).mean()
    gain = (deviation * (truth - truth.mean())).mean() / spread if spread > 0 else 0.0
    return (gain * deviation + truth.mean()).clip(0, 255)


def score_restoration(
    result: Picture, truth: Picture, mask: Tensor | None = None
) -> RestorationScore:
    """Compare two gray pictures (1, h, w) at 8 bit.

    Raises:
        ShapeError: the sizes differ, or a side is shorter than 11 pixels.
    """
    samples, true_samples = _at_8_bit(result), _at_8_bit(truth)
    raw = metrics.psnr(samples, true_samples)  # refuses other sizes
    fitted = fit_tone(samples, true_samples)
    inside = outside = None
    if mask is not None:
        damaged = mask.numpy() > _DAMAGED_OPACITY
        if damaged.sum() >= _LEAST_DAMAGED:
            inside = metrics.psnr(fitted[damaged], true_samples[damaged])
            outside = metrics.psnr(fitted[~damaged], true_samples[~damaged])
    return RestorationScore(
        psnr=raw,
        ssim=metrics.ssim(samples, true_samples),
        psnr_fit=metrics.psnr(fitted, true_samples),
        ssim_fit=metrics.ssim(fitted, true_samples),
        inside=inside,
        outside=outside,
    )


@dataclass(frozen=True)
class Question:
    """Name, title and question of a table of restorers."""

    name: str
    title: str
    question: str


OWN = Question(
    "restored", "Your damaged pictures", "Is the picture nearer to its truth than before?"
)


def run_restoration(
    cases: Sequence[DamagedCase],
    restorers: Sequence[Restorer] = RESTORERS,
    *,
    question: Question = OWN,
    default: str | None = None,
    shown: bool = False,
    on_row: Callable[[str, Row], None] = lambda table, row: None,
) -> Table:
    """Let every restorer work on every case; arguments as for ``run_experiment``.

    A restorer that gives several results has two rows: ``NAME-kind``, the one setting whose mean
    PSNR after the tone fit is the highest, and ``NAME``, the best setting of every picture. On a
    page those come first whose last row is worst after the fit.
    """
    scored: dict[str, list[list[RestorationScore]]] = {one.name: [] for one in restorers}
    untouched, exhibits = [], []
    for case in cases:
        pair = case.open()
        untouched.append(score_restoration(pair.damaged, pair.truth, pair.mask))
        tiles, badness = [], 0.0
        for one in restorers:
            results = one.restore(pair.damaged, pair.mask)
            scores = [score_restoration(result, pair.truth, pair.mask) for result in results]
            scored[one.name].append(scores)
            if shown:
                best = _best(scores)
                score = scores[best]
                caption = f"{one.title}: {score.psnr:.1f} dB, fit {score.psnr_fit:.1f} dB"
                tiles.append(tile_of(results[best], f"{caption}, SSIM {score.ssim:.3f}"))
                badness = -score.psnr_fit
        if shown:
            exhibits.append(Exhibit(case.name, badness, (*tiles, tile_of(pair.truth, "truth"))))
    answers = [answer for one in restorers for answer in _answers(one, scored[one.name], untouched)]
    rows = make_rows(RESTORATION, answers, default)
    for row in rows:
        on_row(question.name, row)
    return Table(
        question.name,
        question.title,
        question.question,
        RESTORATION,
        tuple(case.name for case in cases),
        rows,
        tuple(exhibits),
    )


def _answers(
    restorer: Restorer,
    scored: Sequence[Sequence[RestorationScore]],
    untouched: Sequence[RestorationScore],
) -> list[Answers]:
    """One row for the best setting of each picture; before it, one for the best of all."""

    def row(name: str, title: str, chosen: Sequence[RestorationScore]) -> Answers:
        values = [
            {
                **asdict(score),
                "worse": float(score.psnr_fit < before.psnr_fit - HARM_DB),
                "below40": float(score.psnr < _NEARLY_EQUAL_DB),
            }
            for score, before in zip(chosen, untouched, strict=True)
        ]
        return Answers(name, title, by_name(values))

    by_picture = [scores[_best(scores)] for scores in scored]
    name, title = restorer.name, restorer.title
    if not scored or len(scored[0]) == 1:
        return [row(name, title, by_picture)]
    means = [
        np.mean([score.psnr_fit for score in setting]) for setting in zip(*scored, strict=True)
    ]
    by_kind = [scores[int(np.argmax(means))] for scores in scored]
    return [
        row(f"{name}-kind", f"{title}, tuned by kind", by_kind),
        row(name, f"{title}, tuned by picture", by_picture),
    ]


def _best(scores: Sequence[RestorationScore]) -> int:
    return max(range(len(scores)), key=lambda place: scores[place].psnr_fit)


def _at_8_bit(picture: Picture) -> np.ndarray:
    if not picture.is_gray:
        raise ShapeError("Restoration is measured on gray pictures; make them gray first.")
    return (picture.planes[0] * 255).round().to(torch.uint8).numpy()


def gray_picture(plane: np.ndarray) -> Picture:
    """Return a plane (h, w) as a gray picture of 32-bit floats, within [0, 1]."""
    return Picture(torch.from_numpy(plane.astype(np.float32)).clamp_(0, 1)[None], depth=32)


def _noise(plane: np.ndarray) -> float:
    """Deviation of white noise, from the diagonal Haar details (Donoho and Johnstone 1994)."""
    even = plane[: len(plane) // 2 * 2, : plane.shape[1] // 2 * 2]
    details = even[::2, ::2] - even[1::2, ::2] - even[::2, 1::2] + even[1::2, 1::2]
    return float(np.median(np.abs(details)) / 2 / 0.6745)
