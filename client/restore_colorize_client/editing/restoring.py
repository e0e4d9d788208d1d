"""What a user chooses for a restoration, and the job that it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..errors import RefusedError
from ..pixels import Pixels
from ..requests import JobRequest, Reference, Region, Restore
from ..translation import _
from .options import ColorizeOptions
from .parts import bounds, cut, grown

__all__ = ["RestoreOptions", "restore_request"]

CONTEXT_PX = 256  # around a selection: what the networks' coarse levels see


@dataclass(frozen=True)
class RestoreOptions:
    """The choices of *Restore* and *Restore & Colorize*.

    eagerness: how readily marks are taken for damage, 0 safe to 1 eager. tone: also fading and
    contrast, which a selection or damage mask turns off. colors: of the colorization that
    follows; None: none does.
    """

    strength: float = 1.0
    eagerness: float = 0.0
    tone: bool = False
    white_balance: bool = False
    colors: ColorizeOptions | None = None
    model: str = ""
    seed: int = 0

    @property
    def task(self) -> Restore:
        """The task as the contract has it."""
        colors = ColorizeOptions() if self.colors is None else self.colors
        return Restore(
            strength=self.strength,
            eagerness=self.eagerness,
            tone=self.tone,
            white_balance=self.white_balance,
            colorize=self.colors is not None,
            colors=colors.task,
        )


def restore_request(
    target: Pixels,
    options: RestoreOptions,
    *,
    references: Sequence[Reference] = (),
    selection: Pixels | None = None,
    damage: Pixels | None = None,
    region: Region | None = None,
) -> JobRequest:
    """Return the job for one target; its result comes at full size.

    Where something is selected or shown as damaged, only that changes, so tone stays off. Of a
    selection's surroundings the job sees no more than decides, unless colors are wanted:
    ``pasted`` puts its result where the job's region says. region: of a target that is a part
    already. Raises RefusedError where colors are wanted and no reference says which.
    """
    if options.colors is not None and not references:
        raise RefusedError(
            _(
                "No reference was given: choose a color picture, a layer, or the clipboard as "
                "reference."
            )
        )
    if selection is not None or damage is not None:
        options = replace(options, tone=False)
    box = None if selection is None else bounds(selection)
    if box is not None and damage is None and region is None and options.colors is None:
        box = grown(box, CONTEXT_PX, target.width, target.height)
        if box[2:] != (target.width, target.height):
            region = Region(*box, target.width, target.height)
            target = cut(target, box)
    return JobRequest(
        target=target,
        task=options.task,
        damage=damage,
        references=tuple(references),
        region=region,
        model=options.model,
        seed=options.seed,
    )
