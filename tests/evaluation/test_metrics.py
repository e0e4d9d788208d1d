from __future__ import annotations

import numpy as np
import pytest
from restore_colorize.errors import ShapeError
from scipy.ndimage import gaussian_filter
from skimage.color import deltaE_ciede2000, rgb2lab
from skimage.metrics import peak_signal_noise_ratio

from evaluation.metrics import (
    ab_histogram,
    ciede2000,
    colorfulness,
    histogram_intersection,
    psnr,
    ssim,
)
from tests.evaluation.pictures import rgb


def test_psnr_of_everything_off_by_one_is_48_13_db() -> None:
    first = np.full((5, 7, 3), 100, np.uint8)
    assert psnr(first, first + 1) == pytest.approx(48.1308, abs=1e-4)


def test_psnr_equals_scikit_image() -> None:
    first, second = rgb(seed=1), rgb(seed=2)
    assert psnr(first, second) == pytest.approx(peak_signal_noise_ratio(first, second), abs=1e-6)


def test_psnr_of_equal_pictures_is_finite_and_above_every_other() -> None:
    first = rgb()
    off = first.copy()
    off[0, 0, 0] ^= 1
    assert np.isfinite(psnr(first, first))
    assert psnr(first, first) == pytest.approx(psnr(first, off))


@pytest.mark.parametrize("compare", [psnr, ssim, ciede2000])
def test_other_sizes_are_refused(compare: object) -> None:
    assert callable(compare)
    with pytest.raises(ShapeError, match="not comparable"):
        compare(rgb(16, 16), rgb(16, 17))


def test_ssim_is_the_paper_s() -> None:
    # Wang et al. 2004, written down plainly; borders of half a window are left out.
    first, second = (rgb(seed=seed)[..., 0].astype(np.float64) for seed in (1, 2))

    def local(values: np.ndarray) -> np.ndarray:
        return gaussian_filter(values, 1.5, truncate=3.5)

    mean_x, mean_y = local(first), local(second)
    variance = local(first**2) - mean_x**2 + local(second**2) - mean_y**2
    covariance = local(first * second) - mean_x * mean_y
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    similarity = (2 * mean_x * mean_y + c1) * (2 * covariance + c2)
    similarity /= (mean_x**2 + mean_y**2 + c1) * (variance + c2)
    expected = similarity[5:-5, 5:-5].mean()
    assert ssim(first, second) == pytest.approx(expected, abs=1e-5)


def test_ssim_of_rgb_is_the_mean_over_channels_and_1_for_equal_ones() -> None:
    first, second = rgb(seed=1), rgb(seed=2)
    channels = [ssim(first[..., channel], second[..., channel]) for channel in range(3)]
    assert ssim(first, second) == pytest.approx(np.mean(channels), abs=1e-6)
    assert ssim(first, first) == pytest.approx(1)


def test_a_picture_smaller_than_the_window_is_refused_in_words() -> None:
    with pytest.raises(ShapeError, match="11"):
        ssim(rgb(10, 40), rgb(10, 40))


def test_ciede2000_has_the_published_values() -> None:
    # Sharma, Wu and Dalal 2005, table 1, pairs 1, 7 and 17.
    first = np.array([[50, 2.6772, -79.7751], [50, 0, 0], [50, 2.5, 0]])
    second = np.array([[50, 0, -82.7485], [50, -1, 2], [73, 25, -18]])
    for one, other, expected in zip(first, second, (2.0425, 2.3669, 27.1492), strict=True):
        found = ciede2000(one.reshape(1, 1, 3), other.reshape(1, 1, 3))
        assert found == pytest.approx(expected, abs=1e-4)


def test_ciede2000_in_strips_is_the_mean_over_the_picture() -> None:
    first, second = (rgb2lab(rgb(600, 12, seed=seed)).astype(np.float32) for seed in (1, 2))
    expected = deltaE_ciede2000(first, second).mean()
    assert ciede2000(first, second) == pytest.approx(expected, rel=1e-5)


def test_histograms_share_what_lies_in_the_same_bins() -> None:
    red, blue = np.full((4, 6, 2), (55.0, 35.0)), np.full((4, 6, 2), (5.0, -45.0))
    half = red.copy()
    half[:2] = blue[:2]
    shares = [ab_histogram(one) for one in (red, blue, half)]
    assert [one.shape for one in shares] == [(22 * 22,)] * 3
    assert histogram_intersection(shares[0], shares[0]) == 1
    assert histogram_intersection(shares[0], shares[1]) == 0
    assert histogram_intersection(shares[0], shares[2]) == 0.5


def test_gray_with_its_rounding_lies_in_one_bin() -> None:
    noise = np.random.default_rng(0).normal(0, 1e-5, (8, 8, 2))
    assert ab_histogram(noise).max() == 1
    assert ab_histogram(np.full((2, 2, 2), 127.0)).argmax() == 22 * 22 - 1  # nothing is lost


def test_colorfulness_of_gray_is_zero_and_of_two_colors_follows_the_paper() -> None:
    assert colorfulness(np.full((4, 4, 3), 77, np.uint8)) == 0
    red_and_gray = np.full((2, 2, 3), 100, np.uint8)
    red_and_gray[0] = (200, 100, 100)
    # rg is 100 or 0, yb is 50 or 0: means and deviations are halves.
    assert colorfulness(red_and_gray) == pytest.approx(1.3 * np.hypot(50, 25))
