from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.intervals import Ratio, resamples


def mean(values: list[float] | np.ndarray) -> Ratio:
    over = np.asarray(values, np.float64)
    return Ratio(over, np.ones_like(over))


def test_the_interval_of_a_mean_is_that_of_the_normal_law() -> None:
    values = np.random.default_rng(0).normal(20, 3, 400)
    found = resamples(400).ratio(mean(values))
    expected = 1.96 * values.std() / 20
    assert found.value == pytest.approx(values.mean())
    assert found.half_width == pytest.approx(expected, rel=0.06)


def test_intervals_are_seeded() -> None:
    values = mean(np.random.default_rng(1).normal(0, 1, 30))
    first = resamples(30).ratio(values)
    resamples.cache_clear()
    assert resamples(30).ratio(values) == first


def test_a_difference_is_paired() -> None:
    # Pictures differ by much, the two rows by exactly 0.5 on each: of that one can be sure.
    values = np.random.default_rng(2).normal(20, 5, 50)
    better, worse = mean(values + 0.5), mean(values)
    found = resamples(50).difference(better, worse)
    assert found.value == pytest.approx(0.5)
    assert found.half_width == pytest.approx(0, abs=1e-9)
    assert (resamples(50).ratio(better).half_width or 0) > 1


def test_a_ratio_is_one_of_sums_and_leaves_out_what_has_no_value() -> None:
    ratio = Ratio(np.array([1.0, 0.0, 5.0]), np.array([2.0, 0.0, 4.0]))
    assert resamples(3).ratio(ratio).value == 1.0


def test_nothing_measured_is_no_number_and_one_picture_has_no_interval() -> None:
    nothing = Ratio(np.zeros(4), np.zeros(4))
    assert np.isnan(resamples(4).ratio(nothing).value)
    single = resamples(1).ratio(mean([3.0]))
    assert (single.value, single.low, single.high, single.half_width) == (3.0, None, None, None)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=20))
def test_intervals_lie_within_the_values(values: list[float]) -> None:
    found = resamples(len(values)).ratio(mean(values))
    assert found.low is not None
    assert found.high is not None
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
