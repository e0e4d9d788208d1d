"""How sure a mean is: bootstrap intervals over pictures (Efron 1979), seeded and paired."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

RESAMPLES = 2000
SEED = 0
LEVELS = (2.5, 97.5)  # percentiles: 95 % of the resamples lie between them


@dataclass(frozen=True)
class Estimate:
    """A figure of a set of pictures and its 95 % interval; NaN where nothing could be measured.

    ``low`` and ``high`` are None where no interval exists: for fewer than two pictures.
    """

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def half_width(self) -> float | None:
        """Half of the interval: what stands behind the ±."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2


@dataclass(frozen=True, eq=False)
class Ratio:
    """The sum of one number over pictures, divided by the sum of another: (n,) float64 each.

    A plain mean has ones below. A picture without a value has zeros in both.
    """

    over: np.ndarray
    under: np.ndarray


class Resamples:
    """2,000 draws of n pictures with replacement.

    They depend on n alone, so that every row of a table sees the same draws and differences of
    rows are paired.
    """

    def __init__(self, n: int) -> None:
        draws = np.random.default_rng(SEED).multinomial(n, np.full(n, 1 / n), RESAMPLES)
        self._times_drawn = draws.astype(np.float64)  # (2000, n)

    def ratio(self, figure: Ratio) -> Estimate:
        """Estimate a figure."""
        return self._estimate(_divided(figure), self._drawn(figure))

    def difference(self, first: Ratio, second: Ratio) -> Estimate:
        """Estimate how much larger the first figure is, over the same pictures."""
        drawn = self._drawn(first) - self._drawn(second)
        return self._estimate(_divided(first) - _divided(second), drawn)

    def _drawn(self, figure: Ratio) -> np.ndarray:
        return _quotient(self._times_drawn @ figure.over, self._times_drawn @ figure.under)

    def _estimate(self, value: float, drawn: np.ndarray) -> Estimate:
        known = drawn[np.isfinite(drawn)]
        if self._times_drawn.shape[1] < 2 or not known.size:
            return Estimate(value)
        low, high = np.percentile(known, LEVELS)
        return Estimate(value, float(low), float(high))


@cache
def resamples(n: int) -> Resamples:
    """Return the draws for n pictures, made once."""
    return Resamples(n)


def _divided(figure: Ratio) -> float:
    return float(_quotient(figure.over.sum(keepdims=True), figure.under.sum(keepdims=True))[0])


def _quotient(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    return np.divide(over, under, out=np.full(over.shape, np.nan), where=under != 0)
