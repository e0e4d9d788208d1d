from __future__ import annotations

import pytest
import torch
from restore_colorize.errors import ModelError, ShapeError
from restore_colorize.networks import Description, FeatureNet, FeatureSizes, ResNet34

TINY = FeatureSizes(widths=(8, 8, 8, 8, 8))


@pytest.fixture
def network() -> FeatureNet:
    torch.manual_seed(0)
    return FeatureNet(TINY).eval().requires_grad_(False)


def pictures(count: int, side: int = 64) -> torch.Tensor:
    """Gray pictures that differ: L_n, (n, 1, side, side)."""
    random = torch.Generator().manual_seed(5)
    small = torch.rand((count, 1, 8, 8), generator=random) * 2 - 1
    return torch.nn.functional.interpolate(small, size=side, mode="bilinear")


@pytest.mark.parametrize("sizes", [TINY, FeatureSizes(trunk="resnet34")])
def test_maps_fall_from_a_quarter_to_a_thirty_second(sizes: FeatureSizes) -> None:
    network = FeatureNet(sizes).eval().requires_grad_(False)
    maps = network(torch.zeros(2, 1, 64, 96))
    assert [tuple(one.shape[2:]) for one in maps] == [(16, 24), (8, 12), (4, 6), (2, 3)]
    assert tuple(one.shape[1] for one in maps) == network.channels
    described = network.describe(torch.zeros(2, 1, 64, 96))
    assert described.means.shape == (2, sum(network.channels))
    assert described.layout.shape == (2, sum(network.channels), sizes.grid**2)


def test_sides_must_be_multiples_of_32(network: FeatureNet) -> None:
    with pytest.raises(ShapeError, match="32"):
        network(torch.zeros(1, 1, 64, 80))


def test_resnet34_has_the_size_that_pik_fix_names_and_reads_torchvisions_file() -> None:
    trunk = ResNet34()
    assert sum(value.numel() for value in trunk.parameters()) == 21_284_672
    file = {name: torch.rand_like(value.float()) for name, value in trunk.state_dict().items()}
    file |= {"fc.weight": torch.zeros(1000, 512), "fc.bias": torch.zeros(1000)}
    trunk.load_torchvision(file)
    name = "layer4.0.downsample.1.running_var"
    assert torch.equal(trunk.state_dict()[name], file[name])
    del file[name]
    with pytest.raises(ModelError, match=r"layer4\.0"):
        trunk.load_torchvision(file)


def test_only_what_exists_can_be_built() -> None:
    with pytest.raises(ModelError):
        FeatureSizes(trunk="vgg")
    with pytest.raises(ModelError):
        FeatureSizes(widths=(8, 8, 8, 8, 0))
    assert FeatureSizes.from_config(TINY.to_config()) == TINY


def test_a_picture_is_most_like_itself_and_then_like_its_mirror_image(network: FeatureNet) -> None:
    luma = pictures(6)
    described = network.describe(luma)
    scores = network.likeness.matrix(described, described)
    assert torch.allclose(scores.diagonal(), torch.ones(6), atol=1e-5)
    assert torch.equal(scores.argmax(1), torch.arange(6))
    grid = network.sizes.grid
    layout = described.layout.unflatten(2, (grid, grid)).flip(3).flatten(2)
    mirrored = network.likeness(
        Description(described.means[:1], described.layout[:1]),
        Description(described.means, layout),
    )
    assert mirrored.structure[0] == pytest.approx(1.0, abs=1e-5)
    assert int(mirrored.score.argmax()) == 0


def test_texture_and_structure_add_up_to_the_score(network: FeatureNet) -> None:
    """Without learned weights both count the same, and so does every level."""
    described = network.describe(pictures(3))
    first = Description(described.means[:1], described.layout[:1])
    alike = network.likeness(first, described)
    assert torch.allclose(alike.score, (alike.texture + alike.structure) / 2, atol=1e-6)
    both = network.likeness.matrix(described, described)
    assert torch.allclose(both[0], alike.score)


def test_the_order_of_textures_is_structure_and_not_texture(network: FeatureNet) -> None:
    described = network.describe(pictures(1))
    turned = Description(described.means, described.layout.flip(2))
    alike = network.likeness(described, turned)
    assert alike.texture[0] == pytest.approx(1.0, abs=1e-5)
    assert alike.structure[0] < 0.998
