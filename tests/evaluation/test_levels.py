"""RDN at three levels and at one and a NAF U-Net beside each other, with tiny networks."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from restore_colorize.networks import MultiLevelRDN, NafSizes, NafUNet, RdnSizes
from torch import nn

from evaluation.__main__ import main
from evaluation.levels import WHOLE
from tests.evaluation.pictures import save
from tests.evaluation.pikfix_folder import add_network


def add(folder: Path, name: str, kind: str, network: nn.Module) -> None:
    """Add an untrained network, which gives its input back."""
    add_network(folder, name, network, kind, "restore.comparison", ("8.0", "5", "80"))


def rdn(*reductions: int) -> MultiLevelRDN:
    return MultiLevelRDN(RdnSizes(8, 4, 2, 2, reductions, shuffle=2))


def test_levels_stand_beside_each_other(tmp_path: Path) -> None:
    torch.manual_seed(0)
    data, models = tmp_path / "data", tmp_path / "models"
    (data / "validation-256").mkdir(parents=True)
    models.mkdir()
    save(data / "validation-256" / "000.png", 0)
    add(models, WHOLE, "rdn", rdn(1, 4, 8))
    add(models, "rdn-single", "rdn", rdn(1))
    add(models, "naf", "naf", NafUNet(NafSizes(8, (1,), 1, (1,))))
    words = ["--about", "levels", "--data", data, "--models", models, "--out", tmp_path]
    words += ["--limit", 1]
    assert main([str(word) for word in words]) == 0
    report = json.loads((tmp_path / "levels.json").read_text(encoding="utf-8"))
    for table in report["tables"]:
        rows = {row["name"]: row["figures"]["psnr"][0] for row in table["rows"]}
        assert {"input", WHOLE, "rdn-single", "naf"} <= set(rows)
        assert rows[WHOLE] == rows["rdn-single"] == rows["naf"]  # all give the input back
        assert abs(rows[WHOLE] - rows["input"]) < 0.01
    text = (tmp_path / "levels.md").read_text(encoding="utf-8")
    assert "rdn-single was trained for 8.0 minutes: 5 steps, 80 pictures." in text


def test_without_any_of_them_a_sentence_says_what_to_name(tmp_path: Path, capsys) -> None:
    assert main(["--about", "levels", "--data", str(tmp_path), "--out", str(tmp_path)]) == 2
    assert "name the folder of its models with --models" in capsys.readouterr().err
