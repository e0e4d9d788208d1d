from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from restore_colorize.imaging import Picture

from evaluation import suggest
from evaluation.__main__ import main
from evaluation.suggest import Question, ask, by_thumbnails
from tests.engines.feature_folder import add_feature_model
from tests.evaluation.pictures import picture, save


def test_thumbnails_find_the_same_picture_in_gray(tmp_path: Path) -> None:
    targets, partners = {}, {}
    for seed in range(4):
        shown = picture(48, 64, seed=seed)
        path = tmp_path / f"{seed}.png"
        Image.fromarray(shown.quantize()).save(path)
        gray = shown.planes.mean(0, keepdim=True)
        targets[str(seed)] = Picture.from_samples(Picture(gray).quantize())
        partners[str(seed)] = path
    rank = by_thumbnails(tmp_path)
    assert [rank(targets[name], partners[name]) for name in targets] == [0, 0, 0, 0]
    assert rank(targets["0"], partners["1"]) > 0


def test_a_table_counts_who_comes_early_enough() -> None:
    gray = Picture.from_samples(np.zeros((4, 4), np.uint8))
    places = {"a": 0, "b": 9, "c": 10, "d": 50}
    question = Question("q", "Q", dict.fromkeys(places, gray), {n: Path(n) for n in places})

    def rank(_target: Picture, partner: Path) -> int:
        return places[partner.name]

    table = ask(question, {"engine": rank})
    (row,) = table.rows
    assert row.figures["first"].value == 0.25
    assert row.figures["first_ten"].value == 0.5
    assert row.figures["first_fifty"].value == 0.75


def test_partners_are_searched_in_the_packs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {
        "photos-large": ["000.png", "001.png"],
        "photos-large-b": ["002.png"],
        "exemplar-pairs": ["001-target.png", "001-reference.png"],
        "pairs": [f"{kind}-test-0001-{side}.png" for kind in ("scene", "face") for side in "ab"],
    }
    for place, (pack, entries) in enumerate(names.items()):
        (tmp_path / pack).mkdir()
        for seed, name in enumerate(entries):
            save(tmp_path / pack / name, 10 * place + seed)
    add_feature_model(tmp_path)
    monkeypatch.setattr(suggest, "MANY", 6)
    words = ["--about", "suggest", "--data", tmp_path, "--models", tmp_path, "--out", tmp_path]
    assert main([str(word) for word in words]) == 0
    report = json.loads((tmp_path / "suggest.json").read_text(encoding="utf-8"))
    tables = {table["name"]: table["pictures"] for table in report["tables"]}
    assert tables["exemplar"] == ["001"]
    assert tables["pairs-scene"] == ["scene-test-0001"]
    assert report["floors"][0]["measured"][0] == 1  # there are fewer than ten
    assert "6 photographs" in report["run"]["remarks"][0]
    assert main(["--about", "suggest", "--data", str(tmp_path / "absent")]) == 2
