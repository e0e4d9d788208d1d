from __future__ import annotations

from evaluation.floors import FLOORS, Verdict, judge
from evaluation.intervals import Estimate

GRAY = {"shuffled.psnr": Estimate(22.04)}


def judged(**changed: float) -> dict[str, Verdict]:
    """Verdicts where every floor is just held (an aim where there is no floor), but for some."""
    held = {
        one.figure: (one.floor if one.floor is not None else one.aim or 0.0)
        + (22.04 if one.beside_gray else 0.0)
        for one in FLOORS
    }
    held |= {
        name.replace("__", ".").replace("_reference", "-reference"): value
        for name, value in changed.items()
    }
    verdicts = judge({name: Estimate(value) for name, value in held.items()}, GRAY)
    return {verdict.of.figure: verdict for verdict in verdicts}


def test_what_just_holds_a_floor_meets_it() -> None:
    verdicts = judged()
    assert len(verdicts) == len(FLOORS)
    assert all(verdict.is_met for verdict in verdicts.values())
    assert verdicts["self.psnr"].words == "floor met"
    assert verdicts["rotated.ab_ratio"].words == "aim met"


def test_floors_and_aims_are_told_apart() -> None:
    verdicts = judged(self__psnr=32.0, self__ab_ratio=0.351, rotated__ab_ratio=0.37)
    assert verdicts["self.psnr"].words == "aim met"
    assert verdicts["self.ab_ratio"].words == "missed"
    assert verdicts["rotated.ab_ratio"].words == "aim missed"
    assert [name for name, one in verdicts.items() if not one.is_met] == ["self.ab_ratio"]


def test_strangers_stand_beside_gray() -> None:
    verdict = judged(shuffled__psnr=21.5)["shuffled.psnr"]
    assert (round(verdict.floor or 0, 2), verdict.aim) == (21.54, 22.04)
    assert verdict.words == "missed"


def test_what_was_not_measured_is_left_out() -> None:
    assert judge({}, GRAY) == []
    assert judge({"shuffled.psnr": Estimate(22.0)}, {}) == []
