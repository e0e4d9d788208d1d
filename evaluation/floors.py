"""What the shipped model has to reach on the packs, what is aimed at, and how far it got."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass

from evaluation.intervals import Estimate

_AT_LEAST, _AT_MOST = "≥", "≤"
_COMPARE = {_AT_LEAST: operator.ge, _AT_MOST: operator.le}


@dataclass(frozen=True)
class Floor:
    """``figure`` is "table.figure"; with ``beside_gray`` gray's value is added to floor and aim.

    ``floor`` must be held, ``aim`` is hoped for; None where there is none.
    """

    figure: str
    words: str
    relation: str
    floor: float | None
    aim: float | None = None
    beside_gray: bool = False


@dataclass(frozen=True)
class Verdict:
    """A floor and an aim beside what was measured; ``floor`` and ``aim`` as numbers to compare."""

    of: Floor
    floor: float | None
    aim: float | None
    measured: Estimate

    @property
    def is_met(self) -> bool:
        """Whether the floor is held; true where there is only an aim."""
        return self._reaches(self.floor)

    @property
    def words(self) -> str:
        """ "aim met", "floor met", "missed", or "aim missed" where there is no floor."""
        if self.aim is not None and self._reaches(self.aim):
            return "aim met"
        if self.floor is None:
            return "aim missed"
        return "floor met" if self.is_met else "missed"

    def _reaches(self, value: float | None) -> bool:
        return value is None or _COMPARE[self.of.relation](self.measured.value, value)


FLOORS = (
    Floor("self.psnr", "self-reference, PSNR in dB", _AT_LEAST, 30.0, 32.0),
    Floor("self.ab_ratio", "self-reference, ab distance over gray's", _AT_MOST, 0.35, 0.30),
    Floor("self.colorfulness", "self-reference, colorfulness over the truth's", _AT_LEAST, 0.78),
    Floor("self.failures", "self-reference, share that stayed gray", _AT_MOST, 0.04),
    Floor("pairs-scene.psnr", "real pairs, scene, PSNR in dB", _AT_LEAST, 28.6, 29.5),
    Floor("pairs-face.psnr", "real pairs, face, PSNR in dB", _AT_LEAST, 28.3, 29.0),
    Floor(
        "shuffled.psnr",
        "shuffled references, PSNR in dB (floor: gray's − 0.5, aim: gray's)",
        _AT_LEAST,
        -0.5,
        0.0,
        beside_gray=True,
    ),
    Floor("rotated.ab_ratio", "both turned by 90°, ab distance over gray's", _AT_MOST, None, 0.36),
    Floor("gray-reference.chroma", "gray reference, chroma over the truth's", _AT_MOST, 0.03),
    Floor("self.luma_error", "L of the 8-bit result, mean distance", _AT_MOST, 0.25),
    Floor("self.luma_error_max", "L of the 8-bit result, largest distance", _AT_MOST, 0.75),
    Floor("wrong-stroke.surface", "wrong stroke, its surface moves", _AT_LEAST, 0.6),
    Floor("wrong-stroke.unlike", "wrong stroke, what is unlike moves", _AT_MOST, 0.3),
    Floor("true-hints.gain", "5 true hints, unrelated reference, gain in dB", _AT_LEAST, 1.0),
)


def judge(measured: Mapping[str, Estimate], gray: Mapping[str, Estimate]) -> list[Verdict]:
    """Compare floors and aims with figures by "table.figure"; what is missing is left out.

    Args:
        measured: of the model that is judged.
        gray: of the gray baseline in the same run.
    """
    verdicts = []
    for one in FLOORS:
        if one.figure not in measured or (one.beside_gray and one.figure not in gray):
            continue
        base = gray[one.figure].value if one.beside_gray else 0.0
        floor, aim = (None if value is None else value + base for value in (one.floor, one.aim))
        verdicts.append(Verdict(one, floor, aim, measured[one.figure]))
    return verdicts
