from __future__ import annotations

import numpy as np
import pytest
import torch
from restore_colorize.errors import ShapeError
from restore_colorize.imaging import Picture

from evaluation.baselines import gray_target
from evaluation.restoration import (
    RESTORERS,
    DamagedCase,
    DamagedPair,
    Median,
    NonLocalMeans,
    Unchanged,
    fit_tone,
    run_restoration,
    score_restoration,
)
from tests.evaluation.pictures import picture


def smooth(seed: int = 0) -> Picture:
    return gray_target(picture(48, 64, seed=seed))


def noisy(truth: Picture, sigma: float = 0.08) -> Picture:
    noise = torch.from_numpy(np.random.default_rng(0).normal(0, sigma, truth.size)).float()
    return Picture((truth.planes + noise).clamp(0, 1), depth=32)


def case(damaged: Picture, truth: Picture, name: str = "one") -> DamagedCase:
    return DamagedCase(name, lambda: DamagedPair(damaged, truth))


def test_the_tone_fit_undoes_fading() -> None:
    truth = np.random.default_rng(0).integers(0, 256, (20, 30)).astype(np.uint8)
    faded = truth * 0.5 + 60
    assert np.allclose(fit_tone(faded, truth), truth, atol=1e-9)
    assert np.allclose(fit_tone(np.full((20, 30), 7), truth), truth.mean())


def test_the_tone_fit_never_makes_it_worse() -> None:
    generator = np.random.default_rng(1)
    for _ in range(10):
        truth, result = generator.integers(0, 256, (2, 15, 15))
        before, after = (np.square(one - truth).mean() for one in (result, fit_tone(result, truth)))
        assert after <= before + 1e-9


def test_a_faded_picture_is_poor_raw_and_perfect_after_the_fit() -> None:
    truth = smooth()
    faded = Picture(truth.planes * 0.5 + 0.2, depth=32)
    score = score_restoration(faded, truth)
    assert score.psnr < 25
    assert score.psnr_fit > 50
    assert score.ssim_fit > score.ssim


def test_colors_are_refused() -> None:
    with pytest.raises(ShapeError, match="gray"):
        score_restoration(picture(), picture())


@pytest.mark.parametrize("restorer", RESTORERS, ids=lambda one: one.name)
@pytest.mark.parametrize("size", [(11, 11), (20, 33)])
def test_every_filter_keeps_size_and_the_callers_picture(
    restorer: Unchanged, size: tuple[int, int]
) -> None:
    damaged = gray_target(picture(*size))
    before = damaged.planes.clone()
    results = restorer.restore(damaged)
    assert {result.size for result in results} == {size}
    assert torch.equal(damaged.planes, before)


def test_non_local_means_takes_noise_and_the_median_takes_dust() -> None:
    truth = smooth()
    noise, dust = noisy(truth), truth.planes.clone()
    dust[0, ::7, ::7] = 1
    cases = {"noise": noise, "dust": Picture(dust, depth=32)}
    found = {}
    for name, damaged in cases.items():
        rows = run_restoration([case(damaged, truth)]).rows
        found[name] = {row.answers.name: row.figures["psnr_fit"].value for row in rows}
    assert found["noise"]["nlm"] > found["noise"]["input"] + 3
    assert found["dust"]["median"] > found["dust"]["input"] + 3


def test_what_is_tuned_takes_the_best_setting_for_each_picture() -> None:
    truth = smooth()
    damaged = noisy(truth)
    for restorer in (Median(), NonLocalMeans()):
        each = [score_restoration(one, truth).psnr_fit for one in restorer.restore(damaged)]
        rows = run_restoration([case(damaged, truth)], [restorer]).rows
        assert [row.figures["psnr_fit"].value for row in rows] == pytest.approx([max(each)] * 2)


def test_one_setting_for_all_is_never_better_than_one_for_each() -> None:
    truth = smooth()
    cases = [case(noisy(truth, sigma), truth, str(sigma)) for sigma in (0.01, 0.15)]
    by_kind, by_picture = run_restoration(cases, [NonLocalMeans()]).rows
    assert (by_kind.answers.name, by_picture.answers.name) == ("nlm-kind", "nlm")
    assert by_kind.figures["psnr_fit"].value <= by_picture.figures["psnr_fit"].value


def test_inside_and_outside_of_damage_are_told_apart() -> None:
    truth = smooth()
    mask = torch.zeros(truth.size)
    mask[10:20, 10:20] = 1
    torn = Picture(torch.where(mask > 0, torch.ones(()), truth.planes), depth=32)
    pair = DamagedPair(torn, truth, mask)
    (row,) = run_restoration([DamagedCase("one", lambda: pair)], [Unchanged()]).rows
    assert row.figures["inside"].value < row.figures["outside"].value - 10
    unknown = run_restoration([case(torn, truth)], [Unchanged()]).rows[0]
    assert "inside" not in unknown.figures


def test_harm_is_counted_and_the_worst_is_shown_first() -> None:
    class Ruins(Unchanged):
        name = "ruins"

        def restore(self, damaged: Picture, mask: torch.Tensor | None = None) -> list[Picture]:
            return [noisy(damaged, 0.3)]

    cases = [case(smooth(seed), smooth(seed), str(seed)) for seed in (1, 2)]
    table = run_restoration(cases, [Unchanged(), Ruins()], default="ruins", shown=True)
    assert [row.figures["worse"].value for row in table.rows] == [0, 1]
    assert table.rows[0].behind["psnr_fit"].value < -10
    levels = table.rows[1].answers.values["psnr_fit"].tolist()
    assert [exhibit.badness for exhibit in table.exhibits] == [-level for level in levels]
    captions = [tile.caption.split(":")[0] for tile in table.exhibits[0].tiles]
    assert captions == ["input", "input", "truth"]
