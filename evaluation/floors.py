"""What the shipped model has to reach on the packs, and whether it does."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass

_AT_LEAST, _AT_MOST = "≥", "≤"
_COMPARE = {_AT_LEAST: operator.ge, _AT_MOST: operator.le}


@dataclass(frozen=True)
class Floor:
    """``figure`` is "experiment.metric"; with ``beside_gray`` the value is added to gray's."""

    figure: str
    words: str
    relation: str
    value: float
    beside_gray: bool = False


@dataclass(frozen=True)
class Verdict:
    """A floor beside what was measured."""

    floor: Floor
    wanted: float
    measured: float
    is_met: bool


FLOORS = (
    Floor("self.psnr", "self-reference, PSNR in dB", _AT_LEAST, 29.5),
    Floor("self.ab_ratio", "self-reference, ab distance over gray's", _AT_MOST, 0.38),
    Floor("self.colorfulness", "self-reference, colorfulness over the truth's", _AT_LEAST, 0.78),
    Floor("self.failures", "self-reference, share that stayed gray", _AT_MOST, 0.04),
    Floor("pairs-scene.psnr", "real pairs, scene, PSNR in dB", _AT_LEAST, 28.3),
    Floor("pairs-face.psnr", "real pairs, face, PSNR in dB", _AT_LEAST, 28.0),
    Floor("shuffled.psnr", "shuffled references, PSNR in dB, gray − 1.0", _AT_LEAST, -1.0, True),
    Floor("gray-reference.chroma", "gray reference, chroma over the truth's", _AT_MOST, 0.03),
    Floor("self.luma_error", "L of the 8-bit result, mean distance", _AT_MOST, 0.25),
    Floor("self.luma_error_max", "L of the 8-bit result, largest distance", _AT_MOST, 0.75),
    Floor("hints.surface", "wrong stroke, its surface moves", _AT_LEAST, 0.6),
    Floor("hints.unlike", "wrong stroke, what is unlike moves", _AT_MOST, 0.3),
    Floor("hints.gain", "5 true hints, unrelated reference, gain in dB", _AT_LEAST, 1.0),
)


def judge(figures: Mapping[str, float], gray: Mapping[str, float]) -> list[Verdict]:
    """Compare the floors with figures, both keyed "experiment.metric"; what is missing is left out.

    Args:
        figures: of the model that is judged.
        gray: of the gray baseline in the same run.
    """
    verdicts = []
    for floor in FLOORS:
        if floor.figure not in figures or (floor.beside_gray and floor.figure not in gray):
            continue
        wanted = floor.value + (gray[floor.figure] if floor.beside_gray else 0.0)
        measured = figures[floor.figure]
        verdicts.append(
            Verdict(floor, wanted, measured, _COMPARE[floor.relation](measured, wanted))
        )
    return verdicts
