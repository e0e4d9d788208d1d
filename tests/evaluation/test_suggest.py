from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from restore_colorize.imaging import Picture

from evaluation.suggest import Question, ask, by_thumbnails
from tests.evaluation.pictures import picture


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
