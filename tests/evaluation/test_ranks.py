"""What a reference of each rank is worth, with references whose worth is known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from restore_colorize.imaging import Picture

from evaluation.__main__ import main
from evaluation.baselines import Colored, Gray
from evaluation.ranks import RANKS, Ranked, rank_tables
from tests.engines.feature_folder import add_feature_model
from tests.evaluation.pictures import picture, save
from tests.evaluation.pikfix_folder import add_pikfix


class Copy:
    """Answers with the reference itself."""

    name, title = "copy", "copy"

    def colorize(
        self, target: Picture, reference: Picture, hints: Picture | None = None
    ) -> Colored:
        return Colored(reference)


def worse(truth: Picture, by: float) -> Picture:
    generator = torch.Generator().manual_seed(3)
    noise = torch.randn(truth.planes.shape, generator=generator)
    return truth.with_planes((truth.planes + by * noise).clamp(0, 1))


def test_worse_references_of_later_ranks_are_told_by_rank() -> None:
    truths = [picture(seed=seed) for seed in range(3)]
    ranked = [
        Ranked(str(place), truth, [worse(truth, 0.01 * rank) for rank in range(1, RANKS + 1)])
        for place, truth in enumerate(truths)
    ]
    psnr, ab = rank_tables(ranked, [Gray(), Copy()], default="copy")
    gray, copy = (row.figures for row in psnr.rows)
    found = [copy[f"psnr_{rank}"].value for rank in range(1, RANKS + 1)]
    assert found == sorted(found, reverse=True)
    assert copy["psnr_fall"].value == pytest.approx(found[0] - found[-1])
    assert copy["psnr_mean"].value == pytest.approx(sum(found) / RANKS)
    assert copy["psnr_fall"].low is not None
    assert gray["psnr_fall"].value == 0
    assert "psnr_mean" in psnr.rows[0].behind
    assert ab.rows[0].figures["ab_1"].value == pytest.approx(1, abs=0.01)
    assert ab.rows[1].figures["ab_1"].value < ab.rows[1].figures["ab_10"].value


def test_ranks_that_nobody_filled_have_no_figure() -> None:
    truth = picture()
    psnr, _ = rank_tables([Ranked("a", truth, [worse(truth, 0.1)] * 3)], [Copy()])
    (row,) = psnr.rows
    assert "psnr_3" in row.figures
    assert not {"psnr_4", "psnr_fall"} & set(row.figures)


def test_references_are_chosen_among_large_photographs_and_never_the_target(
    tmp_path: Path,
) -> None:
    models, data = tmp_path / "models", tmp_path / "data"
    for pack, seeds in (
        ("validation-256", (0, 1)),
        ("photos-large", (0, 5, 6)),  # the first target is among them
        ("photos-large-b", (7, 8)),
    ):
        (data / pack).mkdir(parents=True)
        for seed in seeds:
            save(data / pack / f"{seed}.png", seed)
    models.mkdir()
    add_feature_model(models)
    add_pikfix(models, "pikfix-tiny")
    words = ["--about", "ranks", "--data", data, "--models", models, "--out", tmp_path]
    assert main([*map(str, words), "--model", "pikfix-tiny", "--limit", "2"]) == 0
    report = json.loads((tmp_path / "ranks.json").read_text(encoding="utf-8"))
    psnr = report["tables"][0]
    assert psnr["pictures"] == ["0", "1"]
    rows = {row["name"]: row for row in psnr["rows"]}
    assert list(rows) == ["gray", "reference-mean", "lookup", "pikfix-tiny"]
    by_rank = rows["lookup"]["by_picture"]
    assert by_rank["psnr_4"][0] is not None
    assert by_rank["psnr_5"] == [None, by_rank["psnr_5"][1]]
    assert by_rank["psnr_5"][1] is not None


def test_the_packs_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--about", "ranks", "--baselines-only"]) == 2
    assert "--data" in capsys.readouterr().err
