"""What colors are worth beside the true ones, picture by picture.

Every figure is taken from the 8-bit picture that a user would get, not from what a network put
out before its colors were brought into the gamut.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import torch
from restore_colorize.errors import ShapeError
from restore_colorize.imaging import Picture, srgb_to_lab

from evaluation import metrics
from evaluation.tables import Figure, Ruler

COLORED = 15.0  # chroma from which a true pixel counts as colored
STAYED_GRAY = 5.0  # chroma below which a colored pixel counts as having stayed gray


@dataclass(frozen=True)
class ColorScore:
    """What one result is worth.

    psnr: dB over the 8-bit RGB samples. ssim: mean over RGB. ciede2000: mean color difference.
    histogram: intersection of the ab histograms. ab_distance: mean Euclidean distance in the ab
    plane. true_chroma: mean chroma of the truth, which is gray's ab distance. chroma: of the
    result. colorfulness, true_colorfulness: Hasler and Süsstrunk 2003 on the 0..255 scale.
    stayed_gray_px: pixels whose true chroma is above 15 and that came out below 5.
    colored_px: pixels whose true chroma is above 15. luma_error, luma_error_max: mean and largest
    distance of L* to the truth's, both at 8 bit.
    """

    psnr: float
    ssim: float
    ciede2000: float
    histogram: float
    ab_distance: float
    true_chroma: float
    chroma: float
    colorfulness: float
    true_colorfulness: float
    stayed_gray_px: int
    colored_px: int
    luma_error: float
    luma_error_max: float

    def values(self) -> dict[str, float]:
        """Return the numbers by name."""
        return asdict(self)


COLOR = Ruler(
    "color",
    (
        Figure("psnr", "psnr", heading="PSNR dB", is_compared=True),
        Figure("ssim", "ssim", heading="SSIM", digits=3),
        Figure("ciede2000", "ciede2000", heading="ΔE00", is_compared=True),
        Figure("histogram", "histogram", heading="hist"),
        Figure("ab_ratio", "ab_distance", "true_chroma", heading="ab", digits=3),
        Figure("colorfulness", "colorfulness", "true_colorfulness", heading="CF"),
        Figure("chroma", "chroma", "true_chroma", heading="chroma"),
        Figure("failures", "stayed_gray_px", "colored_px", heading="fail", digits=3),
        Figure("below_gray", "below_gray", heading="below gray", digits=None),
        Figure("related", "related", heading="related"),
        Figure("ms", "ms", heading="ms", digits=0),
        Figure("luma_error", "luma_error"),
        Figure("luma_error_max", "luma_error_max", is_largest=True),
    ),
    "Everything is measured on 8-bit RGB. *PSNR*, *SSIM* (Wang et al. 2004, mean over RGB), *ΔE00* "
    "(CIEDE2000) and *hist* (intersection of the ab histograms, 22 × 22 bins over ±110) are means "
    "over pictures. *ab* is the mean ab distance over gray's, *CF* and *chroma* are colorfulness "
    "and chroma over the truth's, *fail* the share of pixels with true chroma over 15 that came "
    "out below 5, *below gray* the share of pictures whose PSNR is worse than without any color, "
    "*related* the model's own verdict on the reference. PSNR and SSIM alone prefer pale brown: "
    "read the columns together.",
)


class Truth:
    """A true photograph, looked at once and compared with any number of results.

    Args:
        picture: (3, h, w) of any depth; compared at 8 bit.

    Attributes:
        chroma: its mean chroma, which is gray's ab distance.

    Raises:
        ShapeError: the picture is one gray plane.
    """

    def __init__(self, picture: Picture) -> None:
        self._rgb, self._lab = _at_8_bit(picture)
        chroma = torch.hypot(*self._lab[1:])
        self.chroma = float(chroma.mean())
        self._is_colored = chroma > COLORED
        self._colorfulness = metrics.colorfulness(self._rgb)
        self._histogram = metrics.ab_histogram(_interleaved(self._lab[1:]))

    def distance(self, result: Picture) -> tuple[float, float]:
        """Return PSNR in dB and mean ab distance, as :meth:`score` does, and nothing else.

        Raises:
            ShapeError: the sizes differ, or the result is one gray plane.
        """
        rgb, lab = _at_8_bit(result)
        return metrics.psnr(rgb, self._rgb), self._ab_distance(lab)

    def score(self, result: Picture) -> ColorScore:
        """Compare a result (3, h, w) of any depth with the truth, at 8 bit.

        Raises:
            ShapeError: the sizes differ, or the result is one gray plane.
        """
        rgb, lab = _at_8_bit(result)
        level = metrics.psnr(rgb, self._rgb)  # refuses other sizes
        chroma = torch.hypot(*lab[1:])
        luma_error = (lab[0] - self._lab[0]).abs()
        histogram = metrics.ab_histogram(_interleaved(lab[1:]))
        return ColorScore(
            psnr=level,
            ssim=metrics.ssim(rgb, self._rgb),
            ciede2000=metrics.ciede2000(_interleaved(lab), _interleaved(self._lab)),
            histogram=metrics.histogram_intersection(histogram, self._histogram),
            ab_distance=self._ab_distance(lab),
            true_chroma=self.chroma,
            chroma=float(chroma.mean()),
            colorfulness=metrics.colorfulness(rgb),
            true_colorfulness=self._colorfulness,
            stayed_gray_px=int((self._is_colored & (chroma < STAYED_GRAY)).sum()),
            colored_px=int(self._is_colored.sum()),
            luma_error=float(luma_error.mean()),
            luma_error_max=float(luma_error.max()),
        )

    def _ab_distance(self, lab: torch.Tensor) -> float:
        return float(torch.hypot(*(lab[1:] - self._lab[1:])).mean())


def _at_8_bit(picture: Picture) -> tuple[np.ndarray, torch.Tensor]:
    """RGB (h, w, 3) uint8 and the Lab (3, h, w) of exactly these samples."""
    if picture.is_gray:
        raise ShapeError("A gray plane has no colors to compare; give it three planes.")
    samples = (picture.planes * 255).round().clamp(0, 255).to(torch.uint8)
    return samples.movedim(0, -1).numpy(), srgb_to_lab(samples / 255)


def _interleaved(planes: torch.Tensor) -> np.ndarray:
    return planes.movedim(0, -1).numpy()
