"""What is published becomes checkpoints again, and those become the same file."""

from __future__ import annotations

from pathlib import Path

import join_pixcolor
import publish
import pytest
import torch
import unpublish
from restore_colorize.models import ModelStore
from restore_colorize.models.files import read_tensors
from restore_colorize_training.shipped import shipped_model


def same_weights(name: str, folder: Path) -> None:
    """What was shipped as ``name`` and what lies in ``folder`` under that name are equal."""
    shipped = shipped_model(name)
    again = next(model for model in ModelStore([folder]).models if model.name == name)
    assert again.entry.config == shipped.entry.config
    assert again.entry.parameters == shipped.entry.parameters
    mine, theirs = (read_tensors(model.read(), name) for model in (again, shipped))
    assert mine.keys() == theirs.keys()
    for key, value in theirs.items():
        torch.testing.assert_close(mine[key], value, rtol=2e-3, atol=1e-6, check_dtype=False)


@pytest.mark.parametrize(
    ("name", "bits"), [("features-1", "16"), ("exemplar-2", "8"), ("restoration-1", "8")]
)
def test_a_model_of_one_training(tmp_path: Path, name: str, bits: str) -> None:
    unpublish.main([name, "-o", str(tmp_path / "from")])
    checkpoint = str(tmp_path / "from" / f"{name}.pt")
    models = tmp_path / "models"
    publish.main([checkpoint, "--name", name, "--folder", str(models), "--bits", bits])
    same_weights(name, models)


def test_a_joined_model(tmp_path: Path) -> None:
    unpublish.main(["pixcolor-1", "-o", str(tmp_path)])
    prior, refinement, critic = (str(tmp_path / f"{part}.pt") for part in join_pixcolor.PARTS)
    words = [prior, refinement, "--critic", critic, "--folder", str(tmp_path), "--bits", "8"]
    join_pixcolor.main([*words, "--name", "pixcolor-1"])
    same_weights("pixcolor-1", tmp_path)


def test_folders_of_the_machine_are_not_published(tmp_path: Path) -> None:
    unpublish.main(["features-1", "-o", str(tmp_path)])
    checkpoint = tmp_path / "features-1.pt"
    state = torch.load(checkpoint, weights_only=True)
    told = f"python train.py config --data {tmp_path} --start-from {tmp_path}/before/checkpoint.pt"
    torch.save(state | {"command": told}, checkpoint)
    publish.main([str(checkpoint), "--name", "again", "--folder", str(tmp_path), "--bits", "8"])
    content = (tmp_path / "again.safetensors").read_bytes()
    assert str(tmp_path).encode() not in content
    assert b"--data DATA --start-from before/checkpoint.pt" in content


def test_an_unknown_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no-such-model"):
        unpublish.main(["no-such-model", "-o", str(tmp_path / "from")])
    assert not (tmp_path / "from").exists()
