from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from restore_colorize.models import ModelStore

from tests.cli.desk import Desk


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder of one model the only one that the command finds."""
    content = b"weights"
    (tmp_path / "a.safetensors").write_bytes(content)
    entry = {
        "name": "model-1",
        "file": "a.safetensors",
        "sha256": hashlib.sha256(content).hexdigest(),
        "role": "colorize.exemplar",
        "network": "exemplar",
        "parameters": 1234567,
        "paper": "A paper",
        "license": "Trained on pictures of mine.",
        "default": True,
    }
    (tmp_path / "manifest.json").write_text(json.dumps({"format": 1, "models": [entry]}))
    monkeypatch.setattr(ModelStore, "default", classmethod(lambda cls: cls([tmp_path])))
    return tmp_path


def test_models_are_listed_with_their_terms(desk: Desk, folder: Path) -> None:
    result = desk.run("models")
    assert result.exit_code == 0, result.output
    for words in ("model-1  (default)", "colorize.exemplar", "1,234,567", "pictures of mine"):
        assert words in result.stdout


def test_models_are_listed_as_json(desk: Desk, folder: Path) -> None:
    (line,) = desk.run("models", "--json").stdout.splitlines()
    model = json.loads(line)
    assert (model["name"], model["bytes"], model["problem"]) == ("model-1", 7, "")


@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_damaged_weights_are_told_in_words(desk: Desk, folder: Path, damage: str) -> None:
    weights = folder / "a.safetensors"
    weights.write_bytes(b"weird") if damage == "changed" else weights.unlink()
    result = desk.run("models")
    assert result.exit_code == 1
    assert "PROBLEM" in result.stdout
    assert "install" in result.stdout
    assert json.loads(desk.run("models", "--json").stdout)["problem"]


def test_an_empty_installation_fails_in_words(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ModelStore, "default", classmethod(lambda cls: cls([tmp_path])))
    result = desk.run("models")
    assert result.exit_code == 1
    assert "No models are installed" in result.stderr


def test_weights_of_the_authors_are_taken_in_or_refused_in_a_sentence(
    desk: Desk, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine"
    monkeypatch.setattr("restore_colorize.models.user_model_folder", lambda: mine)
    (tmp_path / "a.pt").write_bytes(b"no tensors")
    result = desk.run("import-model", tmp_path / "a.pt", "--name", "theirs")
    assert result.exit_code == 1
    assert "cannot be read safely" in result.stderr
    result = desk.run("import-model", tmp_path / "a.pt", "--name", "model-1")
    assert result.exit_code == 1
    assert "installed already" in result.stderr
    assert not mine.exists()
