"""A checkpoint becomes a model in a folder, beside those that are there."""

from __future__ import annotations

from pathlib import Path

import publish
import pytest
import torch
from restore_colorize.models import ModelStore
from restore_colorize.networks import PikFixColor, PikFixSizes

from tests.evaluation.pikfix_folder import SIZES, add_pikfix


def checkpoint(path: Path) -> PikFixColor:
    """What the training loop leaves of a network that learned nothing."""
    torch.manual_seed(1)
    network = PikFixColor(PikFixSizes(**{**SIZES, "growth": 16})).eval()  # type: ignore[arg-type]
    state = {
        "average": network.state_dict(),
        "config": {"recipe": "pikfix", "sources": [{"packs": ["a.tar"]}], "data": {}},
        "network_name": "pikfix",
        "network_config": network.sizes.to_config(),
        "command": "python train.py config --data /somewhere/else",
        "step": 500,
        "pictures": 8000,
        "elapsed_s": 360.0,
    }
    torch.save(state, path)
    return network


@pytest.mark.parametrize(("bits", "tolerance"), [("16", 1e-3), ("8", 2e-2)])
def test_a_folder_is_made_and_its_models_work(tmp_path: Path, bits: str, tolerance: float) -> None:
    network = checkpoint(tmp_path / "checkpoint.pt")
    folder = tmp_path / "new" / "models"
    words = [str(tmp_path / "checkpoint.pt"), "--folder", str(folder), "--commit", "abc"]
    publish.main([*words, "--name", "pikfix-one", "--bits", bits])
    store = ModelStore([folder])
    model = store.find("colorize.exemplar", "pikfix-one")
    assert not model.entry.default
    assert b"/somewhere" not in model.read()
    loaded = store.load(model, torch.device("cpu"))
    luma = torch.rand(1, 1, 32, 32) * 2 - 1
    references = torch.rand(1, 1, 3, 32, 32) - 0.5
    with torch.no_grad():
        found, expected = (one(luma, references).chroma for one in (loaded, network))
    torch.testing.assert_close(found, expected, rtol=0, atol=tolerance)


def test_other_models_of_the_folder_stay_and_the_same_name_is_replaced(tmp_path: Path) -> None:
    checkpoint(tmp_path / "checkpoint.pt")
    for name in ("pikfix-one", "pikfix-two"):
        add_pikfix(tmp_path, name)
    before = {model.name: model.entry.sha256 for model in ModelStore([tmp_path]).models}
    words = [str(tmp_path / "checkpoint.pt"), "--folder", str(tmp_path), "--commit", "abc"]
    publish.main([*words, "--name", "pikfix-one"])
    after = {model.name: model.entry.sha256 for model in ModelStore([tmp_path]).models}
    assert list(after) == list(before)
    assert after["pikfix-two"] == before["pikfix-two"]
    assert after["pikfix-one"] != before["pikfix-one"]
