from __future__ import annotations

import numpy as np
import pytest
import torch
from restore_colorize.errors import ShapeError
from restore_colorize.imaging import Picture
from skimage.color import deltaE_ciede2000, rgb2lab

from evaluation.baselines import Gray, gray_target
from evaluation.color_scores import COLOR, Truth
from evaluation.tables import Answers, by_name, make_rows
from tests.evaluation.pictures import picture, rgb


def gray_result(truth: Picture) -> Picture:
    return Gray().colorize(gray_target(truth), truth).picture


def figures(results: list[Picture], truths: list[Picture]) -> dict[str, float]:
    scores = [Truth(truth).score(one) for one, truth in zip(results, truths, strict=True)]
    values = by_name([score.values() for score in scores])
    (row,) = make_rows(COLOR, [Answers("one", "one", values)], None)
    return {name: estimate.value for name, estimate in row.figures.items()}


def test_color_distances_equal_scikit_image() -> None:
    lab, other_lab = (rgb2lab(rgb(seed=seed)) for seed in (3, 4))
    measured = Truth(picture(seed=3)).score(picture(seed=4))
    distance = np.linalg.norm((lab - other_lab)[..., 1:], axis=-1).mean()
    assert measured.ab_distance == pytest.approx(distance, abs=1e-3)
    chroma = np.linalg.norm(lab[..., 1:], axis=-1).mean()
    assert measured.true_chroma == pytest.approx(chroma, abs=1e-3)
    assert measured.ciede2000 == pytest.approx(deltaE_ciede2000(lab, other_lab).mean(), abs=1e-3)


def test_gray_is_one_gray_and_fails_everywhere() -> None:
    truth = picture()
    found = figures([gray_result(truth)], [truth])
    assert found["ab_ratio"] == pytest.approx(1, abs=1e-4)
    assert found["failures"] == 1
    assert (found["colorfulness"], found["chroma"]) == pytest.approx((0, 0), abs=1e-3)
    # The true L is in the result: what is left is rounding to 8 bit.
    assert found["luma_error"] < 0.2
    assert found["luma_error_max"] < 0.5


def test_the_truth_itself_is_perfect() -> None:
    truth = picture()
    found = figures([truth], [truth])
    for name in ("ab_ratio", "ciede2000", "failures", "luma_error_max"):
        assert found[name] == pytest.approx(0, abs=1e-6), name
    for name in ("ssim", "histogram", "colorfulness", "chroma"):
        assert found[name] == pytest.approx(1), name


def test_ratios_are_ratios_of_means() -> None:
    pictures = [picture(seed=seed) for seed in (1, 2)]
    scores = [Truth(truth).score(pictures[1]) for truth in pictures]
    expected = sum(one.ab_distance for one in scores) / sum(one.true_chroma for one in scores)
    assert figures([pictures[1]] * 2, pictures)["ab_ratio"] == pytest.approx(expected)


def test_float_results_are_scored_as_their_8_bit_samples() -> None:
    truth = picture()
    nearly = Picture((truth.planes + 0.3 / 255).clamp(0, 1), depth=32)
    assert Truth(truth).score(nearly) == Truth(truth).score(truth)


def test_a_gray_plane_and_another_size_are_refused() -> None:
    with pytest.raises(ShapeError, match="gray"):
        Truth(Picture(torch.zeros(1, 20, 20)))
    with pytest.raises(ShapeError, match="not comparable"):
        Truth(picture(20, 20)).score(picture(20, 21))
