"""(h) Cached draws of PixColor's prior, counted in full teacher-forced passes of the same prior."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from restore_colorize.engines import Engines, Request, SampleOptions, SilentControl
from restore_colorize.imaging import Picture
from restore_colorize.models import ModelStore
from restore_colorize.networks import (
    PixColorPrior,
    PixColorPriorSizes,
    Sampler,
    SamplingOptions,
    chroma_from_bins,
    uniforms,
)
from torch import Tensor

from benchmarks.figures import Aim, Figure, best_of, ratio, seconds
from benchmarks.pictures import picture
from benchmarks.settings import Settings

NAME = "sampling"
_FEW, _MANY = 4, 8
_ROLE = "sample.prior"
_CELL_PX = 8
_CLOCK_S = 1e-6


def measure(settings: Settings) -> list[Figure]:
    """Time passes and draws of both shapes, with fresh weights; then jobs of the installed model.

    Fresh weights change no time. Where no model draws, its jobs are left out.
    """
    shapes = (("paper", PixColorPriorSizes.paper(), 20), ("shipped", PixColorPriorSizes(), 30))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        figures = []
        for name, sizes, most in shapes:
            figures += _figures(name, sizes, most, settings)
    finally:
        torch.set_num_threads(threads)
    store = ModelStore.default()
    if any(model.entry.role == _ROLE and not model.problem for model in store.models):
        engines = Engines(store, "cpu")
        for megapixels in (settings.photograph_mp, settings.large_mp):
            figures.append(_job(engines, megapixels, settings.rounds))
    return figures


def _job(engines: Engines, megapixels: float, rounds: int) -> Figure:
    """One job with 4 candidates, of which one is rendered, stage by stage."""
    target = Picture.from_samples(picture(megapixels, channels=1))
    stages: dict[str, float] = {}
    for _ in range(rounds):
        outcome = engines.run(Request("sample", SampleOptions(), target), SilentControl())
        start = time.perf_counter()
        outcome.render(0, strength=1.0, saturation=1.0, control=SilentControl())
        told = {**outcome.facts.timings_s, "join one": time.perf_counter() - start}
        stages = {name: min(took, stages.get(name, took)) for name, took in told.items()}
    detail = ", ".join(f"{name} {seconds(took)}" for name, took in stages.items())
    what = f"a job of {SampleOptions().candidates} candidates at {megapixels:g} MP"
    return Figure(NAME, what, sum(stages.values()), "s", detail)


def _figures(name: str, sizes: PixColorPriorSizes, most: int, settings: Settings) -> list[Figure]:
    cells = settings.grid_cells
    torch.manual_seed(0)
    prior = PixColorPrior(sizes).eval().requires_grad_(False)
    gray = torch.rand(1, 1, cells * _CELL_PX, cells * _CELL_PX) * 2 - 1
    sampler = Sampler(prior, gray)
    anchored = Sampler(prior, gray, options=SamplingOptions(has_anchors=True))
    numbers = [uniforms(seed, cells, cells) for seed in range(_MANY)]
    one_pass = _full_pass(prior, sampler, cells)

    def naive_row() -> None:
        for _ in range(cells if sizes.has_second_head else 2 * cells):
            one_pass()

    best = best_of(
        settings.rounds,
        {
            "pass": _processor_time(one_pass),
            "few": _processor_time(lambda: sampler.draw(numbers[:_FEW])),
            "many": _processor_time(lambda: sampler.draw(numbers)),
            "anchored few": _processor_time(lambda: anchored.draw(numbers[:_FEW])),
            "anchored many": _processor_time(lambda: anchored.draw(numbers)),
            "whole pass": _processor_time(_whole_pass(prior, gray, cells)),
        },
    )
    naive_s = _processor_time(naive_row)() * cells * _FEW
    grid = f"{cells} × {cells}"
    yardstick = "a full pass of its PixelCNN"

    def further_s(kind: str = "") -> float:
        return max(best[f"{kind}many"] - best[f"{kind}few"], _CLOCK_S) / (_MANY - _FEW)

    figures = [
        ratio(
            NAME,
            f"{_FEW} candidates, {grid}, {name} shape",
            best["few"],
            best["pass"],
            yardstick,
            Aim(most),
        ),
        ratio(
            NAME, f"each further one, {name} shape", further_s(), best["pass"], yardstick, Aim(2)
        ),
        Figure(
            NAME,
            f"a naive sampler, {name} shape",
            naive_s / best["few"],
            "×",
            f"{seconds(naive_s)}, one row timed and scaled, against {seconds(best['few'])}",
        ),
    ]
    if anchored.has_anchors:  # the paper's prior goes without
        what = f"{_FEW} candidates with anchors, {grid}, {name} shape"
        figures.append(ratio(NAME, what, best["anchored few"], best["pass"], yardstick, Aim(most)))
        # Anchors differ, so every candidate is conditioned anew: what else counts with them is a
        # pass that conditions, too.
        what, whole = f"each further one with anchors, {name} shape", best["whole pass"]
        figures += [
            ratio(NAME, what, further_s("anchored "), best["pass"], yardstick),
            ratio(NAME, what, further_s("anchored "), whole, "a full pass of the prior", Aim(2)),
        ]
    return figures


def _full_pass(prior: PixColorPrior, sampler: Sampler, cells: int) -> Callable[[], Tensor]:
    """Teacher forcing of one grid; condition and memory are given, as for the draws."""
    bins = torch.full((1, 2, cells, cells), 16)
    chroma, condition = chroma_from_bins(bins), sampler.condition
    recalled = None
    if prior.memory is not None:
        with torch.inference_mode():
            recalled = prior.memory(condition, torch.zeros_like(bins[:, 0]).bool(), chroma)

    def one_pass() -> Tensor:
        with torch.inference_mode():
            return prior.pixelcnn(chroma, bins[:, 0], condition, recalled)

    return one_pass


def _whole_pass(prior: PixColorPrior, gray: Tensor, cells: int) -> Callable[[], object]:
    """Teacher forcing of one grid from the gray picture on."""
    bins = torch.full((1, 2, cells, cells), 16)

    def one_pass() -> object:
        with torch.inference_mode():
            return prior(gray, bins)

    return one_pass


def _processor_time(function: Callable[[], object]) -> Callable[[], float]:
    """Seconds of this thread, not of the clock: everything here runs on one thread."""

    def measure_s() -> float:
        start = time.thread_time()
        function()
        return time.thread_time() - start

    return measure_s
