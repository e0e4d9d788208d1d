"""(d) The network in float32, against bfloat16, where the CPU has instructions for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from restore_colorize.engines import Engines
from restore_colorize.models import ModelStore

from benchmarks.figures import Aim, Figure, best_of, ratio
from benchmarks.jobs import colorize_here
from benchmarks.machine import cpu_flags
from benchmarks.pictures import picture
from benchmarks.settings import Settings

NAME = "number_types"
_FASTER = 2.0


def measure(settings: Settings) -> list[Figure]:
    """Run the shipped network in both number types, interleaved; nothing where there is one."""
    if not cpu_flags() & {"amx_bf16", "avx512_bf16"}:
        return []
    engines = Engines(ModelStore.default(), "cpu")
    chosen = engines.environment()
    target = picture(settings.small_mp)

    def network(dtype: str) -> Callable[[], float]:
        forced = replace(chosen, dtype=dtype)
        return lambda: colorize_here(engines, target, forced).network_s

    contestants = {dtype: network(dtype) for dtype in ("bfloat16", "float32")}
    best_of(1, contestants)  # the first run of each prepares its kernels
    best = best_of(settings.rounds, contestants)
    what, yardstick = "network's time in float32", f"bfloat16 (the server chose {chosen.dtype})"
    aim = Aim(_FASTER, at_least=True)
    return [ratio(NAME, what, best["float32"], best["bfloat16"], yardstick, aim)]
