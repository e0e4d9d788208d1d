"""The real server over an engine that gives back the samples that came: only transport counts.

``python benchmarks/echo_server.py``, with RESTORE_COLORIZE_STATE_DIR set.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np
from restore_colorize.service import ServeOptions, serve, state_folder


@dataclass(frozen=True, eq=False)
class _Asked:
    """A request whose target stays as it came."""

    engine: str
    options: Any
    seed: int
    samples: np.ndarray


class _Echo:
    """An outcome and a picture at once: its one candidate is the target."""

    verdicts = ()
    damage_mask = None

    def __init__(self, asked: _Asked) -> None:
        from restore_colorize.engines import Candidate, Facts

        self._samples = asked.samples
        self.candidates = (Candidate(0, "echo", 1.0, asked.seed, "echo"),)
        self.facts = Facts("echo", "0" * 64, "cpu", "float32", 1, 1)

    def render(self, index: int, **_options: object) -> _Echo:
        return self

    def quantize(self) -> np.ndarray:
        return self._samples


class EchoEngines:
    """Engines that compute nothing."""

    def __init__(self) -> None:
        entry = SimpleNamespace(
            name="echo",
            role="",
            network="",
            paper="",
            parameters=0,
            sha256="0" * 64,
            license="",
            default=True,
        )
        model = SimpleNamespace(entry=entry, problem="", card=lambda: "")
        self.models = SimpleNamespace(models=(model,))

    def load(self) -> None:
        """There is nothing to load."""

    def describe(self) -> tuple[Any, ...]:
        """Offer the one task of the contract that needs no references."""
        from restore_colorize.engines import EngineInfo

        return (EngineInfo("colorize", "Echo", ("echo",), gives_candidates=True),)

    def environment(self) -> Any:
        """Name an environment that is none."""
        from restore_colorize.engines import Environment

        return Environment("cpu", "float32", 1, "", "", "")

    def estimate(self, asked: _Asked) -> Any:
        """Promise nothing."""
        from restore_colorize.engines import Estimate

        return Estimate(0.0, 0)

    def run(self, asked: _Asked, control: object, *, force: object = None) -> _Echo:
        """Give the samples back."""
        return _Echo(asked)


def open_engines() -> Any:
    """Make the engines, and leave the samples of jobs as they come.

    Their hash and their way into planes belong to the pixel path, which has a benchmark of its own;
    here they would hide the transport.
    """
    from restore_colorize.service import job

    def untouched(order: Any, samples: Mapping[int, np.ndarray]) -> _Asked:
        return _Asked(order.engine, order.options, order.seed, samples[order.target.id])

    mock.patch.multiple(job, build_request=untouched, samples_sha256=lambda *_: {}).start()
    return EchoEngines()


if __name__ == "__main__":
    sys.exit(serve(ServeOptions(state_dir=state_folder(os.environ)), open_engines))
