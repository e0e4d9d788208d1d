from __future__ import annotations

import torch
from restore_colorize.networks import for_bfloat16_inference
from torch import nn


def network() -> nn.Sequential:
    """Convolutions in and out of order, with statistics as if trained."""
    torch.manual_seed(0)
    layers = nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2, padding=1),
        nn.BatchNorm2d(8),
        nn.LeakyReLU(0.2, inplace=True),
        nn.Sequential(nn.Conv2d(8, 8, 3, padding="same"), nn.LeakyReLU(0.1)),
        nn.Conv2d(8, 6, 1, bias=False),
        nn.Flatten(),
        nn.Linear(6 * 16, 5),
    )
    norm = layers[1]
    assert isinstance(norm, nn.BatchNorm2d)
    assert norm.running_mean is not None
    assert norm.running_var is not None
    norm.running_mean.normal_()
    norm.running_var.uniform_(0.5, 2.0)
    return layers.eval().requires_grad_(False)


def test_a_prepared_network_says_the_same_within_bfloat16() -> None:
    plain = network()
    prepared = for_bfloat16_inference(plain)
    picture = torch.randn(2, 3, 8, 8)
    exact = plain(picture)
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        answer = prepared(picture)
    assert answer.dtype == torch.bfloat16
    torch.testing.assert_close(answer.float(), exact, atol=0.03, rtol=0)


def test_preparing_leaves_the_network_itself_as_it_was() -> None:
    plain = network()
    before = {name: value.clone() for name, value in plain.state_dict().items()}
    for_bfloat16_inference(plain)
    torch.testing.assert_close(dict(plain.state_dict()), before, atol=0, rtol=0)
    assert [type(layer) for layer in plain] == [type(layer) for layer in network()]


def test_no_norm_is_left_to_compute() -> None:
    prepared = for_bfloat16_inference(network())
    assert not any(isinstance(layer, nn.BatchNorm2d) for layer in prepared.modules())
