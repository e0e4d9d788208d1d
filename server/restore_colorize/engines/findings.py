"""What a job finds out without making a picture."""

from __future__ import annotations

from torch import Tensor

from restore_colorize.engines.job import Candidate, Control, Facts, Verdict
from restore_colorize.errors import RangeError
from restore_colorize.imaging import Picture

__all__ = ["Findings"]


class Findings:
    """An outcome without candidates: a damage mask, or verdicts on references."""

    def __init__(
        self,
        target: Picture,
        facts: Facts,
        *,
        verdicts: tuple[Verdict, ...] = (),
        damage_mask: Tensor | None = None,
    ) -> None:
        self.target = target
        self.facts = facts
        self.candidates: tuple[Candidate, ...] = ()
        self.verdicts = verdicts
        self.damage_mask = damage_mask

    def render(
        self,
        index: int,
        *,
        strength: float,
        saturation: float,
        preview_short_side: int = 0,
        control: Control,
    ) -> Picture:
        """Raise RangeError: there is no candidate to render."""
        raise RangeError("This job gives no candidates to render.")

    def uncertainty(self, index: int) -> Tensor | None:
        """Return None: there is no candidate."""
        return None
