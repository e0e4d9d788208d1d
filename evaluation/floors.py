"""What the shipped model has to reach on the packs, what is aimed at, and how far it got."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.intervals import Estimate
from evaluation.tables import Table, figures_of

_AT_LEAST, _AT_MOST = "≥", "≤"
_COMPARE = {_AT_LEAST: operator.ge, _AT_MOST: operator.le}


@dataclass(frozen=True)
class Floor:
    """``figure`` is "table.figure"; ``floor`` must be held, ``aim`` is hoped for, None is none.

    ``beside`` names a row whose value is added to floor and aim: a baseline, or "default" for the
    default model. ``of`` is empty for the default model itself, or names its row with other
    options, such as "tone".
    """

    figure: str
    words: str
    relation: str
    floor: float | None
    aim: float | None = None
    beside: str = ""
    of: str = ""


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


COLOR_FLOORS = (
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
        beside="gray",
    ),
    Floor("rotated.ab_ratio", "both turned by 90°, ab distance over gray's", _AT_MOST, None, 0.36),
    Floor("gray-reference.chroma", "gray reference, chroma over the truth's", _AT_MOST, 0.03),
    Floor("self.luma_error", "L of the 8-bit result, mean distance", _AT_MOST, 0.25),
    Floor("self.luma_error_max", "L of the 8-bit result, largest distance", _AT_MOST, 0.75),
    Floor("wrong-stroke.surface", "wrong stroke, its surface moves", _AT_LEAST, 0.6),
    Floor("wrong-stroke.unlike", "wrong stroke, what is unlike moves", _AT_MOST, 0.3),
    Floor("true-hints.gain", "5 true hints, unrelated reference, gain in dB", _AT_LEAST, 1.0),
)


_UNFADED = {
    "clean": "untouched pictures",
    "noise40": "noise of 40 dB",
    "noise": "noise",
    "blur": "blur",
    "jpeg": "JPEG",
    "scratches": "scratches",
}
RESTORATION_FLOORS = (
    Floor(
        "damage-mix.psnr",
        "mix, PSNR in dB, tone corrected too",
        _AT_LEAST,
        1.5,
        3.0,
        "input",
        "tone",
    ),
    Floor(
        "damage-mix.ssim", "mix, SSIM, tone corrected too", _AT_LEAST, 0.1, None, "input", "tone"
    ),
    Floor(
        "damage-mix.psnr_fit",
        "mix, fit, beside non-local means tuned by kind",
        _AT_LEAST,
        0.7,
        1.5,
        "nlm-kind",
    ),
    Floor("damage-mix.inside", "mix, inside of damage, fit", _AT_LEAST, 2.0, 5.0, "input"),
    Floor(
        "damage-mix.inside", "mix, inside, damage painted", _AT_LEAST, 6.5, 9.0, "input", "painted"
    ),
    Floor("damage-mix.worse", "mix, made worse", _AT_MOST, 0.05),
    Floor("damage-noise40.psnr", "noise of 40 dB comes out with", _AT_LEAST, 39.5),
    Floor("damage-clean.psnr", "untouched picture to itself", _AT_LEAST, 45.0),
    Floor("damage-clean.below40", "untouched pictures below 40 dB", _AT_MOST, 0.05),
    *(
        Floor(
            f"damage-{kind}.psnr",
            f"correcting the tone of {words}, PSNR in dB",
            _AT_LEAST,
            -0.3,
            None,
            "default",
            "tone",
        )
        for kind, words in _UNFADED.items()
    ),
    Floor(
        "kodak.psnr",
        "Kodak24 of sigma 25, beside non-local means told sigma",
        _AT_LEAST,
        0.0,
        1.0,
        "nlm-told-kind",
    ),
)


def judge(floors: Sequence[Floor], tables: Sequence[Table], default: str) -> list[Verdict]:
    """Compare floors and aims with what was measured; what is missing is left out.

    Args:
        tables: of one run. default: name of the default model's row.
    """

    def row(name: str) -> dict[str, Estimate]:
        return figures_of(tables, default if name in ("", "default") else name)

    verdicts = []
    for one in floors:
        measured = row(f"{default}-{one.of}" if one.of else "").get(one.figure)
        base = row(one.beside).get(one.figure) if one.beside else Estimate(0.0)
        if measured is None or base is None:
            continue
        floor, aim = (
            None if value is None else value + base.value for value in (one.floor, one.aim)
        )
        verdicts.append(Verdict(one, floor, aim, measured))
    return verdicts
