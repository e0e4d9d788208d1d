from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import fit_places as command
import pytest
import torch
from restore_colorize.networks import FeatureNet, FeatureSizes
from restore_colorize_training.places import fit_places
from restore_colorize_training.references import lab_n

TINY = FeatureSizes(widths=(8, 8, 8, 8, 8), places=6)


def photographs(count: int) -> torch.Tensor:
    """Soft shapes, (n, 3, 64, 64) uint8."""
    random = torch.Generator().manual_seed(2)
    small = torch.rand((count, 3, 8, 8), generator=random)
    return (torch.nn.functional.interpolate(small, size=64, mode="bilinear") * 255).byte()


def test_what_is_kept_of_places_is_centered_and_not_redundant() -> None:
    torch.manual_seed(0)
    network = FeatureNet(TINY)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    pixels = photographs(20)
    fit_places(network, pixels)
    places = network.likeness.places
    assert places is not None
    with torch.no_grad():
        maps = network.likeness.standardized(network(lab_n(pixels)[:, :1]))
        kept = places.projection(places.cells(maps[1:])).flatten(0, 1)
    spread = kept.std(0)
    assert (kept.mean(0).abs() < 0.01 * spread).all()
    assert torch.corrcoef(kept.T).fill_diagonal_(0).abs().max() < 0.01
    assert (spread[:-1] > spread[1:]).all()
    for name, value in network.state_dict().items():
        assert name.startswith("likeness.places.") or torch.equal(value, before[name])


def test_a_network_without_places_is_refused() -> None:
    with pytest.raises(SystemExit, match="places"):
        fit_places(FeatureNet(replace(TINY, places=0)), photographs(1))


def test_a_checkpoint_gets_places_and_keeps_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = replace(TINY, places=0)
    network = FeatureNet(sizes)
    state = {
        "average": network.state_dict(),
        "network_config": sizes.to_config(),
        "config": {"recipe": "features"},
        "command": "train.py",
    }
    torch.save(state, tmp_path / "before.pt")
    monkeypatch.setattr(command, "load_photographs", lambda packs, side: photographs(8))
    words = [tmp_path / "before.pt", "-o", tmp_path / "after.pt", "--data", tmp_path]
    command.main([*map(str, words), "--values", "5"])
    after = torch.load(tmp_path / "after.pt", weights_only=True)
    assert FeatureSizes.from_config(after["network_config"]).places == 5
    assert "fit_places.py --values 5" in after["command"]
    FeatureNet(FeatureSizes.from_config(after["network_config"])).load_state_dict(after["average"])
    for name, value in state["average"].items():
        assert torch.equal(after["average"][name], value)
