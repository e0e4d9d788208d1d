from __future__ import annotations

import numpy as np
import pytest
import torch
from restore_colorize.imaging import Picture, luma_of, srgb_to_lab
from scipy import ndimage

from evaluation.baselines import Colored, Gray, gray_target, with_chroma
from evaluation.experiments import Case, scene_of
from evaluation.hints import (
    STROKE_PX,
    WRONG_LAB,
    find_stroke,
    hint_tables,
    measure_true_hints,
    measure_wrong_strokes,
    true_hints,
)
from tests.evaluation.pictures import picture


def room(height: int = 120, width: int = 160) -> Picture:
    """A photograph of two walls: the left one is dark, the right one is light."""
    planes = torch.full((3, height, width), 0.35)
    planes[:, :, width // 2 :] = 0.7
    planes[0] += 0.05
    noise = torch.from_numpy(np.random.default_rng(0).uniform(-0.004, 0.004, (height, width)))
    return Picture.from_samples(Picture((planes + noise.float()).clamp(0, 1)).quantize())


class Ignores(Gray):
    """Paints nothing, whatever is asked."""


class Fills:
    """Gives everything of the painted places' luminance (or simply everything) their color."""

    name = title = "fills"

    def __init__(self, like_l: float) -> None:
        self.like_l = like_l

    def colorize(
        self, target: Picture, reference: Picture, hints: Picture | None = None
    ) -> Colored:
        chroma = torch.zeros(2, *target.size)
        if hints is not None and hints.alpha is not None:
            area = hints.alpha > 0
            luma = luma_of(target)
            like = (luma - luma[area].mean()).abs() < self.like_l
            chroma[:, like] = srgb_to_lab(hints.planes)[1:, area].mean(1)[:, None]
        return Colored(with_chroma(target, chroma))


def case(name: str = "room") -> Case:
    return Case(name, lambda: scene_of(room(), room()))


def test_the_stroke_lies_on_a_smooth_surface_and_areas_leave_it_out() -> None:
    luma = luma_of(room()).numpy()
    stroke = find_stroke(luma, np.random.default_rng(1))
    assert stroke is not None
    assert stroke.patch.sum() == STROKE_PX**2
    assert not (stroke.patch & (stroke.surface | stroke.unlike | stroke.far)).any()
    assert not (stroke.surface & stroke.unlike).any()
    own = luma[stroke.patch].mean()
    assert np.abs(luma[stroke.surface] - own).max() < 9
    assert ndimage.label(stroke.surface | stroke.patch)[1] == 1
    again = find_stroke(luma, np.random.default_rng(1))
    assert again is not None
    assert (again.top, again.left) == (stroke.top, stroke.left)


def test_no_surface_no_stroke() -> None:
    noise = np.random.default_rng(0).uniform(0, 100, (100, 100))
    assert find_stroke(noise, np.random.default_rng(0)) is None


def test_who_ignores_hints_moves_nothing() -> None:
    (movement,) = measure_wrong_strokes([case()], Ignores())
    assert (movement.surface, movement.patch, movement.far_ab) == pytest.approx((0, 0, 0), abs=1e-6)


def test_who_obeys_on_the_surface_alone_gets_one_and_zero() -> None:
    movements = measure_wrong_strokes([case(str(number)) for number in range(4)], Fills(10))
    assert len(movements) == 4
    for movement in movements:
        assert movement.surface > 0.97
        assert movement.patch > 0.97
        assert movement.surface_plain < movement.surface  # sRGB cannot show that red there
    unlike = [one.unlike for one in movements if not np.isnan(one.unlike)]
    assert unlike == pytest.approx([0] * len(unlike), abs=1e-6)


def test_who_paints_everything_is_seen_on_what_is_unlike() -> None:
    movements = measure_wrong_strokes([case(str(number)) for number in range(4)], Fills(1000))
    assert all(one.surface > 0.97 for one in movements)
    assert all(one.unlike > 0.97 for one in movements if not np.isnan(one.unlike))
    assert all(one.far_ab > 10 for one in movements if not np.isnan(one.far_ab))


def test_photographs_without_a_surface_are_passed_over() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (80, 80, 1), dtype=np.uint8)
    noisy = Picture.from_samples(np.repeat(noise, 3, axis=2))
    found = measure_wrong_strokes(
        [Case("noise", lambda: scene_of(noisy, noisy)), case()], Ignores(), count=1
    )
    assert [one.name for one in found] == ["room"]


def test_true_hints_are_the_truths_own_colors_and_help_who_uses_them() -> None:
    truth = picture(80, 90)
    hints = true_hints(truth, 5, np.random.default_rng(0))
    assert hints.alpha is not None
    assert STROKE_PX**2 < hints.alpha.sum() <= 5 * STROKE_PX**2
    area = hints.alpha > 0
    painted = srgb_to_lab(hints.planes)[:, area].mean(1)
    assert torch.allclose(painted, srgb_to_lab(truth.planes)[:, area].mean(1), atol=4)
    reddish = [case()]
    assert measure_true_hints(reddish, Ignores())[0].with_hints == pytest.approx(
        measure_true_hints(reddish, Ignores())[0].without
    )
    (helped,) = measure_true_hints(reddish, Fills(1000))
    assert helped.with_hints > helped.without + 1


def test_the_wrong_color_is_one_that_can_be_painted() -> None:
    lab = torch.tensor(WRONG_LAB)[:, None, None]
    painted = with_chroma(gray_target(Picture(torch.full((3, 1, 1), 0.466))), lab[1:])
    assert torch.allclose(srgb_to_lab(painted.planes)[1:], lab[1:], atol=0.5)


def test_both_questions_become_tables() -> None:
    cases = [case(str(number)) for number in range(2)]
    wrong, true = hint_tables(cases, cases, [Ignores(), Fills(1000)], "fills")
    assert (wrong.name, true.name) == ("wrong-stroke", "true-hints")
    assert wrong.pictures == true.pictures == ("0", "1")
    assert [row.figures["surface_over_half"].value for row in wrong.rows] == [0, 1]
    ignores, fills = (row.figures for row in true.rows)
    assert ignores["gain"].value == pytest.approx(0)
    assert fills["gain"].value > 1
    assert fills["with_hints"].value - fills["without"].value == pytest.approx(fills["gain"].value)
    assert hint_tables([], [], [Ignores()], None) == []
