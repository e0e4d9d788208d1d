"""Draw several colorizations of a gray picture without a reference; its luminance stays.

PixColor's prior draws chroma on a small grid, from which known colors (hints, everything outside
of the selection) are never moved; of four times as many draws as wanted the best and most
different ones are refined. A critic says which are best; a model without one goes by likelihood.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise

import torch
from torch import Tensor, nn

from restore_colorize.engines.chosen import best_and_different
from restore_colorize.engines.colorize import Answer, ColorizeOutcome
from restore_colorize.engines.colorizers import Proposal
from restore_colorize.engines.devices import Device
from restore_colorize.engines.grid import GridPicture, grid_picture, known_cells
from restore_colorize.engines.job import (
    Candidate,
    Control,
    Facts,
    Request,
    TaskOptions,
    WorkingPicture,
    check_unit,
)
from restore_colorize.engines.working import hints_of
from restore_colorize.errors import ModelError, RangeError
from restore_colorize.imaging import Picture, WorkingSize, crop, enlarge
from restore_colorize.models import Model
from restore_colorize.networks import (
    USUAL,
    Draws,
    PixColor,
    Sampler,
    SamplingOptions,
    chroma_from_bins,
    uniforms,
)

__all__ = ["ROLE", "SampleOptions", "sample"]

ROLE = "sample.prior"

_DRAWS = 4  # for each wanted candidate, if there are several
_LARGEST_SEED = 2**63
# Draws whose chroma scatters by so much (CbCr levels, standard deviation) know nothing.
_SCATTER_LEVELS = 32.0
# Where more of the grid is known, it is the surroundings of a selection: no strokes to carry on.
_MOST_STROKES = 0.5
_DRAWING_SHARE = 0.8  # of the time


@dataclass(frozen=True)
class SampleOptions(TaskOptions):
    """Options of the sample engine.

    candidates: how many colorizations; one is drawn from the seed itself, of several four times
        as many are drawn, from the seeds that follow it.
    temperature: logits are divided by it; 1 is the model's distribution, a little less wanders
        less on its way over the picture.
    top_p: mass of the likeliest colors that may be drawn, in (0, 1].
    diversity: 0 takes the best draws, 1 those of the better half that differ most.
    refine: run the refinement network; else the drawn chroma is enlarged bilinearly.
    """

    candidates: int = 4
    temperature: float = USUAL.temperature
    top_p: float = 1.0
    diversity: float = 0.0
    refine: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        check_unit("diversity", self.diversity)
        self.boldness()  # refuses what cannot be drawn

    def boldness(self) -> SamplingOptions:
        """Return how to draw: as usual, but for what the user chose.

        Raises:
            RangeError: a temperature or top_p that does not exist.
        """
        return replace(USUAL, temperature=self.temperature, top_p=self.top_p)


def sample(
    request: Request, model: Model, network: nn.Module, device: Device, control: Control
) -> ColorizeOutcome:
    """Draw, choose and refine candidates.

    Raises:
        ModelError: the model cannot draw.
        RangeError: a seed that leaves no room for those of the other candidates.
        CancelledError: ``control`` said so.
    """
    options = request.options
    assert isinstance(options, SampleOptions)  # service.options made it for this engine
    if not isinstance(network, PixColor):
        raise ModelError(f"The model {model.name} draws no samples: choose another one.")
    watch = [time.perf_counter()]
    control.progress("analyze", 0.0)
    seen = grid_picture(request.target)
    size = seen.size
    hints = hints_of(request, size.height, size.width, control)
    control.check()
    watch.append(time.perf_counter())
    with torch.inference_mode(), _one_thread(device):
        gray = seen.gray.to(device.torch_device)
        seeds = _seeds(request.seed, options.candidates)
        draws = _drawn(network, gray, seen, hints, seeds, options.boldness(), control)
        watch.append(time.perf_counter())
        scores = _scores(network, gray, draws)
        chosen = best_and_different(scores, draws.bins, options.candidates, options.diversity)
        watch.append(time.perf_counter())
        confidence = _confidence(draws, size)
        candidates = [
            Candidate(place, f"seed {seeds[one]}", float(scores[one]), seeds[one], model.name)
            for place, one in enumerate(chosen)
        ]

        def outcome(target: Picture, refine: bool) -> ColorizeOutcome:
            answers = []
            for candidate, index in zip(candidates, chosen, strict=True):
                control.check()
                chroma = network(gray, draws.bins[index][None], refine)[0].cpu()
                proposal = Proposal(seen.chroma(chroma), seen.luma, confidence, None)
                answers.append(Answer(candidate, proposal))
            return ColorizeOutcome(target, tuple(answers), (), facts)

        facts = _facts(model, device, size, hints)
        if options.refine:
            # Small and unrefined: what costs nothing can be shown at once.
            control.offer(lambda: outcome(seen.picture, False))
        control.progress("refine", _DRAWING_SHARE)
        whole = outcome(request.target, options.refine)
    watch.append(time.perf_counter())
    seconds = dict(zip(("analyze", "draw", "rank", "refine"), _laps(watch), strict=True))
    whole.facts = replace(facts, timings_s=seconds)
    return whole


def _seeds(first: int, candidates: int) -> list[int]:
    """Seeds of all draws; one candidate is that of the seed, so a seed gives it again."""
    count = 1 if candidates == 1 else _DRAWS * candidates
    if not 0 <= first <= _LARGEST_SEED - count:
        raise RangeError(f"The seed {first} is not between 0 and {_LARGEST_SEED - count}.")
    return list(range(first, first + count))


def _drawn(
    network: PixColor,
    gray: Tensor,
    seen: GridPicture,
    hints: WorkingPicture | None,
    seeds: Sequence[int],
    options: SamplingOptions,
    control: Control,
) -> Draws:
    h, w = seen.grid
    bins = known = None
    if hints is not None:
        bins, known = known_cells(hints, seen.luma, h, w)
        bins, known = bins.to(gray.device), known.to(gray.device)
        if float(known.float().mean()) > _MOST_STROKES:
            options = replace(options, guidance=1.0)

    def on_row(done: int, rows: int) -> None:
        control.check()
        control.progress("draw", _DRAWING_SHARE * done / rows)

    sampler = Sampler(network.prior, gray, bins, known, options=options)
    return sampler.draw([uniforms(seed, h, w) for seed in seeds], on_row)


def _scores(network: PixColor, gray: Tensor, draws: Draws) -> Tensor:
    """The critic's scores (n,), or the mean log-likelihood of a drawn sub-pixel, at most 0."""
    judged = network.judge(gray, draws.bins)
    if judged is not None:
        return judged.cpu()
    return draws.log_likelihood / max(1, 2 * draws.drawn_cells)


def _confidence(draws: Draws, size: WorkingSize) -> Tensor | None:
    """(h, w) in [0, 1] at working size: 1 where all draws agree; None if there is only one."""
    if len(draws.bins) < 2:
        return None
    scatter = chroma_from_bins(draws.bins).std(0).norm(dim=0) * 128 / _SCATTER_LEVELS
    whole = enlarge(scatter.cpu().clamp(0, 1), size.padded_height, size.padded_width)
    return 1 - crop(whole, size.height, size.width)


@contextmanager
def _one_thread(device: Device) -> Iterator[None]:
    """Draw on one thread: the products are so small that waiting for others takes longer."""
    if device.torch_device.type != "cpu":
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _laps(watch: Sequence[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(watch)]


def _facts(
    model: Model,
    device: Device,
    size: WorkingSize,
    hints: WorkingPicture | None,
) -> Facts:
    return Facts(
        model=model.name,
        weights_sha256=model.entry.sha256,
        device=device.environment().device,
        dtype="float32",  # less would change draws
        working_width=size.width,
        working_height=size.height,
        hints=hints,
    )
