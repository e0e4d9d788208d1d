"""How large and how often: whole runs for figures, quick ones for tests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Sizes in megapixels, rounds of which the best counts, and calls of which quantiles are told.

    starts: cold starts of the server. health_s: how long its health is asked for.
    grid_cells: side of the chroma grid on which candidates are drawn. photograph_mp: a common
    photograph, of which candidates are drawn. scan_mp: a common scan, which is restored.
    """

    large_mp: float = 24.0
    middle_mp: float = 12.0
    small_mp: float = 1.0
    rounds: int = 5
    starts: int = 3
    health_s: float = 20.0
    grid_cells: int = 28
    photograph_mp: float = 2.0
    scan_mp: float = 3.0


QUICK = Settings(
    large_mp=0.2,
    middle_mp=0.1,
    small_mp=0.05,
    rounds=1,
    starts=1,
    health_s=0.3,
    grid_cells=4,
    photograph_mp=0.05,
    scan_mp=0.1,
)
