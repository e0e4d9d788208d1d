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

from evaluation import metrics
from evaluation.exhibits import Exhibit, tile_of
from evaluation.tables import Answers, Figure, Row, Ruler, Table, by_name, make_rows

_NOISE_SHARES = (0.1, 0.2, 0.4, 0.6, 0.8, 1.0)  # of the estimated noise: the h of non-local means
_SMALLEST_SIGMA = 0.5 / 255
_MEDIANS_PX = (3, 5)
HARM_DB = 0.1  # a picture counts as made worse from so much PSNR on


@dataclass(frozen=True, eq=False)
class DamagedPair:
    """A damaged picture and what it showed before, (1, h, w) each."""

    damaged: Picture
    truth: Picture


@dataclass(frozen=True, eq=False)
class DamagedCase:
    """A pair that is read when its turn comes."""

    name: str
    open: Callable[[], DamagedPair]


@dataclass(frozen=True)
class RestorationScore:
    """What one result is worth: PSNR in dB and SSIM of the 8-bit gray samples.

    ``_fit``: after the affine tone map of the result that comes nearest to the truth, so that
    fading and a scanner's exposure do not hide what happened to the content.
    """

    psnr: float
    ssim: float
    psnr_fit: float
    ssim_fit: float


RESTORATION = Ruler(
    "restoration",
    (
        Figure("psnr", "psnr", heading="PSNR dB"),
        Figure("ssim", "ssim", heading="SSIM", digits=3),
        Figure("psnr_fit", "psnr_fit", heading="PSNR dB, fit", is_compared=True),
        Figure("ssim_fit", "ssim_fit", heading="SSIM, fit", digits=3),
        Figure("worse", "worse", heading="worse", digits=None),
    ),
    "Everything is measured on 8-bit gray; a color picture counts by its L. *fit* is measured "
    "after the affine tone map a x + b that brings the row's picture nearest to the truth, *worse* "
    "is the share of pictures whose PSNR, fit, lies more than 0.1 dB below the input's. What is "
    "tuned takes for each picture the setting that the truth likes best: no user could do that, "
    "so a model that comes near it does well.",
)


class Restorer(Protocol):
    """Gives a damaged gray picture back."""

    name: str  # stable, in JSON
    title: str  # for readers

    def restore(self, damaged: Picture) -> Sequence[Picture]:
        """Return the result, (1, h, w); several ones where a setting is tuned on the truth."""


class Unchanged:
    """The input itself."""

    name, title = "input", "input"

    def restore(self, damaged: Picture) -> Sequence[Picture]:
        """Return the input."""
        return [damaged]


class Median:
    """The middle of a neighborhood: takes dust and thin scratches out, and detail with them."""

    name, title = "median", "median, size tuned by picture"

    def restore(self, damaged: Picture) -> Sequence[Picture]:
        """Filter with 3 x 3 and with 5 x 5 pixels."""
        plane = damaged.planes[0].numpy()
        return [_gray(median_filter(plane, side, mode="reflect")) for side in _MEDIANS_PX]


class NonLocalMeans:
    """Non-local means (Buades et al. 2005) at several shares of the estimated noise."""

    name, title = "nlm", "non-local means, strength tuned by picture"

    def restore(self, damaged: Picture) -> Sequence[Picture]:
        """Filter with patches of 5 pixels within 6 pixels, at every strength."""
        plane = damaged.planes[0].numpy()
        sigma = max(_noise(plane), _SMALLEST_SIGMA)
        return [
            _gray(denoise_nl_means(plane, patch_size=5, patch_distance=6, h=share * sigma))
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


def score_restoration(result: Picture, truth: Picture) -> RestorationScore:
    """Compare two gray pictures (1, h, w) at 8 bit.

    Raises:
        ShapeError: the sizes differ, or a side is shorter than 11 pixels.
    """
    samples, true_samples = _at_8_bit(result), _at_8_bit(truth)
    raw = metrics.psnr(samples, true_samples)  # refuses other sizes
    fitted = fit_tone(samples, true_samples)
    return RestorationScore(
        psnr=raw,
        ssim=metrics.ssim(samples, true_samples),
        psnr_fit=metrics.psnr(fitted, true_samples),
        ssim_fit=metrics.ssim(fitted, true_samples),
    )


def run_restoration(
    cases: Sequence[DamagedCase],
    restorers: Sequence[Restorer] = RESTORERS,
    *,
    default: str | None = None,
    shown: bool = False,
    on_row: Callable[[str, Row], None] = lambda table, row: None,
) -> Table:
    """Let every restorer work on every case; arguments as for ``run_experiment``.

    Of several results of one restorer the one of the highest PSNR after the tone fit counts. On a
    page those come first whose last row is worst after the fit.
    """
    found: dict[str, list[dict[str, float | None]]] = {one.name: [] for one in restorers}
    exhibits = []
    for case in cases:
        pair = case.open()
        untouched = score_restoration(pair.damaged, pair.truth)
        tiles, badness = [], 0.0
        for one in restorers:
            result, score = _best(one.restore(pair.damaged), pair.truth)
            is_worse = score.psnr_fit < untouched.psnr_fit - HARM_DB
            found[one.name].append({**asdict(score), "worse": float(is_worse)})
            if shown:
                caption = f"{one.title}: {score.psnr:.1f} dB, fit {score.psnr_fit:.1f} dB"
                tiles.append(tile_of(result, f"{caption}, SSIM {score.ssim:.3f}"))
                badness = -score.psnr_fit
        if shown:
            exhibits.append(Exhibit(case.name, badness, (*tiles, tile_of(pair.truth, "truth"))))
    answers = [Answers(one.name, one.title, by_name(found[one.name])) for one in restorers]
    rows = make_rows(RESTORATION, answers, default)
    for row in rows:
        on_row("restored", row)
    return Table(
        "restored",
        "Your damaged pictures",
        "Is the picture nearer to its truth than before?",
        RESTORATION,
        tuple(case.name for case in cases),
        rows,
        tuple(exhibits),
    )


def _best(results: Sequence[Picture], truth: Picture) -> tuple[Picture, RestorationScore]:
    scored = [(result, score_restoration(result, truth)) for result in results]
    return max(scored, key=lambda one: one[1].psnr_fit)


def _at_8_bit(picture: Picture) -> np.ndarray:
    if not picture.is_gray:
        raise ShapeError("Restoration is measured on gray pictures; make them gray first.")
    return (picture.planes[0] * 255).round().to(torch.uint8).numpy()


def _gray(plane: np.ndarray) -> Picture:
    return Picture(torch.from_numpy(plane.astype(np.float32)).clamp_(0, 1)[None], depth=32)


def _noise(plane: np.ndarray) -> float:
    """Deviation of white noise, from the diagonal Haar details (Donoho and Johnstone 1994)."""
    even = plane[: len(plane) // 2 * 2, : plane.shape[1] // 2 * 2]
    details = even[::2, ::2] - even[1::2, ::2] - even[::2, 1::2] + even[1::2, 1::2]
    return float(np.median(np.abs(details)) / 2 / 0.6745)
