"""Which draws are offered: pure choices from scores and bins."""

from __future__ import annotations

import torch
from restore_colorize.engines.chosen import best_and_different

GRAY, RED, BLUE, GREEN = (16, 16), (28, 14), (10, 28), (4, 6)


def grids(*colors: tuple[int, int]) -> torch.Tensor:
    """Plain grids (n, 2, 3, 4) of Cr and Cb."""
    return torch.tensor(colors)[:, :, None, None].expand(-1, -1, 3, 4)


def scores(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


def test_without_diversity_the_best_come_best_first() -> None:
    chosen = best_and_different(scores(1, 4, 2, 3), grids(GRAY, GRAY, RED, BLUE), 3, 0.0)
    assert chosen == [1, 3, 2]


def test_equal_scores_keep_their_order() -> None:
    assert best_and_different(scores(1, 1, 1), grids(RED, BLUE, GRAY), 3, 0.0) == [0, 1, 2]


def test_the_best_is_there_whatever_the_diversity() -> None:
    draws = grids(GRAY, GRAY, RED, BLUE)
    for diversity in (0.0, 0.5, 1.0):
        assert best_and_different(scores(1, 9, 2, 3), draws, 2, diversity)[0] == 1


def test_with_diversity_those_of_the_better_half_are_taken_that_differ_most() -> None:
    near_gray = (17, 16)
    draws = grids(GRAY, near_gray, near_gray, RED, GREEN, GREEN, BLUE, BLUE)
    values = scores(8, 7, 6, 5, 4, 3, 2, 1)
    assert best_and_different(values, draws, 2, 1.0) == [0, 3]  # red; green and blue are too bad
    assert best_and_different(values, draws, 2, 0.0) == [0, 1]


def test_near_ones_of_those_chosen_already_come_last() -> None:
    draws = grids(GRAY, RED, RED, BLUE, GRAY, GRAY, GRAY, GRAY)
    assert best_and_different(scores(8, 7, 6, 5, 4, 3, 2, 1), draws, 3, 1.0) == [0, 1, 3]


def test_scores_count_by_their_order_alone() -> None:
    generator = torch.Generator().manual_seed(0)
    draws = torch.randint(0, 32, (16, 2, 3, 4), generator=generator)
    values = torch.randn(16, generator=generator)
    for diversity in (0.0, 0.3, 1.0):
        chosen = best_and_different(values, draws, 4, diversity)
        assert chosen == best_and_different(values.exp() * 1e3, draws, 4, diversity)
        assert len(set(chosen)) == 4


def test_no_more_than_there_are() -> None:
    assert best_and_different(scores(1, 2), grids(RED, RED), 5, 1.0) == [1, 0]
