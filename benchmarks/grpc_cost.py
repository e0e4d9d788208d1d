"""(b) What a job costs at a server, against the same job in this process."""

from __future__ import annotations

from restore_colorize.engines import Engines
from restore_colorize.models import ModelStore

from benchmarks.figures import Aim, Figure, best_of, ratio
from benchmarks.jobs import colorize_at, colorize_here
from benchmarks.pictures import picture
from benchmarks.servers import served
from benchmarks.settings import Settings

NAME = "grpc_cost"


def measure(settings: Settings) -> list[Figure]:
    """Color the same picture both ways, interleaved; both must give the same bytes."""
    target = picture(settings.middle_mp)
    engines = Engines(ModelStore.default())
    with served() as server:
        there, here = colorize_at(server.client, target), colorize_here(engines, target)
        remarks = "" if there.samples == here.samples else "; the bytes differ"
        best = best_of(
            settings.rounds,
            {
                "gRPC": lambda: colorize_at(server.client, target).whole_s,
                "here": lambda: colorize_here(engines, target).whole_s,
            },
        )
    what = f"Colorize of {settings.middle_mp:g} MP RGB through gRPC"
    yardstick = f"the same in one process{remarks}"
    return [ratio(NAME, what, best["gRPC"], best["here"], yardstick, Aim(1.25))]
