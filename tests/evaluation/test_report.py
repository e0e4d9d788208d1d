from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from restore_colorize.models import ModelStore

from evaluation import __main__ as command
from evaluation.baselines import BASELINES
from evaluation.experiments import Table, experiments, run_experiment
from evaluation.floors import FLOORS, judge
from evaluation.hints import Help, Movement
from evaluation.metrics import SCORE_NAMES
from evaluation.packs import Material, Pair, Photograph
from evaluation.product import installed_models
from evaluation.report import (
    HintRows,
    ModelFacts,
    Report,
    describe_run,
    figures,
    hint_figures,
    to_markdown,
    write_report,
)
from evaluation.sheets import ROWS_PER_PAGE, exemplar_rows, table_rows, write_pages
from tests.evaluation.pictures import picture, save
from tests.models.folders import write_model_folder


@pytest.fixture(scope="module")
def material() -> Material:
    photographs = tuple(Photograph(f"{n:03}", picture(40, 52, seed=n)) for n in range(3))
    pair = Pair("a", picture(seed=7), picture(seed=8), truth=picture(seed=7))
    return Material("packs", photographs, {"scene": (pair,)}, (pair,))


@pytest.fixture(scope="module")
def tables(material: Material) -> list[Table]:
    return [run_experiment(one, BASELINES, keep=["000", "002"]) for one in experiments(material)]


def report(tables: list[Table], words: str = "") -> Report:
    hints = HintRows(
        "tiny",
        (
            Movement("000", 0.75, float("nan"), 0.9, 0.5, 0.1, 0.1),
            Movement("001", 0.25, 0.2, 0.7, 0.2, 0.1, 0.3),
        ),
        (Help("000", 20.0, 22.0),),
    )
    run = describe_run("python -m evaluation", "packs", ["One remark."], Path("."), 1)
    verdicts = judge(figures(tables, "lookup"), figures(tables, "gray"))
    model = ModelFacts("tiny", "ab" * 32, True, "float32", words)
    return Report(run, (model,), tuple(tables), (hints,), tuple(verdicts), 61.0)


def test_every_experiment_has_every_baseline_beside_gray(tables: list[Table]) -> None:
    assert [table.experiment.name for table in tables] == [
        "self",
        "shuffled",
        "gray-reference",
        "rotated",
        "pairs-scene",
    ]
    for table in tables:
        assert [row.colorizer for row in table.rows] == [one.name for one in BASELINES]
        assert all(row.summary.below_gray is not None for row in table.rows)
        assert all(row.summary.n == len(table.experiment.cases) for row in table.rows)
    assert figures(tables, "gray")["self.ab_ratio"] == pytest.approx(1, abs=1e-3)
    assert figures(tables, "lookup")["gray-reference.chroma"] < 0.02
    assert figures(tables, "lookup")["self.psnr"] > figures(tables, "lookup")["shuffled.psnr"]


def test_a_second_run_gives_the_same_figures(material: Material, tables: list[Table]) -> None:
    again = run_experiment(experiments(material)[0], BASELINES)
    assert [row.scores for row in again.rows] == [row.scores for row in tables[0].rows]


def test_the_report_can_be_read_back(tables: list[Table], tmp_path: Path) -> None:
    markdown, data = write_report(report(tables), tmp_path / "new", "color")
    read = json.loads(data.read_text(encoding="utf-8"))
    assert read["run"]["command"] == "python -m evaluation"
    assert read["models"][0]["sha256"] == "ab" * 32
    assert read["hints"][0]["summary"]["hints.surface"] == 0.5
    assert read["hints"][0]["wrong_strokes"][0]["unlike"] is None
    for table, kept in zip(tables, read["experiments"], strict=True):
        assert kept["pictures"] == [case.name for case in table.experiment.cases]
        for row, kept_row in zip(table.rows, kept["rows"], strict=True):
            assert set(kept_row["by_picture"]) == set(SCORE_NAMES)
            levels = [one.psnr for one in row.scores]
            assert kept_row["by_picture"]["psnr"] == pytest.approx(levels, rel=1e-4)
            assert kept_row["summary"]["n"] == len(levels)
    text = markdown.read_text(encoding="utf-8")
    for words in ("One remark.", "color.json", "ab" * 32, "Painted hints", "Floors"):
        assert words in text
    for table in tables:
        assert f"{table.experiment.title} (n = {len(table.experiment.cases)})" in text


def test_the_report_says_whether_these_weights_were_looked_at(tables: list[Table]) -> None:
    assert "Nobody has looked" in to_markdown(report(tables), "color.json")
    seen = to_markdown(report(tables, "Faces are green."), "color.json")
    assert "Faces are green." in seen
    assert "Nobody has looked" not in seen


def test_hint_figures_leave_out_what_was_not_measurable(tables: list[Table]) -> None:
    found = hint_figures(report(tables).hints[0])
    assert found["hints.unlike"] == pytest.approx(0.2)
    assert found["hints.gain"] == pytest.approx(2.0)


def test_floors_tell_met_from_missed_and_stand_beside_gray() -> None:
    good = {floor.figure: floor.value for floor in FLOORS} | {"shuffled.psnr": 21.5}
    gray = {"shuffled.psnr": 22.04}
    assert all(verdict.is_met for verdict in judge(good, gray))
    bad = good | {"shuffled.psnr": 21.0, "self.ab_ratio": 0.39}
    missed = [verdict.floor.figure for verdict in judge(bad, gray) if not verdict.is_met]
    assert missed == ["self.ab_ratio", "shuffled.psnr"]
    assert judge({}, gray) == []


def test_sheets_show_the_worst_first_on_pages(tables: list[Table], tmp_path: Path) -> None:
    rows = table_rows(tables[0], BASELINES)
    by_name = dict(
        zip(
            (case.name for case in tables[0].experiment.cases),
            (one.ab_distance for one in tables[0].rows[-1].scores),
            strict=True,
        )
    )
    shown = [row[0].caption.split()[0] for row in rows]
    assert shown == sorted(["000", "002"], key=lambda name: -by_name[name])
    assert [tile.caption.split()[0] for tile in rows[0][2:]] == [
        *(one.name for one in BASELINES),
        "truth",
    ]
    paths = write_pages(tmp_path / "self", rows * ROWS_PER_PAGE, tile_px=40)
    assert [path.name for path in paths] == ["self-1.png", "self-2.png"]
    assert all(path.stat().st_size > 1000 for path in paths)


def test_exemplar_sheets_put_pairs_without_published_results_last() -> None:
    near, far, none = (
        Pair(name, picture(seed=1), picture(seed=2), published=published)
        for name, published in (
            ("near", {"method": picture(seed=1).with_planes(torch.full((3, 48, 64), 0.5))}),
            ("far", {"method": picture(seed=3)}),
            ("none", {}),
        )
    )
    rows = exemplar_rows([none, near, far], BASELINES[:1])
    assert [row[0].caption.split()[0] for row in rows] == ["far", "near", "none"]
    assert rows[0][-1].picture is far.published["method"]
    assert rows[2][-1].picture is None


def test_models_run_through_the_product(tmp_path: Path, material: Material) -> None:
    write_model_folder(tmp_path)
    (model,), problems = installed_models(store=ModelStore([tmp_path]), threads=1)
    assert (problems, model.is_default) == ([], True)
    row = run_experiment(experiments(material)[0], [BASELINES[0], model]).rows[-1]
    assert row.summary.n == 3
    assert row.summary.luma_error < 0.25  # the product keeps L
    assert row.mean_seconds > 0
    assert None not in row.related
    assert model.dtype in ("float32", "bfloat16")
    none, problems = installed_models(["absent"], store=ModelStore([tmp_path]))
    assert none == []
    assert "absent" in problems[0]


def test_the_command_writes_a_report_and_sheets_for_plain_pictures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures = tmp_path / "mine"
    pictures.mkdir()
    for seed in range(2):
        save(pictures / f"{seed}.png", seed)
    save(pictures / "old.png", 5, gray=True)
    out, sheets = tmp_path / "out", tmp_path / "sheets"
    status = command.main(
        ["--data", str(pictures), "--out", str(out), "--sheets", str(sheets), "--baselines-only"]
    )
    assert status == 0
    assert str(out / "color-mine.md") in capsys.readouterr().out
    text = (out / "color-mine.md").read_text(encoding="utf-8")
    assert "old: gray" in text
    assert "Floors" not in text  # they are set for the packs
    assert str(tmp_path) not in text
    assert str(tmp_path) not in (out / "color-mine.json").read_text(encoding="utf-8")
    assert (sheets / "self-1.png").exists()


def test_a_missing_folder_is_one_sentence_and_a_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["--data", str(tmp_path / "absent"), "--baselines-only"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "validation-256.tar" in printed.err
