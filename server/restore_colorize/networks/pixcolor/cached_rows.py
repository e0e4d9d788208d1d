"""Everything that PixelCNN knows of a row before its first cell is drawn, computed once."""

from __future__ import annotations

import torch
from torch import Tensor

from restore_colorize.networks.pixcolor.memory import RECALLED, memory_values
from restore_colorize.networks.pixcolor.pixelcnn import (
    VERTICAL,
    VERTICAL_INPUT,
    GatedBlock,
    PixelCNN,
    gate,
)

_ABOVE, _ABOVE_INPUT = VERTICAL[0] - 1, VERTICAL_INPUT[0]  # rows of padding
_ASIDE, _ASIDE_INPUT = VERTICAL[1] // 2, VERTICAL_INPUT[1] // 2  # columns of padding


class CachedRows:
    """The vertical stack, row by row, for all candidates of one picture.

    Matrix products are taken candidate by candidate, so their shapes, and with them their last
    bits, never depend on how many candidates there are.

    Args:
        net: the PixelCNN.
        condition: (n, c, h, w) in scan order; n is 1 or ``count``.
        memory: (n, heads, h * w, h * w) weights of the color memory, or None.
        count: how many candidates.
        terms: for each block (at least count, w, 2 * maps): where the row's share of the
            horizontal stack's input goes, in the order and scale that ``across`` asks for.
        across: for each block the weight (2 * maps, 2 * maps) from the vertical stack, the weight
            (c, 2 * maps) from the condition, and the bias (2 * maps,).
    """

    def __init__(
        self,
        net: PixelCNN,
        condition: Tensor,
        memory: Tensor | None,
        count: int,
        terms: list[Tensor],
        across: list[tuple[Tensor, Tensor, Tensor]],
    ) -> None:
        h, w = condition.shape[2:]
        self.shape, self.count, self.terms = (h, w), count, terms
        maps = net.sizes.maps
        cells = [one.flatten(1).T.contiguous() for one in condition]  # (h * w, c) each
        # Which of the conditions a candidate has: its own, or the only one.
        self.own = [index % len(cells) for index in range(count)]
        new = condition.new_zeros
        self.chroma = new(count, h + _ABOVE_INPUT, w + 2 * _ASIDE_INPUT, 2)
        self.input_weight = net.vertical_input.weight.flatten(1).T.contiguous()
        self.input_bias = net.vertical_input.bias
        self.memory = memory
        if memory is not None:
            self.values = new(count, h * w, RECALLED)
            self.recall = net.recall.weight.flatten(1).T.contiguous()  # (heads * 3, maps)
        self.blocks = [
            _Block(block, cells, parts, (h, w))
            for block, parts in zip(net.layers, across, strict=True)
        ]
        self.maps = [new(count, h + _ABOVE, w + 2 * _ASIDE, maps) for _ in net.blocks]
        rows, columns = VERTICAL
        self.patches = new(count, w, rows * columns * maps)
        self.sums = new(count, w, 2 * maps)

    def know(self, chroma: Tensor, known: Tensor) -> None:
        """Let the memory see known colors of later rows: (count, 2, h, w), known (h, w) bool."""
        if self.memory is not None:
            values = memory_values(chroma) * known
            self.values += values.flatten(2).transpose(1, 2)

    def write(self, row: int, chroma: Tensor) -> None:
        """Put the drawn chroma (count, w, 2) of a row where later rows look for it."""
        w = self.shape[1]
        self.chroma[:, row + _ABOVE_INPUT, _ASIDE_INPUT : _ASIDE_INPUT + w] = chroma
        if self.memory is not None:
            values = memory_values(chroma.permute(0, 2, 1)[..., None])[..., 0]
            self.values[:, row * w : row * w + w] = values.transpose(1, 2)

    def compute(self, row: int) -> None:
        """Fill ``terms`` for a row; all rows above it must have been written."""
        w = self.shape[1]
        inner = slice(_ASIDE, _ASIDE + w)
        self.maps[0][:, row + _ABOVE, inner] = self._input(row)
        for index, block in enumerate(self.blocks):
            self._gather(self.maps[index], row)
            for one in range(self.count):
                torch.addmm(block.bias, self.patches[one], block.weight, out=self.sums[one])
                for_row = block.for_row[self.own[one]][row]
                torch.addmm(for_row, self.sums[one], block.across, out=self.terms[index][one])
            if index + 1 < len(self.blocks):
                gated = gate(self.sums + block.condition[:, row], axis=2)
                self.maps[index + 1][:, row + _ABOVE, inner] = gated

    def _input(self, row: int) -> Tensor:
        """The vertical stack's first maps (count, w, maps)."""
        w = self.shape[1]
        rows, columns = VERTICAL_INPUT
        window = self.chroma[:, row : row + rows].unfold(2, columns, 1)  # (n, 3, w, 2, 7)
        patches = window.permute(0, 2, 3, 1, 4).reshape(self.count, w, -1)
        v = torch.stack([torch.addmm(self.input_bias, one, self.input_weight) for one in patches])
        if self.memory is not None:
            rows_weights = self.memory[:, :, row * w : row * w + w].flatten(1, 2)
            for one in range(self.count):
                weights = rows_weights[self.own[one]]
                recalled = (weights @ self.values[one]).unflatten(0, (-1, w))  # (heads, w, 3)
                v[one].addmm_(recalled.permute(1, 0, 2).reshape(w, -1), self.recall)
        return v

    def _gather(self, maps: Tensor, row: int) -> None:
        """Copy what each column's filter covers of rows ``row - 2`` to ``row``."""
        rows, columns = VERTICAL
        channels = maps.shape[3]
        strides = (maps.stride(0), channels, maps.stride(1), 1)
        shape = (self.count, self.shape[1], rows, columns * channels)
        start = maps.storage_offset() + row * maps.stride(1)
        self.patches.view(shape).copy_(maps.as_strided(shape, strides, start))


class _Block:
    """Weights of one gated layer's vertical half as matrices, and the condition as biases."""

    def __init__(
        self,
        block: GatedBlock,
        cells: list[Tensor],
        across: tuple[Tensor, Tensor, Tensor],
        shape: tuple[int, int],
    ) -> None:
        weight = block.vertical.weight  # (2 maps, maps, 3, 5)
        self.weight = weight.permute(2, 3, 1, 0).reshape(-1, weight.shape[0]).contiguous()
        self.bias = block.vertical.bias
        self.across, from_condition, bias = across
        vertical = block.condition_vertical.weight.flatten(1).T
        condition = [(one @ vertical).unflatten(0, shape) for one in cells]
        self.condition = torch.stack(condition)  # (n, h, w, 2 maps)
        self.for_row = [torch.addmm(bias, one, from_condition).unflatten(0, shape) for one in cells]
