from __future__ import annotations

import pytest
import torch
from restore_colorize.errors import ModelError, ShapeError
from restore_colorize.networks import MultiLevelRDN, RdnSizes


@pytest.mark.parametrize(
    ("sizes", "parameters"),
    [
        (RdnSizes.paper(), 1_535_809),
        (RdnSizes.single_level(), 511_937),
        (RdnSizes.lite(), 390_628),
    ],
)
def test_counts_are_those_of_the_paper_and_of_our_reading(sizes: RdnSizes, parameters: int) -> None:
    network = MultiLevelRDN(sizes)
    assert sum(p.numel() for p in network.parameters()) == parameters


@pytest.mark.parametrize("sizes", [RdnSizes.paper(), RdnSizes.lite()])
def test_a_fresh_network_gives_its_input_back(sizes: RdnSizes) -> None:
    luma = torch.rand(1, 1, 32, 48, generator=torch.Generator().manual_seed(1)) * 2 - 1
    assert torch.equal(MultiLevelRDN(sizes)(luma), luma)


def test_low_levels_see_farther_than_the_full_one() -> None:
    torch.manual_seed(0)
    sizes = RdnSizes(features=4, growth=4, blocks=1, units=1, reductions=(1, 8))

    def reach(sizes: RdnSizes) -> int:
        network = MultiLevelRDN(sizes)
        torch.nn.init.normal_(network.fusion.weight)
        luma = torch.zeros(1, 1, 128, 128, requires_grad=True)
        network(luma)[0, 0, 64, 64].backward()
        assert luma.grad is not None
        return int(luma.grad[0, 0].any(0).sum())

    assert reach(sizes) > 3 * reach(RdnSizes(4, 4, 1, 1, (1,)))


def test_sizes_and_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ModelError):
        RdnSizes(reductions=())
    with pytest.raises(ModelError):
        RdnSizes(features=0)
    network = MultiLevelRDN(RdnSizes(4, 4, 1, 1, (1, 4)))
    with pytest.raises(ShapeError):
        network(torch.zeros(1, 1, 30, 32))
    with pytest.raises(ShapeError):
        network(torch.zeros(1, 3, 32, 32))
    assert RdnSizes.from_config(RdnSizes.lite().to_config()) == RdnSizes.lite()
