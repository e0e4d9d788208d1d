"""What a user chooses for a colorization, and the job that it becomes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ..errors import RefusedError
from ..pixels import Pixels
from ..requests import Colorize, JobRequest, KnownColors, Reference, Sample
from ..translation import _

__all__ = [
    "ColorizeOptions",
    "SampleOptions",
    "can_draw_more",
    "colorize_request",
    "more_samples",
    "sample_request",
]

MAX_SEED = 2**63 - 1  # fits every signed and unsigned 64-bit field


@dataclass(frozen=True)
class ColorizeOptions:
    """The choices of *Colorize from Reference*.

    keeps_outside: the colors outside of the selection are true and steer those inside.
    is_color_layer: the editor takes the colors alone from the new layer.
    """

    strength: float = 1.0
    saturation: float = 1.0
    trust: float = 0.0
    candidates: int = 1
    keeps_outside: bool = False
    is_color_layer: bool = False
    model: str = ""
    seed: int = 0

    @property
    def task(self) -> Colorize:
        """The task as the contract has it."""
        return Colorize(
            strength=self.strength,
            saturation=self.saturation,
            known_colors=_known_colors(self.keeps_outside),
            candidates=self.candidates,
            trust=self.trust,
        )


@dataclass(frozen=True)
class SampleOptions:
    """The choices of *Sample Colorizations*; fields as in ``Sample`` and ``ColorizeOptions``.

    shows_uncertainty: also where the draws disagree is wanted.
    """

    strength: float = 1.0
    saturation: float = 1.0
    candidates: int = 4
    temperature: float = Sample.temperature
    diversity: float = 0.0
    keeps_outside: bool = False
    is_color_layer: bool = False
    shows_uncertainty: bool = False
    model: str = ""
    seed: int = 0

    @property
    def task(self) -> Sample:
        """The task as the contract has it."""
        return Sample(
            strength=self.strength,
            saturation=self.saturation,
            known_colors=_known_colors(self.keeps_outside),
            candidates=self.candidates,
            temperature=self.temperature,
            diversity=self.diversity,
        )


def colorize_request(
    target: Pixels,
    options: ColorizeOptions,
    *,
    references: Sequence[Reference] = (),
    hints: Pixels | None = None,
    selection: Pixels | None = None,
) -> JobRequest:
    """Return the job for one target; all candidates come at full size.

    The selection travels only where it decides something. Raises RefusedError where nothing says
    which colors are wanted, or colors outside of no selection are.
    """
    _check_selection(options.keeps_outside, selection)
    if not references and hints is None and not options.keeps_outside:
        raise RefusedError(
            _(
                "No reference was given: choose a color picture, a layer, or the clipboard as "
                "reference."
            )
        )
    return JobRequest(
        target=target,
        task=options.task,
        selection=selection if options.keeps_outside else None,
        hints=hints,
        references=tuple(references),
        model=options.model,
        seed=options.seed,
        deliver=options.candidates,
    )


def sample_request(
    target: Pixels,
    options: SampleOptions,
    *,
    hints: Pixels | None = None,
    selection: Pixels | None = None,
    deliver: int | None = None,
) -> JobRequest:
    """Return the job that draws colorizations of one target.

    deliver: how many of the best come at full size; None: all. Raises RefusedError where colors
    outside of no selection are wanted.
    """
    _check_selection(options.keeps_outside, selection)
    return JobRequest(
        target=target,
        task=options.task,
        selection=selection if options.keeps_outside else None,
        hints=hints,
        model=options.model,
        seed=options.seed,
        deliver=options.candidates if deliver is None else deliver,
        explain=options.shows_uncertainty,
    )


def can_draw_more(request: JobRequest) -> bool:
    """Tell whether another seed gives other candidates."""
    return isinstance(request.task, Sample)


def more_samples(request: JobRequest, seen: Iterable[int]) -> JobRequest:
    """Return the same request with a seed beyond its own and those ``seen`` in candidates."""
    asked = request.task.candidates if isinstance(request.task, Sample) else 1
    newest = max([request.seed + max(asked, 1) - 1, *seen])
    return replace(request, seed=(newest + 1) % (MAX_SEED + 1))


def _known_colors(keeps_outside: bool) -> KnownColors:
    return KnownColors.OUTSIDE_SELECTION if keeps_outside else KnownColors.NONE


def _check_selection(keeps_outside: bool, selection: Pixels | None) -> None:
    if keeps_outside and selection is None:
        raise RefusedError(
            _(
                "There are no colors outside of the selection, because nothing is selected: "
                "select the part to color first."
            )
        )
