"""A figure knows whether it reaches its aim, and both sides of a ratio take turns."""

from __future__ import annotations

import pytest

from benchmarks.figures import Aim, Figure, best_of, ratio, seconds, timed


@pytest.mark.parametrize(
    ("aim", "value", "verdict"),
    [
        (Aim(2.0), 2.0, "holds"),
        (Aim(2.0), 2.1, "missed"),
        (Aim(2.0, at_least=True), 1.9, "missed"),
        (Aim(2.0, at_least=True), 2.0, "holds"),
        (None, 1e9, ""),
    ],
)
def test_the_verdict_follows_the_aim(aim, value, verdict):
    assert Figure("b", "what", value, "×", aim=aim).verdict == verdict


def test_a_ratio_names_both_sides():
    figure = ratio("b", "what", 3.0, 0.5, "a yardstick", Aim(5.0))
    assert figure.value == 6.0
    assert figure.what == "what, beside a yardstick"
    assert figure.detail == "3.00 s against 500 ms"
    assert figure.verdict == "missed"


def test_contestants_take_turns_and_the_least_counts():
    turns = []

    def contestant(name, values):
        def measure():
            turns.append(name)
            return values.pop(0)

        return measure

    contestants = {"a": contestant("a", [3.0, 1.0, 2.0]), "b": contestant("b", [5.0, 6.0, 4.0])}
    assert best_of(3, contestants) == {"a": 1.0, "b": 4.0}
    assert turns == ["a", "b"] * 3


def test_timed_runs_the_function_once():
    calls = []
    assert timed(lambda: calls.append(1))() >= 0
    assert calls == [1]


@pytest.mark.parametrize(("value_s", "words"), [(0.0123, "12 ms"), (1.234, "1.23 s")])
def test_durations_are_told_in_words(value_s, words):
    assert seconds(value_s) == words
