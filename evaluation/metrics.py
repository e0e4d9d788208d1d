"""Numbers that compare an 8-bit result with the true photograph, picture by picture.

Every figure is taken from the 8-bit picture that a user would get, not from what a network put
out before its colors were brought into the gamut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from restore_colorize.errors import ShapeError
from restore_colorize.imaging import Picture, srgb_to_lab

COLORED = 15.0  # chroma from which a true pixel counts as colored
STAYED_GRAY = 5.0  # chroma below which a colored pixel counts as having stayed gray


@dataclass(frozen=True)
class PictureScore:
    """What one result is worth.

    psnr: dB over the 8-bit RGB samples. ab_distance: mean Euclidean distance in the ab plane.
    true_chroma: mean chroma of the truth, which is gray's ab distance. chroma: of the result.
    colorfulness, true_colorfulness: Hasler and Süsstrunk 2003 on the 0..255 scale.
    stayed_gray_px: pixels whose true chroma is above 15 and that came out below 5.
    colored_px: pixels whose true chroma is above 15. luma_error, luma_error_max: mean and largest
    distance of L* to the truth's, both at 8 bit.
    """

    psnr: float
    ab_distance: float
    true_chroma: float
    chroma: float
    colorfulness: float
    true_colorfulness: float
    stayed_gray_px: int
    colored_px: int
    luma_error: float
    luma_error_max: float


SCORE_NAMES = tuple(field.name for field in fields(PictureScore))


@dataclass(frozen=True)
class Summary:
    """Figures of a set of pictures; ratios are ratios of means, so no picture divides by zero.

    n: pictures. psnr: mean of the pictures' PSNR. ab_ratio: ab distance over gray's. colorfulness
    and chroma: over the truth's. failures: share of the colored pixels that stayed gray.
    below_gray: share of the pictures whose PSNR is below gray's; None where gray was not scored.
    luma_error, luma_error_max: mean of the means, largest of all.
    """

    n: int
    psnr: float
    ab_ratio: float
    colorfulness: float
    chroma: float
    failures: float
    below_gray: float | None
    luma_error: float
    luma_error_max: float


def psnr(result: np.ndarray, truth: np.ndarray) -> float:
    """Return the peak signal-to-noise ratio of two uint8 arrays of one shape in dB.

    Equal arrays give the value of a single sample that is off by one, instead of infinity.

    Raises:
        ShapeError: the shapes differ.
    """
    if result.shape != truth.shape:
        raise ShapeError(f"Pictures of shapes {result.shape} and {truth.shape} are not comparable.")
    error = np.square(result.astype(np.float64) - truth).mean()
    return float(10 * np.log10(255.0**2 / max(error, 1 / truth.size)))


def colorfulness(rgb: np.ndarray) -> float:
    """Return the colorfulness of (h, w, 3) uint8 RGB (Hasler and Süsstrunk 2003, eq. 7)."""
    red, green, blue = np.moveaxis(rgb.astype(np.float64), -1, 0)
    red_green, yellow_blue = red - green, (red + green) / 2 - blue
    spread = np.hypot(red_green.std(), yellow_blue.std())
    return float(spread + 0.3 * np.hypot(red_green.mean(), yellow_blue.mean()))


def score(result: Picture, truth: Picture) -> PictureScore:
    """Compare a result with the truth, both (3, h, w) of any depth, at 8 bit.

    Raises:
        ShapeError: the sizes differ, or one of them is gray.
    """
    return score_all([result], truth)[0]


def score_all(results: Sequence[Picture], truth: Picture) -> list[PictureScore]:
    """Score several results of one truth as ``score`` does; the truth is looked at once."""
    truth_rgb, truth_lab = _at_8_bit(truth)
    true_chroma = torch.hypot(*truth_lab[1:])
    colored = true_chroma > COLORED
    true_colorfulness = colorfulness(truth_rgb)
    scores = []
    for result in results:
        result_rgb, result_lab = _at_8_bit(result)
        level = psnr(result_rgb, truth_rgb)
        chroma = torch.hypot(*result_lab[1:])
        luma_error = (result_lab[0] - truth_lab[0]).abs()
        scores.append(
            PictureScore(
                psnr=level,
                ab_distance=float(torch.hypot(*(result_lab[1:] - truth_lab[1:])).mean()),
                true_chroma=float(true_chroma.mean()),
                chroma=float(chroma.mean()),
                colorfulness=colorfulness(result_rgb),
                true_colorfulness=true_colorfulness,
                stayed_gray_px=int((colored & (chroma < STAYED_GRAY)).sum()),
                colored_px=int(colored.sum()),
                luma_error=float(luma_error.mean()),
                luma_error_max=float(luma_error.max()),
            )
        )
    return scores


def summarize(
    scores: Sequence[PictureScore], gray: Sequence[PictureScore] | None = None
) -> Summary:
    """Summarize a set of pictures, at least one; ``gray`` holds gray's scores in the same order.

    Raises:
        ShapeError: there is no picture, or ``gray`` has another number of them.
    """
    if not scores or (gray is not None and len(gray) != len(scores)):
        raise ShapeError(
            f"{len(scores)} pictures cannot be summarized"
            + (f" beside {len(gray)} gray ones." if gray is not None else ".")
        )

    def mean(name: str) -> float:
        return float(np.mean([getattr(one, name) for one in scores]))

    def total(name: str) -> int:
        return sum(getattr(one, name) for one in scores)

    return Summary(
        n=len(scores),
        psnr=mean("psnr"),
        ab_ratio=mean("ab_distance") / max(mean("true_chroma"), 1e-9),
        colorfulness=mean("colorfulness") / max(mean("true_colorfulness"), 1e-9),
        chroma=mean("chroma") / max(mean("true_chroma"), 1e-9),
        failures=total("stayed_gray_px") / max(total("colored_px"), 1),
        below_gray=(
            float(np.mean([one.psnr < base.psnr for one, base in zip(scores, gray, strict=True)]))
            if gray is not None
            else None
        ),
        luma_error=mean("luma_error"),
        luma_error_max=max(one.luma_error_max for one in scores),
    )


def _at_8_bit(picture: Picture) -> tuple[np.ndarray, torch.Tensor]:
    """RGB (h, w, 3) uint8 and the Lab (3, h, w) of exactly these samples."""
    if picture.is_gray:
        raise ShapeError("A gray plane has no colors to compare; give it three planes.")
    samples = (picture.planes * 255).round().clamp(0, 255).to(torch.uint8)
    return samples.movedim(0, -1).numpy(), srgb_to_lab(samples / 255)
