from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from restore_colorize.networks.layers import SDFT
from torch import Tensor


def grouped(layer: SDFT, x: Tensor, style: Tensor) -> Tensor:
    """The paper's eq. 4-7 as its public code computes them: a bank of filters for every picture."""
    b, c, h, w = x.shape
    weight = layer.scale * layer.weight[None] * style[:, None, :, None, None]
    weight = weight * torch.rsqrt(weight.square().sum((2, 3, 4), keepdim=True) + 1e-8)
    bank = weight.flatten(0, 1)  # (b * out, in, k, k)
    y = F.conv2d(x.reshape(1, b * c, h, w), bank, padding=layer.padding, groups=b)
    return y.view(b, c, h, w)


def layer_and_inputs(kernel_size: int, batch: int) -> tuple[SDFT, Tensor, Tensor]:
    torch.manual_seed(3)
    layer = SDFT(8, 5, kernel_size).double()
    x = torch.randn(batch, 8, 12, 9, dtype=torch.float64, requires_grad=True)
    z = torch.randn(batch, 5, dtype=torch.float64, requires_grad=True)
    return layer, x, z


@pytest.mark.parametrize("kernel_size", [1, 3, 5])
def test_scaled_inputs_equal_grouped_filters(kernel_size: int) -> None:
    layer, x, z = layer_and_inputs(kernel_size, 3)
    torch.testing.assert_close(
        layer(x, z), grouped(layer, x, layer.modulation(z)), atol=1e-12, rtol=0
    )


@pytest.mark.parametrize("kernel_size", [3, 5])
def test_gradients_equal_those_of_grouped_filters(kernel_size: int) -> None:
    layer, x, z = layer_and_inputs(kernel_size, 3)
    sources = [x, z, *layer.parameters()]
    direction = torch.randn(x.shape, dtype=torch.float64)
    ours = torch.autograd.grad((layer(x, z) * direction).sum(), sources)
    theirs = torch.autograd.grad(
        (grouped(layer, x, layer.modulation(z)) * direction).sum(), sources
    )
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, other, atol=1e-11, rtol=1e-11)


def test_modulated_weights_equal_grouped_filters_for_one_style() -> None:
    layer, x, z = layer_and_inputs(5, 1)
    style = layer.modulation(z)
    torch.testing.assert_close(
        layer.by_weights(x, style), grouped(layer, x, style), atol=1e-12, rtol=0
    )


def test_one_style_serves_a_batch() -> None:
    layer, x, z = layer_and_inputs(3, 4)
    one = z[:1]
    expected = grouped(layer, x, layer.modulation(one).expand(4, -1))
    torch.testing.assert_close(layer.eval()(x, one), expected, atol=1e-12, rtol=0)
    torch.testing.assert_close(layer.train()(x, one), expected, atol=1e-12, rtol=0)


def test_scale_of_the_style_cancels() -> None:
    """Demodulation: a stronger style changes no output, apart from the tiny constant."""
    layer, x, z = layer_and_inputs(3, 2)
    style = layer.modulation(z)
    torch.testing.assert_close(
        layer.by_inputs(x, style), layer.by_inputs(x, 7 * style), atol=1e-5, rtol=1e-5
    )
