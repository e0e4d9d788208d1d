from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import torch
from restore_colorize.networks import FeatureNet, FeatureSizes
from restore_colorize.networks.features import ResNet34
from restore_colorize_training import RECIPES
from restore_colorize_training.features import FeatureRecipe, adopt_encoder, adopt_resnet34
from restore_colorize_training.references import Drawn

CONFIG = Path(__file__).parents[2] / "training" / "configs" / "features.toml"
TINY = FeatureSizes(widths=(8, 8, 8, 8, 8))


def drawn(related: bool) -> Drawn:
    """Eight targets with themselves as references, or with each other's."""
    luma = torch.rand(8, 1, 64, 64, generator=torch.Generator().manual_seed(1)) * 2 - 1
    lab = luma.expand(-1, 3, -1, -1)
    return Drawn(luma, lab, lab if related else lab.roll(1, 0), torch.ones(8))


@pytest.fixture
def recipe() -> FeatureRecipe:
    return FeatureRecipe.__new__(FeatureRecipe)  # without its packs


def test_partners_that_are_found_cost_less(recipe: FeatureRecipe) -> None:
    torch.manual_seed(0)
    network = FeatureNet(TINY)
    good, figures = recipe.loss(network, drawn(related=True))
    bad, _ = recipe.loss(network, drawn(related=False))
    assert good < bad
    assert figures["found"] == 1


def test_trunk_and_weights_of_the_score_learn(recipe: FeatureRecipe) -> None:
    torch.manual_seed(0)
    network = FeatureNet(TINY)
    recipe.loss(network, drawn(related=True))[0].backward()
    for value in (network.trunk.down4[0].weight, network.likeness.weights, network.likeness.pace):
        assert value.grad is not None
        assert value.grad.abs().sum() > 0


def test_the_trunk_begins_as_the_exemplar_networks_encoder() -> None:
    network = FeatureNet()
    before = network.trunk.down4[0].weight.clone()
    adopt_encoder(network, "exemplar-2")
    assert network.trunk.inc[1].running_mean.abs().sum() > 0
    assert torch.equal(network.trunk.down4[0].weight, before)
    with pytest.raises(SystemExit, match="sizes"):
        adopt_encoder(FeatureNet(TINY), "exemplar-2")


def test_a_file_of_torchvision_can_be_the_trunk(recipe: FeatureRecipe, tmp_path: Path) -> None:
    torch.manual_seed(1)
    tensors = ResNet34().state_dict()
    torch.save(tensors | {"fc.bias": torch.zeros(1000)}, tmp_path / "resnet34.pth")
    recipe.sizes = FeatureSizes(trunk="resnet34")
    recipe._start = {"file": str(tmp_path / "resnet34.pth"), "frozen": ["conv1", "layer1"]}
    network = recipe.build()
    assert torch.equal(network.trunk.layer4[2].conv2.weight, tensors["layer4.2.conv2.weight"])
    loss, _ = recipe.loss(network, drawn(related=True))
    loss.backward()
    assert network.trunk.layer1[0].conv1.weight.grad is None
    assert network.trunk.layer2[0].conv1.weight.grad.abs().sum() > 0


def test_other_files_and_other_trunks_are_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "something.pth"
    torch.save({"a": torch.zeros(1)}, path)
    with pytest.raises(SystemExit, match="resnet34"):
        adopt_resnet34(FeatureNet(TINY), path)
    network = FeatureNet(FeatureSizes(trunk="resnet34"))
    with pytest.raises(SystemExit, match="holds no ResNet34"):
        adopt_resnet34(network, path)
    path.write_bytes(b"no tensors at all")
    with pytest.raises(SystemExit, match="holds no ResNet34"):
        adopt_resnet34(network, path)
    with pytest.raises(SystemExit, match="holds no ResNet34"):
        adopt_resnet34(network, tmp_path / "nothing.pth")


def test_the_config_is_whole() -> None:
    config = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    assert RECIPES[config["recipe"]] is FeatureRecipe
    FeatureSizes.from_config(config["network"])
    assert config["references"]["unrelated_share"] == 0
