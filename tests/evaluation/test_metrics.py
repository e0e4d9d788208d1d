from __future__ import annotations

import numpy as np
import pytest
import torch
from restore_colorize.errors import ShapeError
from restore_colorize.imaging import Picture
from skimage.color import rgb2lab
from skimage.metrics import peak_signal_noise_ratio

from evaluation.baselines import Gray, gray_target
from evaluation.metrics import colorfulness, psnr, score, summarize
from tests.evaluation.pictures import picture, rgb


def gray_result(truth: Picture) -> Picture:
    return Gray().colorize(gray_target(truth), truth).picture


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


def test_psnr_refuses_other_sizes() -> None:
    with pytest.raises(ShapeError, match="not comparable"):
        psnr(rgb(8, 8), rgb(8, 9))


def test_colorfulness_of_gray_is_zero_and_of_two_colors_follows_the_paper() -> None:
    assert colorfulness(np.full((4, 4, 3), 77, np.uint8)) == 0
    red_and_gray = np.full((2, 2, 3), 100, np.uint8)
    red_and_gray[0] = (200, 100, 100)
    # rg is 100 or 0, yb is 50 or 0: means and deviations are halves.
    assert colorfulness(red_and_gray) == pytest.approx(1.3 * np.hypot(50, 25))


def test_ab_distance_and_chroma_equal_scikit_image() -> None:
    truth, other = picture(seed=3), picture(seed=4)
    lab, other_lab = (rgb2lab(rgb(seed=seed))[..., 1:] for seed in (3, 4))
    measured = score(other, truth)
    distance = np.linalg.norm(lab - other_lab, axis=-1).mean()
    assert measured.ab_distance == pytest.approx(distance, abs=1e-3)
    assert measured.true_chroma == pytest.approx(np.linalg.norm(lab, axis=-1).mean(), abs=1e-3)


def test_gray_is_one_gray_and_fails_everywhere() -> None:
    truth = picture()
    measured = score(gray_result(truth), truth)
    summary = summarize([measured], [measured])
    assert summary.ab_ratio == pytest.approx(1, abs=1e-4)
    assert summary.failures == 1
    assert (summary.colorfulness, summary.chroma) == pytest.approx((0, 0), abs=1e-3)
    assert summary.below_gray == 0
    # The true L is in the result: what is left is rounding to 8 bit.
    assert summary.luma_error < 0.2
    assert summary.luma_error_max < 0.5


def test_the_truth_itself_is_perfect() -> None:
    truth = picture()
    summary = summarize([score(truth, truth)])
    assert (summary.ab_ratio, summary.failures, summary.luma_error_max) == (0, 0, 0)
    assert (summary.colorfulness, summary.chroma) == pytest.approx((1, 1))
    assert summary.below_gray is None


def test_a_result_worse_than_gray_is_counted() -> None:
    truth = picture()
    gray = score(gray_result(truth), truth)
    inverted = score(truth.with_planes(1 - truth.planes), truth)
    assert summarize([inverted, gray], [gray, gray]).below_gray == 0.5


def test_ratios_are_ratios_of_means() -> None:
    pictures = [picture(seed=seed) for seed in (1, 2)]
    scores = [score(pictures[1], truth) for truth in pictures]
    expected = sum(one.ab_distance for one in scores) / sum(one.true_chroma for one in scores)
    assert summarize(scores).ab_ratio == pytest.approx(expected)


def test_float_results_are_scored_as_their_8_bit_samples() -> None:
    truth = picture()
    nearly = Picture((truth.planes + 0.3 / 255).clamp(0, 1), depth=32)
    assert score(nearly, truth) == score(truth, truth)


def test_nothing_cannot_be_summarized_nor_a_gray_plane_be_scored() -> None:
    with pytest.raises(ShapeError):
        summarize([])
    with pytest.raises(ShapeError):
        score(Picture(torch.zeros(1, 4, 4)), Picture(torch.zeros(3, 4, 4)))
