from __future__ import annotations

import pytest
import torch
from restore_colorize.errors import ModelError, ShapeError
from restore_colorize.networks import NafSizes, NafUNet

TINY = NafSizes(width=4, encoder=(1, 1), middle=1, decoder=(1, 1))


@pytest.mark.parametrize(
    ("sizes", "parameters"),
    [(NafSizes(), 1_597_092), (NafSizes(encoder=(1, 1, 2), middle=4), 2_650_404)],
)
def test_counts_are_those_that_were_measured_before(sizes: NafSizes, parameters: int) -> None:
    assert sum(p.numel() for p in NafUNet(sizes).parameters()) == parameters


def test_a_fresh_network_gives_its_input_back_and_a_moved_one_does_not() -> None:
    torch.manual_seed(1)
    network = NafUNet(TINY)
    luma = torch.rand(2, 1, 16, 24) * 2 - 1
    assert torch.equal(network(luma), luma)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    made = network(luma)
    assert made.shape == luma.shape
    assert not torch.equal(made, luma)
    assert torch.allclose(network(luma[1:]), made[1:], atol=1e-5)  # pictures do not mix


def test_every_weight_learns() -> None:
    torch.manual_seed(2)
    network = NafUNet(TINY)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    network(torch.rand(1, 1, 16, 16)).square().sum().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


def test_sizes_and_shapes_that_do_not_fit_are_refused() -> None:
    for wrong in ({"width": 0}, {"encoder": (1,)}, {"decoder": (1, 1, 0)}):
        with pytest.raises(ModelError):
            NafSizes(**wrong)
    network = NafUNet(TINY)
    assert network.side_multiple == 8
    for shape in ((1, 1, 12, 16), (1, 3, 16, 16), (1, 16, 16)):
        with pytest.raises(ShapeError):
            network(torch.zeros(shape))
    assert NafSizes.from_config(TINY.to_config()) == TINY
