"""A measured figure, its aim, and how to take the best of interleaved rounds."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Aim:
    """What a figure shall reach: at most a limit, or at least one."""

    limit: float
    at_least: bool = False

    def holds(self, value: float) -> bool:
        """Whether a value reaches the aim."""
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}"


@dataclass(frozen=True)
class Figure:
    """One line of the report.

    benchmark: the module that measured it. what: in words. value: of ``unit``, "×" for ratios.
    detail: both sides of a ratio, or what else belongs to the number.
    """

    benchmark: str
    what: str
    value: float
    unit: str
    detail: str = ""
    aim: Aim | None = None

    @property
    def verdict(self) -> str:
        """Return "holds", "missed", or nothing where there is no aim."""
        if self.aim is None:
            return ""
        return "holds" if self.aim.holds(self.value) else "missed"


def ratio(
    benchmark: str,
    what: str,
    measured_s: float,
    yardstick_s: float,
    yardstick: str,
    aim: Aim | None = None,
) -> Figure:
    """Return a time divided by that of its yardstick; the line names both."""
    compared = f"{what}, beside {yardstick}"
    detail = f"{seconds(measured_s)} against {seconds(yardstick_s)}"
    return Figure(benchmark, compared, measured_s / yardstick_s, "×", detail, aim)


def seconds(value_s: float) -> str:
    """Return a duration in words."""
    return f"{value_s:.2f} s" if value_s >= 1 else f"{value_s * 1e3:.0f} ms"


def best_of(rounds: int, contestants: Mapping[str, Callable[[], float]]) -> dict[str, float]:
    """Return the least of what each contestant gives, all of them once in every round.

    Interleaved, so that what else the machine does hits all of them alike.
    """
    results: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, measure in contestants.items():
            results[name].append(measure())
    return {name: min(values) for name, values in results.items()}


def timed(function: Callable[[], object]) -> Callable[[], float]:
    """Return a function that tells how many seconds ``function`` takes."""

    def measure() -> float:
        start = time.perf_counter()
        function()
        return time.perf_counter() - start

    return measure
