"""What a user chooses for a colorization, and the job that it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import RefusedError
from ..pixels import Pixels
from ..requests import Colorize, JobRequest, KnownColors, Reference

__all__ = ["ColorizeOptions", "colorize_request"]


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
        known = KnownColors.OUTSIDE_SELECTION if self.keeps_outside else KnownColors.NONE
        return Colorize(
            strength=self.strength,
            saturation=self.saturation,
            known_colors=known,
            candidates=self.candidates,
            trust=self.trust,
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
    if options.keeps_outside and selection is None:
        raise RefusedError(
            "There are no colors outside of the selection, because nothing is selected: select "
            "the part to color first."
        )
    if not references and hints is None and not options.keeps_outside:
        raise RefusedError(
            "No reference was given: choose a color picture, a layer, or the clipboard as "
            "reference."
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
