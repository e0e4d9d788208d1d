"""Restoring a large picture: what grows faster than its pixels, and peak memory."""

from __future__ import annotations

import time

import numpy as np
from restore_colorize_client import JobRequest, Restore

from benchmarks.figures import Aim, Figure, ratio
from benchmarks.machine import memory_mib
from benchmarks.pictures import picture, pixels
from benchmarks.servers import Served, served
from benchmarks.settings import Settings

NAME = "restoration"
_MAX_MIB = 3 * 1024
_ROUNDS = 2  # a round takes minutes


def measure(settings: Settings) -> list[Figure]:
    """Restore a middling and a large picture at one server; nothing where no model restores."""
    few, many = picture(settings.scan_mp), picture(settings.large_mp)
    with served() as server:
        if not any(engine.name == "restore" for engine in server.client.describe().engines):
            return []
        _restore_s(server, picture(settings.small_mp))
        seconds = [
            (_restore_s(server, few), _restore_s(server, many))
            for _ in range(min(_ROUNDS, settings.rounds))
        ]
        peak_mib = memory_mib(server.pid, "VmHWM")
    few_s = min(each[0] for each in seconds) / settings.scan_mp
    many_s = min(each[1] for each in seconds) / settings.large_mp
    what = f"restoring a megapixel at {settings.large_mp:g} MP"
    figures = [ratio(NAME, what, many_s, few_s, f"{settings.scan_mp:g} MP", Aim(1.15))]
    if peak_mib:
        what = f"server's peak memory, restoring {settings.large_mp:g} MP RGB"
        figures.append(Figure(NAME, what, peak_mib, "MiB", "resident", Aim(_MAX_MIB)))
    return figures


def _restore_s(server: Served, target: np.ndarray) -> float:
    request = JobRequest(target=pixels(target), task=Restore(tone=True))
    start = time.perf_counter()
    with server.client.run(request) as job:
        job.result()
        return time.perf_counter() - start
