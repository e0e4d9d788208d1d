"""The horizontal stack and the heads of PixelCNN, cell by cell, with nothing computed twice.

A *visit* computes the maps of one group at one cell: with channel masks Cr's half, then, once Cr
is drawn, Cb's; with a second head all maps at once. All tensors are allocated before the first
draw and everything is written in place: a cell costs little but its few small matrix products.
"""

from __future__ import annotations

import torch
from torch import Tensor

from restore_colorize.networks.pixcolor.bins import BINS, GRAY_BIN
from restore_colorize.networks.pixcolor.pixelcnn import (
    EARLIER_INPUTS,
    HORIZONTAL,
    Conv,
    GatedBlock,
    PixelCNN,
    RowConv,
)

CR, CB = 0, 1


class CachedCells:
    """The current row of all candidates.

    Three things are folded into the weights, exactly but for rounding: sigmoid(x) is
    (1 + tanh(x / 2)) / 2, so one tanh serves value and gate; biases of the residuals are left out
    of the maps and added where the maps are read; chroma enters as whole numbers of bins.

    Args:
        net: the PixelCNN.
        width: how many candidates are computed.
        columns: cells of a row.
    """

    def __init__(self, net: PixelCNN, width: int, columns: int) -> None:
        sizes = net.sizes
        maps = sizes.maps
        new = net.vertical_input.weight.new_zeros
        self.chroma = new(width, EARLIER_INPUTS + columns, 2)  # in bins from gray
        self.left_out = _left_out_biases(net)
        self.maps = [
            (-bias).expand(width, HORIZONTAL - 1 + columns, maps).contiguous()
            for bias in self.left_out
        ]
        self.terms = [new(width, columns, 2 * maps) for _ in net.blocks]
        gated = [new(width, maps) for _ in net.blocks]
        groups = [(0, maps)] if sizes.has_second_head else [(0, maps // 2), (maps // 2, maps)]
        self.visits = [_Visit(net, self, gated, group, index) for index, group in enumerate(groups)]
        self.across = self._across(net)
        head = _SecondHead if sizes.has_second_head else _MaskedHead
        self.head = head(net, self.maps[-1], self.left_out[-1])

    def visit(self, column: int, channel: int) -> None:
        """Compute the maps that ``channel`` needs at a column; Cr always comes before Cb."""
        if channel < len(self.visits):
            self.visits[channel](column)

    def logits(self, column: int, channel: int, sharpness: float, out: Tensor) -> None:
        """Write logits times ``sharpness`` (width, 32) of a visited column."""
        self.head(column, channel, sharpness, out)

    def write(self, column: int, channel: int, bins: Tensor) -> None:
        """Put drawn bins (width,) where later cells, and Cb's head, look for them."""
        torch.sub(bins, GRAY_BIN, out=self.chroma[:, EARLIER_INPUTS + column, channel])
        if channel == CR:
            self.head.tell_cr(bins)

    def _across(self, net: PixelCNN) -> list[tuple[Tensor, Tensor, Tensor]]:
        """For each block what leads from the vertical stack and the condition to ``terms``."""
        order = torch.cat([visit.gates for visit in self.visits])
        scale = torch.cat([visit.scale for visit in self.visits])
        parts = []
        for block, left_out in zip(net.layers, self.left_out, strict=False):
            horizontal = block.horizontal
            bias = block.across.bias + horizontal.bias + horizontal.seen[:, :, 0].sum(2) @ left_out
            across = block.across.weight.flatten(1)[order].T * scale
            condition = block.condition_horizontal.weight.flatten(1)[order].T * scale
            parts.append((across.contiguous(), condition.contiguous(), bias[order] * scale))
        return parts


class _Visit:
    """One group of maps through all gated layers at one column."""

    def __init__(
        self,
        net: PixelCNN,
        cells: CachedCells,
        gated: list[Tensor],
        group: tuple[int, int],
        drawn: int,
    ) -> None:
        maps, (first, last) = net.sizes.maps, group
        own = slice(first, last)
        inputs = EARLIER_INPUTS * 2 + drawn  # Cb's maps see Cr of their own cell
        conv = net.horizontal_input
        self.input_weight = (_taps(conv)[:inputs, own] / GRAY_BIN).contiguous()
        self.input_bias = conv.bias[own]
        self.inputs = cells.chroma.flatten(1).unfold(1, inputs, 2).unbind(1)
        index = torch.arange(first, last, device=conv.weight.device)
        self.gates = torch.cat([index, maps + index])
        self.scale = torch.ones_like(self.gates, dtype=conv.weight.dtype)
        self.scale[last - first :] = 0.5
        terms = slice(2 * first, 2 * last)
        current = [maps_[:, HORIZONTAL - 1 :, own].unbind(1) for maps_ in cells.maps]
        self.first_outputs = current[0]
        self.layers = [
            _Layer(
                self._window_weight(block, last),
                _matrix(block.residual)[:last, own] / 2,
                cells.maps[index].flatten(1).unfold(1, (HORIZONTAL - 1) * maps + last, maps),
                cells.terms[index][:, :, terms],
                gated[index][:, :last],
                own,
                (current[index], current[index + 1]),
            )
            for index, block in enumerate(net.layers)
        ]

    def _window_weight(self, block: GatedBlock, last: int) -> Tensor:
        maps = block.residual.out_channels
        seen = _taps(block.horizontal)[: (HORIZONTAL - 1) * maps + last]
        return (seen[:, self.gates] * self.scale).contiguous()

    def __call__(self, column: int) -> None:
        torch.addmm(
            self.input_bias,
            self.inputs[column],
            self.input_weight,
            out=self.first_outputs[column],
        )
        for layer in self.layers:
            torch.addmm(layer.terms[column], layer.windows[column], layer.weight, out=layer.gates)
            layer.gates.tanh_()
            torch.addcmul(layer.value, layer.value, layer.opening, out=layer.own_gated)
            torch.addmm(
                layer.residual_inputs[column],
                layer.gated,
                layer.residual,
                out=layer.outputs[column],
            )


class _Layer:
    """A gated layer's weights, and views of everything that it reads and writes, by column."""

    def __init__(
        self,
        weight: Tensor,
        residual: Tensor,
        windows: Tensor,
        terms: Tensor,
        gated: Tensor,
        own: slice,
        maps: tuple[tuple[Tensor, ...], tuple[Tensor, ...]],
    ) -> None:
        self.weight, self.residual = weight, residual.contiguous()
        self.windows, self.terms = windows.unbind(1), terms.unbind(1)
        self.gated, self.own_gated = gated, gated[:, own]
        self.residual_inputs, self.outputs = maps
        self.gates = weight.new_zeros(len(gated), weight.shape[1])
        self.value, self.opening = self.gates.chunk(2, 1)


class _MaskedHead:
    """ReLU, masked 1x1, ReLU, masked 1x1: the paper's."""

    def __init__(self, net: PixelCNN, maps: Tensor, left_out: Tensor) -> None:
        width, hidden = len(maps), net.sizes.hidden
        half_maps, half = net.sizes.maps // 2, hidden // 2
        self.current = maps[:, HORIZONTAL - 1 :].unbind(1)
        self.floor = -left_out
        self.active = maps.new_zeros(width, net.sizes.maps)
        self.hidden = maps.new_zeros(width, hidden)
        weight = _matrix(net.hidden)
        bias = net.hidden.bias + left_out @ weight
        out, out_bias = _matrix(net.logits), net.logits.bias
        self.parts = [
            (
                slice(channel * half_maps, (channel + 1) * half_maps),
                self.active[:, : (channel + 1) * half_maps],
                weight[: (channel + 1) * half_maps, own].contiguous(),
                bias[own],
                self.hidden[:, own],
                self.hidden[:, : own.stop],
                out[: own.stop, BINS * channel : BINS * (channel + 1)].contiguous(),
                out_bias[BINS * channel : BINS * (channel + 1)],
            )
            for channel, own in ((CR, slice(0, half)), (CB, slice(half, hidden)))
        ]

    def __call__(self, column: int, channel: int, sharpness: float, out: Tensor) -> None:
        maps, active, weight, bias, own, hidden, out_weight, out_bias = self.parts[channel]
        torch.maximum(self.current[column][:, maps], self.floor[maps], out=self.active[:, maps])
        torch.addmm(bias, active, weight, out=own)
        own.relu_()
        torch.addmm(out_bias, hidden, out_weight, beta=sharpness, alpha=sharpness, out=out)

    def tell_cr(self, bins: Tensor) -> None:
        """Cb's maps saw Cr already."""


class _SecondHead:
    """One head for Cr, and one for Cb that is told Cr."""

    def __init__(self, net: PixelCNN, maps: Tensor, left_out: Tensor) -> None:
        width, hidden = len(maps), net.sizes.hidden
        self.current = maps[:, HORIZONTAL - 1 :].unbind(1)
        self.floor = -left_out
        self.active = maps.new_zeros(width, net.sizes.maps)
        self.weight = _matrix(net.hidden)
        self.bias = net.hidden.bias + left_out @ self.weight
        self.hidden = maps.new_zeros(width, 2 * hidden)
        self.for_channel = self.hidden.chunk(2, 1)
        self.told = net.cr_to_cb.weight
        self.row = maps.new_zeros(width, hidden)
        self.out = [(_matrix(o), o.bias) for o in (net.cr_logits, net.cb_logits)]

    def __call__(self, column: int, channel: int, sharpness: float, out: Tensor) -> None:
        hidden = self.for_channel[channel]
        if channel == CR:
            torch.maximum(self.current[column], self.floor, out=self.active)
            torch.addmm(self.bias, self.active, self.weight, out=self.hidden)
        else:
            hidden.add_(self.row)
        hidden.relu_()
        weight, bias = self.out[channel]
        torch.addmm(bias, hidden, weight, beta=sharpness, alpha=sharpness, out=out)

    def tell_cr(self, bins: Tensor) -> None:
        torch.index_select(self.told, 0, bins, out=self.row)


def _left_out_biases(net: PixelCNN) -> list[Tensor]:
    """For the input of each block, and behind the last, the sum of the residuals' biases."""
    sums = [torch.zeros_like(net.layers[0].residual.bias)]
    for block in net.layers:
        sums.append(sums[-1] + block.residual.bias)
    return sums


def _taps(conv: RowConv) -> Tensor:
    """Weight of a row convolution as (taps * channels, out)."""
    return conv.seen[:, :, 0].permute(2, 1, 0).flatten(0, 1)


def _matrix(conv: Conv) -> Tensor:
    """Weight of a 1x1 convolution as (channels, out)."""
    return conv.seen.flatten(1).T.contiguous()
