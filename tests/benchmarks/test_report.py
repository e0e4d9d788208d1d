"""The page and the JSON hold every figure with its verdict."""

from __future__ import annotations

import json

import pytest

from benchmarks import report
from benchmarks.figures import Aim, Figure

FIGURES = [
    Figure("transport", "up and down", 3.14159, "×", "1 s against 318 ms", Aim(6.0)),
    Figure("start", "idle memory", 274.4, "MiB"),
]


def test_both_files_hold_every_figure(tmp_path):
    facts, notes = {"CPU": "a fast one"}, ["number_types: nothing to compare."]
    page, data = report.write(tmp_path / "new", FIGURES, facts, notes, "python -m benchmarks")
    text = page.read_text(encoding="utf-8")
    assert "| transport | up and down | 3.14 × | ≤ 6 × | holds | 1 s against 318 ms |" in text
    assert "| start | idle memory | 274 MiB |  |  |  |" in text
    assert "- CPU: a fast one" in text
    assert "- number_types: nothing to compare." in text
    whole = json.loads(data.read_text(encoding="utf-8"))
    assert whole["machine"] == facts
    assert whole["notes"] == notes
    first, second = whole["figures"]
    assert first["value"] == 3.14159
    assert first["aim"] == {"limit": 6.0, "at_least": False}
    assert (first["verdict"], second["verdict"]) == ("holds", "")


@pytest.mark.parametrize(
    ("value", "text"), [(0.98765, "0.988"), (12.345, "12.3"), (1925.4, "1925"), (0.0, "0")]
)
def test_numbers_keep_three_digits(value, text):
    assert report.number(value) == text
