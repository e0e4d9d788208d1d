"""(c) How a job grows with its pixels, against scikit-image's color conversion; peak memory."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.figures import Aim, Figure, ratio, seconds
from benchmarks.jobs import Colored, colorize_at
from benchmarks.machine import memory_mib
from benchmarks.pictures import picture
from benchmarks.servers import served
from benchmarks.settings import Settings

NAME = "scale"
_MAX_MIB = 2.5 * 1024
_SETTLES_S = 1.0  # for the end of the last call


def measure(settings: Settings) -> list[Figure]:
    """Color a small and a large picture at one server, interleaved with the yardstick."""
    small, large = picture(settings.small_mp), picture(settings.large_mp)
    yardstick_s, smalls, larges = [], [], []
    with served() as server:
        colorize_at(server.client, small)
        for _ in range(settings.rounds):
            smalls.append(colorize_at(server.client, small))
            larges.append(colorize_at(server.client, large))
            yardstick_s.append(_scikit_image_s(large))
        peak_mib = memory_mib(server.pid, "VmHWM")
        time.sleep(_SETTLES_S)
        left_mib = memory_mib(server.pid, "VmRSS")
    few, many = f"{settings.small_mp:g} MP", f"{settings.large_mp:g} MP"
    growth = _growth(smalls, larges, large.size / small.size, few, many)
    peak_what, left_what = f"server's peak memory at {many} RGB", "what it keeps after these jobs"
    memory = [
        Figure(NAME, peak_what, peak_mib, "MiB", "resident, with one reference", Aim(_MAX_MIB)),
        Figure(NAME, left_what, left_mib, "MiB", f"resident, after {settings.rounds} of each size"),
    ]
    return [
        ratio(
            NAME,
            f"network's time at {many}",
            min(job.network_s for job in larges),
            min(job.network_s for job in smalls),
            few,
            Aim(1.1),
        ),
        growth,
        ratio(
            NAME,
            f"everything but the network at {many}",
            min(job.rest_s for job in larges),
            min(yardstick_s),
            "scikit-image's rgb2lab and lab2rgb of the same picture",
            Aim(1.5),
        ),
        *(memory if peak_mib else []),
    ]


def _growth(
    smalls: list[Colored], larges: list[Colored], factor: float, few: str, many: str
) -> Figure:
    few_s, many_s = (min(job.rest_s for job in jobs) for jobs in (smalls, larges))
    return Figure(
        NAME,
        f"everything but the network, for each pixel, at {many}, beside {few}",
        many_s / few_s / factor,
        "×",
        f"{seconds(many_s)} against {seconds(few_s)}, of {factor:.1f} times as many pixels",
        Aim(1.0),
    )


def _scikit_image_s(samples: np.ndarray) -> float:
    from skimage.color import lab2rgb, rgb2lab  # development's dependency, slow to import

    planes = samples.astype(np.float32) / 255
    start = time.perf_counter()
    lab2rgb(rgb2lab(planes))
    return time.perf_counter() - start
