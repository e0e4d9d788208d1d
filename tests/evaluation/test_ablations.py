"""Pik-Fix and its parts beside each other, measured with tiny untrained networks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evaluation.__main__ import main
from evaluation.ablations import WHOLE, parts_of
from evaluation.color_scores import COLOR
from evaluation.tables import Answers, Table, make_rows
from tests.evaluation.pictures import save
from tests.evaluation.pikfix_folder import add_pikfix


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for pack, names in (
        ("validation-256", ("000.png", "001.png")),
        ("pairs", ("scene-test-0001-a.png", "scene-test-0001-b.png")),
    ):
        (tmp_path / "data" / pack).mkdir(parents=True)
        for seed, name in enumerate(names):
            save(tmp_path / "data" / pack / name, seed)
    return tmp_path / "data"


def test_parts_stand_beside_the_whole_and_all_beside_the_default(
    data: Path, tmp_path: Path
) -> None:
    models = tmp_path / "models"
    models.mkdir()
    for name, sizes in (
        (WHOLE, {}),
        ("pikfix-none", {"similarity": "none"}),
        ("pikfix-raw", {"histogram": "none"}),
        ("pikfix-tiny", {}),
    ):
        add_pikfix(models, name, **sizes)
    words = ["--about", "pikfix", "--data", data, "--models", models, "--out", tmp_path]
    words += [f"--model={name}" for name in (WHOLE, "pikfix-none", "pikfix-raw", "pikfix-tiny")]
    assert main([str(word) for word in words]) == 0
    report = json.loads((tmp_path / "pikfix.json").read_text(encoding="utf-8"))
    tables = {table["name"]: table for table in report["tables"]}
    names = ["self", "shuffled", "pairs-scene"]
    assert list(tables) == [name + end for name in names for end in ("", "-parts")]
    rows = {row["name"]: row for row in tables["self"]["rows"]}
    assert {"gray", "reference-mean", "lookup", "pikfix-tiny", WHOLE} <= set(rows)
    parts = {row["name"]: row for row in tables["self-parts"]["rows"]}
    assert list(parts) == ["pikfix-none", "pikfix-raw", WHOLE]
    assert parts["pikfix-raw"]["figures"]["psnr"] == rows["pikfix-raw"]["figures"]["psnr"]
    gain = parts["pikfix-none"]["default_minus_this"]["psnr"]
    expected = rows[WHOLE]["figures"]["psnr"][0] - rows["pikfix-none"]["figures"]["psnr"][0]
    assert gain[0] == pytest.approx(expected, abs=0.01)  # figures have four digits
    text = (tmp_path / "pikfix.md").read_text(encoding="utf-8")
    assert "whole − row: PSNR dB" in text
    assert "pikfix-none was trained for 6.0 minutes: 500 steps, 8000 pictures." in text
    assert str(tmp_path) not in text


def test_a_part_without_the_whole_has_no_table() -> None:
    values = {figure.over: np.ones(2) for figure in COLOR.figures}
    values |= {figure.under: np.ones(2) for figure in COLOR.figures if figure.under}
    rows = make_rows(COLOR, [Answers("pikfix-none", "none", values)], None)
    assert parts_of(Table("self", "Self", "?", COLOR, ("a", "b"), rows)) == []


def test_without_a_model_of_pikfix_there_is_nothing_to_measure(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--about", "pikfix", "--data", str(data), "--baselines-only"]
    assert main(words) == 2
    assert "--models" in capsys.readouterr().err
