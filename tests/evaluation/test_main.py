from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation import __main__ as command
from evaluation import runs
from evaluation.baselines import LookupMap
from evaluation.product import NO_RESTORER, Installed
from tests.evaluation.pictures import save

Captured = pytest.CaptureFixture[str]


def own_folder(folder: Path) -> Path:
    for kind, offset, gray in (
        ("gray", 0, True),
        ("reference", 10, False),
        ("truth", 0, False),
        ("damaged", 20, True),
    ):
        (folder / kind).mkdir(parents=True)
        for seed in range(2):
            save(folder / kind / f"{seed}.png", seed + offset, gray=gray)
    return folder


def test_plain_pictures_get_a_report_and_a_page(tmp_path: Path, capsys: Captured) -> None:
    pictures = tmp_path / "mine"
    pictures.mkdir()
    for seed in range(2):
        save(pictures / f"{seed}.png", seed)
    save(pictures / "old.png", 5, gray=True)
    out, pages = tmp_path / "out", tmp_path / "pages"
    status = command.main(
        ["--data", str(pictures), "--out", str(out), "--pages", str(pages), "--baselines-only"]
    )
    assert status == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[-3:] == [
        str(out / "color-mine.md"),
        str(out / "color-mine.json"),
        str(pages / "index.html"),
    ]
    text = (out / "color-mine.md").read_text(encoding="utf-8")
    assert "old: gray" in text
    assert "Floors" not in text  # they are set for the packs
    assert str(tmp_path) not in text
    assert str(tmp_path) not in (out / "color-mine.json").read_text(encoding="utf-8")
    page = (pages / "index.html").read_text(encoding="utf-8")
    assert page.index("Self-reference") < page.index("Both turned by 90 degrees")


class Shipped(LookupMap):
    """Stands in for the default model: colors at once, without weights."""

    name, title = "shipped", "shipped (default)"
    model, sha256, is_default, dtype = "shipped", "ab" * 32, True, "float32"


def test_packs_are_judged_and_exhibited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {
        "validation-256": ["000.jpg", "001.jpg"],
        "pairs": ["scene-test-0001-a.webp", "scene-test-0001-b.webp"],
        "exemplar-pairs": ["001-target.jpg", "001-reference.jpg", "001-published-x.jpg"],
    }
    for pack, entries in names.items():
        (tmp_path / "data" / pack).mkdir(parents=True)
        for seed, name in enumerate(entries):
            save(tmp_path / "data" / pack / name, seed)
    monkeypatch.setattr(runs, "installed", lambda *_, **__: Installed((Shipped(),)))
    out, pages = tmp_path / "out", tmp_path / "pages"
    asked = ["--data", str(tmp_path / "data"), "--out", str(out), "--pages", str(pages)]
    assert command.main(asked) == 0
    data = json.loads((out / "color.json").read_text(encoding="utf-8"))
    judged = {floor["figure"]: floor for floor in data["floors"]}
    for figure in ("self.psnr", "pairs-scene.psnr", "shuffled.psnr", "rotated.ab_ratio"):
        assert figure in judged
    assert judged["true-hints.gain"]["verdict"] == "missed"  # the map knows no hints
    text = (out / "color.md").read_text(encoding="utf-8")
    assert "default − row: PSNR dB" in text
    assert "Nobody has looked" in text
    assert "Exemplar pairs" in (pages / "index.html").read_text(encoding="utf-8")
    assert command.main([*asked, "--limit", "2"]) == 0
    assert "Floors" not in (out / "color.md").read_text(encoding="utf-8")


def test_restoration_is_measured_kind_by_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    for pack in ("validation-256", "kodak24"):
        (tmp_path / "data" / pack).mkdir(parents=True)
        for seed in range(2):
            save(tmp_path / "data" / pack / f"{seed}.png", seed)
    asked = ["--about", "restoration", "--data", str(tmp_path / "data"), "--baselines-only"]
    asked += ["--limit", "1", "--out", str(tmp_path / "out")]
    assert command.main(asked) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        str(tmp_path / "out" / "restoration.md"),
        str(tmp_path / "out" / "restoration.json"),
    ]
    data = json.loads((tmp_path / "out" / "restoration.json").read_text(encoding="utf-8"))
    tables = {table["name"]: table for table in data["tables"]}
    assert {"damage-mix", "damage-clean", "kodak", "detection"} <= set(tables)
    rows = {row["name"]: row["figures"] for row in tables["damage-scratches"]["rows"]}
    assert rows["input"]["inside"][0] < rows["input"]["outside"][0] - 5
    assert rows["nlm"]["psnr_fit"][0] >= rows["nlm-kind"]["psnr_fit"][0]
    assert tables["damage-clean"]["rows"][0]["figures"]["below40"][0] == 0
    assert command.main(["--about", "restoration"]) == 2
    assert "--data" in capsys.readouterr().err


def test_a_users_own_folder_gets_everything_beside_it(tmp_path: Path, capsys: Captured) -> None:
    folder = own_folder(tmp_path / "album")
    assert command.main(["--folder", str(folder), "--baselines-only"]) == 0
    assert str(folder / "evaluation" / "index.html") in capsys.readouterr().out
    text = (folder / "evaluation" / "evaluation.md").read_text(encoding="utf-8")
    for words in (
        "Your photographs (n = 2)",
        "Your damaged pictures (n = 2)",
        "pasted by position",
        "Both turned by 90 degrees",
        "Gray references",
        "non-local means",
        NO_RESTORER,
    ):
        assert words in text
    assert "the target's own colors" not in text  # the targets are gray
    assert str(tmp_path) not in text
    data = json.loads((folder / "evaluation" / "evaluation.json").read_text(encoding="utf-8"))
    restored = data["tables"][-1]
    assert [row["name"] for row in restored["rows"]] == [
        "input",
        "median-kind",
        "median",
        "nlm-kind",
        "nlm",
    ]
    page = (folder / "evaluation" / "index.html").read_text(encoding="utf-8")
    assert "Your photographs" in page
    assert "Your damaged pictures" in page


@pytest.mark.parametrize(
    ("option", "words"), [("--data", "validation-256.tar"), ("--folder", "gray, reference")]
)
def test_a_missing_folder_is_one_sentence_and_a_status(
    tmp_path: Path, capsys: Captured, option: str, words: str
) -> None:
    assert command.main([option, str(tmp_path / "absent"), "--baselines-only"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert words in printed.err


def test_a_broken_picture_and_a_place_that_cannot_be_written_are_one_sentence(
    tmp_path: Path, capsys: Captured
) -> None:
    folder = own_folder(tmp_path / "album")
    (folder / "evaluation").write_text("in the way")
    assert command.main(["--folder", str(folder), "--baselines-only", "--limit", "1"]) == 2
    assert "evaluation cannot be used" in capsys.readouterr().err
    (folder / "truth" / "0.png").write_bytes(b"no picture")
    assert command.main(["--folder", str(folder), "--baselines-only"]) == 2
    printed = capsys.readouterr().err
    assert "0.png" in printed
    assert printed.count("\n") == 1
