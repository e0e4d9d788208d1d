from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation.floors import COLOR_FLOORS, Verdict, judge
from evaluation.intervals import Estimate
from evaluation.report import ModelFacts, Report, describe_run, to_markdown, write_report
from evaluation.tables import Answers, Figure, Ruler, Table, make_rows

RULER = Ruler(
    "test",
    (
        Figure("psnr", "psnr", heading="PSNR dB", is_compared=True),
        Figure("below", "below", heading="below", digits=None),
        Figure("chroma", "chroma", heading="chroma", digits=3),
        Figure("related", "related", heading="related"),
        Figure("largest", "psnr", is_largest=True),
    ),
    "How to read it.",
)


def table(name: str = "self") -> Table:
    def answers(kind: str, psnr: list[float], chroma: float) -> Answers:
        values = {
            "psnr": np.array(psnr),
            "below": np.array([0.0, 1.0, 0.0, 0.0]),
            "chroma": np.full(4, chroma),
            "related": np.full(4, np.nan),
        }
        return Answers(kind, f"the {kind}", values)

    rows = make_rows(
        RULER,
        [answers("gray", [20, 21, 22, 23], 0), answers("tiny", [30, 31, 30, 31], 0.9)],
        "tiny",
    )
    return Table(name, name.title(), "A question?", RULER, ("000", "001", "002", "003"), rows)


def report(words: str = "") -> Report:
    tables = (table(), table("shuffled"))
    verdicts = judge(COLOR_FLOORS, tables, "tiny")
    run = describe_run("python -m evaluation", "packs", ["One remark."], Path("."), 1)
    model = ModelFacts("tiny", "ab" * 32, True, "float32", words)
    return Report("Quality", run, (model,), tables, tuple(verdicts), 61.0)


def test_the_report_can_be_read_back(tmp_path: Path) -> None:
    markdown, data = write_report(report(), tmp_path / "new", "color")
    read = json.loads(data.read_text(encoding="utf-8"))
    assert read["run"]["command"] == "python -m evaluation"
    assert read["models"][0]["sha256"] == "ab" * 32
    first = read["tables"][0]
    assert first["pictures"] == ["000", "001", "002", "003"]
    gray, tiny = first["rows"]
    assert tiny["by_picture"]["psnr"] == [30, 31, 30, 31]
    assert "related" not in tiny["figures"]  # JSON has no NaN
    assert tiny["figures"]["largest"] == [31, None, None]
    value, low, high = tiny["figures"]["psnr"]
    assert low < value == 30.5 < high
    assert gray["default_minus_this"]["psnr"][0] == 9
    assert tiny["default_minus_this"] == {}
    floor = read["floors"][0]
    assert (floor["figure"], floor["floor"], floor["aim"]) == ("self.psnr", 30, 32)
    assert floor["verdict"] == "floor met"
    text = markdown.read_text(encoding="utf-8")
    for words in ("# Quality", "One remark.", "color.json", "ab" * 32, "Floors and aims"):
        assert words in text


def test_tables_show_intervals_compactly() -> None:
    lines = to_markdown(report(), "color.json").splitlines()
    place = lines.index("## Self (n = 4)")
    rows = [line for line in lines[place:] if line.startswith("|")]
    assert rows[0] == "| | PSNR dB | below | chroma | default − row: PSNR dB |"
    cells = [cell.strip() for cell in rows[3].split("|")[1:-1]]
    half = table().rows[1].figures["psnr"].half_width
    assert half is not None
    assert cells[0] == "the tiny"
    assert cells[1] == f"30.50 ± {half:.2f}".replace("± 0.", "± .")
    assert cells[2].startswith("25 ± ")
    assert cells[2].endswith("%")
    assert cells[3] == "0.900"  # no ± where nothing varies
    assert cells[4] == ""
    assert "| +9.00 ± " in rows[2]


def test_a_legend_stands_once() -> None:
    assert to_markdown(report(), "color.json").count("How to read it.") == 1


def test_floors_and_aims_stand_beside_what_was_measured() -> None:
    lines = to_markdown(report(), "color.json").splitlines()
    (own,) = [line for line in lines if line.startswith("| self-reference, PSNR")]
    assert "| ≥ 30.00 | ≥ 32.00 | 30.500 ± ." in own
    assert own.endswith("| floor met |")
    (floor,) = [one for one in COLOR_FLOORS if one.figure == "rotated.ab_ratio"]
    poor = [Verdict(floor, floor.floor, floor.aim, Estimate(0.5))]
    text = to_markdown(Report("Quality", report().run, (), (), tuple(poor)), "color.json")
    assert "|  | ≤ 0.36 | 0.500 | **aim missed** |" in text


def test_the_report_says_whether_these_weights_were_looked_at() -> None:
    assert "Nobody has looked" in to_markdown(report(), "color.json")
    seen = to_markdown(report("Faces are green."), "color.json")
    assert "Faces are green." in seen
    assert "Nobody has looked" not in seen
    elsewhere = to_markdown(
        replace(report(), models=(replace(report().models[0], words=None),)), ""
    )
    assert "look like" not in elsewhere


def test_what_nobody_measured_has_no_column() -> None:
    assert "related" not in to_markdown(report(), "color.json")
    assert pytest.approx(0.9) == table().rows[1].figures["chroma"].value
