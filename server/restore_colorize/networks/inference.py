"""Networks made ready to run in a CPU's bfloat16, once, so that no run converts weights."""

from __future__ import annotations

import copy
from itertools import pairwise
from typing import TypeGuard

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

__all__ = ["for_bfloat16_inference"]


def for_bfloat16_inference(network: nn.Module) -> nn.Module:
    """Copy a network in eval mode on the CPU for runs under bfloat16 autocast.

    BatchNorm is folded into the convolution before it (in float32, then rounded), a LeakyReLU
    after it runs with it, and weights lie as the matrix units read them. What is neither
    convolution nor linear layer stays as it is. The network itself is not touched; the copy cannot
    be trained, nor run in float32.
    """
    prepared = copy.deepcopy(network)
    for parent in list(prepared.modules()):
        if isinstance(parent, nn.Sequential):
            _fold_norms(parent)
            _pack_in_order(parent)
        for name, child in parent.named_children():
            if _can_be_packed(child):
                parent.register_module(name, PackedConv(child))
            elif type(child) is nn.Linear:
                child.to(torch.bfloat16)
    return prepared


class PackedConv(nn.Module):
    """A convolution in bfloat16 with packed weights, and a LeakyReLU of ``slope`` unless None."""

    def __init__(self, conv: nn.Conv2d, slope: float | None = None) -> None:
        super().__init__()
        where = conv.padding, conv.stride, conv.dilation, conv.groups
        weight = conv.weight.detach().bfloat16()
        self.weight = torch.ops.mkldnn._reorder_convolution_weight(weight, *where, None)
        self.bias = None if conv.bias is None else conv.bias.detach()
        after = ("none", [], "") if slope is None else ("leaky_relu", [slope], "")
        self.options = *where, *after

    def forward(self, x: Tensor) -> Tensor:
        """``(b, in, h, w)`` to ``(b, out, h2, w2)`` bfloat16, channels last."""
        return torch.ops.mkldnn._convolution_pointwise(
            x.bfloat16(), self.weight, self.bias, *self.options
        )


def _can_be_packed(layer: nn.Module) -> TypeGuard[nn.Conv2d]:
    return (
        type(layer) is nn.Conv2d
        and layer.padding_mode == "zeros"
        and isinstance(layer.padding, tuple)
        and torch.backends.mkldnn.is_available()  # the operators below exist only with it
        and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    )


def _fold_norms(layers: nn.Sequential) -> None:
    for place, (layer, after) in enumerate(pairwise(layers)):
        if type(layer) is nn.Conv2d and type(after) is nn.BatchNorm2d:
            layers[place], layers[place + 1] = fuse_conv_bn_eval(layer, after), nn.Identity()


def _pack_in_order(layers: nn.Sequential) -> None:
    """Let a convolution take the LeakyReLU with it that follows, at once or after nothing."""
    busy = [place for place, layer in enumerate(layers) if type(layer) is not nn.Identity]
    for place, after in pairwise(busy):
        layer, activation = layers[place], layers[after]
        if _can_be_packed(layer) and type(activation) is nn.LeakyReLU:
            layers[place] = PackedConv(layer, activation.negative_slope)
            layers[after] = nn.Identity()
