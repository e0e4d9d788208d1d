from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from restore_colorize.imaging import Picture

from evaluation.detection import TopHat, average_precision, detection_table
from evaluation.restoration import DamagedCase, DamagedPair


def test_average_precision_is_that_of_the_textbook() -> None:
    scores = np.array([0.9, 0.8, 0.7, 0.6])
    truths = np.array([True, False, True, False])
    assert average_precision(scores, truths) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(scores, np.zeros(4, bool)) == 0


def scratched() -> DamagedCase:
    ramp = torch.linspace(0.2, 0.7, 64).expand(48, 64)
    mask = torch.zeros(48, 64)
    mask[:, 30] = mask[20, 5:25] = 1
    truth = Picture(ramp[None].clone(), depth=32)
    damaged = Picture(torch.where(mask > 0, torch.ones(()), ramp)[None], depth=32)
    return DamagedCase("one", lambda: DamagedPair(damaged, truth, mask))


def test_lines_are_found_and_chance_finds_nothing() -> None:
    class Chance:
        name, title = "chance", "chance"

        def suspect(self, damaged: Picture) -> Iterator[np.ndarray]:
            yield np.random.default_rng(0).random(damaged.size)

    found, missed = detection_table([scratched()], [TopHat(), Chance()]).rows
    assert found.figures["ap"].value > 0.9
    assert missed.figures["ap"].value < 0.2
    assert found.figures["ap_picture"].value == pytest.approx(found.figures["ap"].value)
