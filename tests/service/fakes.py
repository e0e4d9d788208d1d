"""Engines without networks: they answer with the target, tinted, and do as a test tells them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace

import torch
from restore_colorize.engines import (
    Candidate,
    Control,
    EngineInfo,
    Environment,
    Estimate,
    Facts,
    Request,
    Verdict,
    WorkingPicture,
)
from restore_colorize.errors import EnvironmentChangedError, RangeError
from restore_colorize.imaging import Picture

ENVIRONMENT = Environment("cpu", "float32", 1, "test", "2.0", "0.1.0")


@dataclass
class FakeEngines:
    """Engines that a test can hold, break and count.

    gate: a run waits for it, looking at its control every few milliseconds. started: set when a
    run begins. ended: set when one ends, however. render_gate: likewise for renders.
    """

    candidates: int = 1
    warnings: tuple[tuple[str, str], ...] = ()
    error: Exception | None = None
    load_error: Exception | None = None
    gate: threading.Event = field(default_factory=threading.Event)
    started: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    render_gate: threading.Event = field(default_factory=threading.Event)
    render_started: threading.Event = field(default_factory=threading.Event)
    render_ended: threading.Event = field(default_factory=threading.Event)
    requests: list[Request] = field(default_factory=list)
    keep_requests: bool = True
    runs: int = 0
    seeds: list[int] = field(default_factory=list)
    on_run: Callable[[Request, Control], None] | None = None
    lists_suggestions: bool = False
    threads: dict[str, int] = field(default_factory=dict)  # of torch, where "run" and "render" ran

    def __post_init__(self) -> None:
        self.release()

    def release(self) -> None:
        """Let all runs and renders go on."""
        self.gate.set()
        self.render_gate.set()

    @property
    def models(self) -> SimpleNamespace:
        entry = SimpleNamespace(
            name="fake-1",
            role="colorize.exemplar",
            network="fake",
            paper="",
            parameters=3,
            sha256="ab" * 32,
            license="none",
            default=True,
        )
        broken = SimpleNamespace(entry=entry, problem="is broken", card=lambda: "")
        good = SimpleNamespace(entry=entry, problem="", card=lambda: "# Card")
        return SimpleNamespace(models=(good, broken))

    def load(self) -> None:
        if self.load_error:
            raise self.load_error

    def describe(self) -> tuple[EngineInfo, ...]:
        suggesting = EngineInfo(
            name="suggest_references",
            title="Suggest",
            models=("fake-1",),
            takes_references=True,
        )
        return (
            *((suggesting,) if self.lists_suggestions else ()),
            EngineInfo(
                name="colorize",
                title="Color",
                models=("fake-1",),
                takes_references=True,
                takes_hints=True,
                takes_selection=True,
                gives_candidates=True,
            ),
        )

    def environment(self) -> Environment:
        return ENVIRONMENT

    def estimate(self, request: Request) -> Estimate:
        return Estimate(1.5, 2**20)

    def run(
        self, request: Request, control: Control, *, force: Environment | None = None
    ) -> FakeOutcome:
        self.runs += 1
        self.threads["run"] = torch.get_num_threads()
        self.seeds.append(request.seed)
        if self.keep_requests:
            self.requests.append(request)
        self.started.set()
        try:
            if force is not None and force != ENVIRONMENT:
                raise EnvironmentChangedError("The threads differ.")
            control.progress("colorize", 0.25)
            for code, text in self.warnings:
                control.warn(code, text)
            if self.on_run is not None:
                self.on_run(request, control)
            _wait(self.gate, control)
            if self.error is not None:
                raise self.error
            control.progress("join", 0.75)
            return FakeOutcome(request, self)
        finally:
            self.ended.set()


class FakeOutcome:
    """The target, multiplied by ``strength``, as each candidate."""

    def __init__(self, request: Request, engines: FakeEngines) -> None:
        self._engines = engines
        self.target = request.target
        self.damage_mask = None
        self.candidates = tuple(
            Candidate(index, f"Candidate {index}", 1.0 - index / 10, request.seed, "fake-1")
            for index in range(engines.candidates)
        )
        self.verdicts = tuple(Verdict(reference.key, 0.5, 0.25) for reference in request.references)
        small = (torch.arange(3 * 4 * 5) % 256).to(torch.uint8).reshape(3, 4, 5)
        self.facts = Facts(
            model="fake-1",
            weights_sha256="ab" * 32,
            device="cpu",
            dtype="float32",
            working_width=5,
            working_height=4,
            references=tuple(
                WorkingPicture(small, reference.name) for reference in request.references
            ),
            timings_s={"colorize": 0.5},
        )

    def render(
        self,
        index: int,
        *,
        strength: float,
        saturation: float,
        preview_short_side: int = 0,
        control: Control,
    ) -> Picture:
        self._engines.render_started.set()
        self._engines.threads["render"] = torch.get_num_threads()
        try:
            if index >= len(self.candidates):
                raise RangeError(f"There is no candidate {index}.")
            if not (0 <= strength <= 1 and 0 <= saturation <= 4):
                raise RangeError("The strength or the saturation does not exist.")
            _wait(self._engines.render_gate, control)
            planes = self.target.planes.expand(3, -1, -1) * strength
            if preview_short_side:
                return Picture(planes[:, :preview_short_side, :preview_short_side], depth=8)
            return Picture(planes, self.target.alpha, self.target.depth)
        finally:
            self._engines.render_ended.set()

    def uncertainty(self, index: int) -> torch.Tensor | None:
        return torch.full(self.target.size, 0.5)


def _wait(gate: threading.Event, control: Control) -> None:
    while True:
        control.check()
        if gate.is_set():
            return
        time.sleep(0.002)
