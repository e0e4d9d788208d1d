"""One Colorize job, the same at a server and in this process."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from restore_colorize.engines import (
    ColorizeOptions,
    Engines,
    Environment,
    Reference,
    Request,
    SilentControl,
)
from restore_colorize.imaging import Picture
from restore_colorize_client import Client, Colorize, JobRequest
from restore_colorize_client import Reference as SentReference

from benchmarks.pictures import picture, pixels

REFERENCE_MP = 0.5


@dataclass(frozen=True, eq=False)
class Colored:
    """A result (h, w, 3) as it arrived, and seconds: of all, and of the network alone."""

    samples: bytes
    whole_s: float
    network_s: float

    @property
    def rest_s(self) -> float:
        """Everything around the network."""
        return self.whole_s - self.network_s


def colorize_at(client: Client, target: np.ndarray) -> Colored:
    """Color a target (h, w, c) uint8 at a server, to the last byte of the result."""
    reference = SentReference(pixels(picture(REFERENCE_MP)))
    request = JobRequest(target=pixels(target), task=Colorize(), references=[reference])
    start = time.perf_counter()
    with client.run(request) as job:
        result = job.result()
        whole_s = time.perf_counter() - start
    network_s = sum(timing.seconds for timing in result.timings if timing.stage == "colorize")
    return Colored(bytes(result.image().data), whole_s, network_s)


def colorize_here(
    engines: Engines, target: np.ndarray, force: Environment | None = None
) -> Colored:
    """Color a target (h, w, c) uint8 in this process, from samples to samples."""
    control = SilentControl()
    start = time.perf_counter()
    request = Request(
        engine="colorize",
        options=ColorizeOptions(),
        target=Picture.from_samples(target),
        references=(Reference(Picture.from_samples(picture(REFERENCE_MP))),),
    )
    outcome = engines.run(request, control, force=force)
    colored = outcome.render(0, strength=1.0, saturation=1.0, control=control).quantize()
    whole_s = time.perf_counter() - start
    return Colored(colored.tobytes(), whole_s, outcome.facts.timings_s["colorize"])
