"""The gated PixelCNN of PixColor: two stacks over the chroma grid, Cr before Cb.

The vertical stack sees the rows above, the horizontal one what is left of a cell in its row;
together they have no blind spot (1606.05328). Within a cell Cr comes before Cb: either by channel
masks (the paper's table has masked 1x1 convolutions) or by a second head that is told Cr.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restore_colorize.networks.pixcolor.bins import BINS
from restore_colorize.networks.pixcolor.memory import RECALLED
from restore_colorize.networks.pixcolor.sizes import PixColorPriorSizes

VERTICAL_INPUT = (3, 7)  # rows i-3 to i-1
VERTICAL = (3, 5)  # rows i-2 to i of maps that know rows below i only
HORIZONTAL = 3  # columns j-2 to j
EARLIER_INPUTS = 3  # columns j-3 to j-1; with channel masks Cb sees Cr of column j, too


class Conv(nn.Conv2d):
    """Convolution with a bias."""

    bias: nn.Parameter

    @property
    def seen(self) -> Tensor:
        """The weight with zeros where nothing may be seen."""
        return self.weight


class RowConv(Conv):
    """Convolution over columns j-k+1 to j of one row.

    Args:
        taps: k.
        mask: (out, channels) of what the tap at column j may see; None: everything.
    """

    def __init__(self, channels: int, out: int, taps: int, mask: Tensor | None = None) -> None:
        super().__init__(channels, out, (1, taps))
        whole = None
        if mask is not None:
            whole = torch.ones_like(self.weight)
            whole[:, :, 0, -1] = mask
        self.mask: Tensor | None
        self.register_buffer("mask", whole, persistent=False)

    @property
    def seen(self) -> Tensor:
        return self.weight if self.mask is None else self.weight * self.mask

    def forward(self, x: Tensor) -> Tensor:
        """Return (b, out, h, w) for ``x (b, channels, h, w)``."""
        padded = F.pad(x, (self.kernel_size[1] - 1, 0, 0, 0))
        return F.conv2d(padded, self.seen, self.bias)


class GatedBlock(nn.Module):
    """One gated layer of both stacks."""

    def __init__(self, sizes: PixColorPriorSizes) -> None:
        super().__init__()
        maps, condition = sizes.maps, sizes.adaptation[-1]
        gates, own = _mask(sizes, _gates(maps), _halves(maps)), _halves(maps)
        self.vertical = Conv(maps, 2 * maps, VERTICAL)
        self.horizontal = RowConv(maps, 2 * maps, HORIZONTAL, gates)
        self.across = Conv(2 * maps, 2 * maps, 1)  # vertical to horizontal, before the gate
        self.residual = RowConv(maps, maps, 1, _mask(sizes, own, own))
        self.condition_vertical = nn.Conv2d(condition, 2 * maps, 1, bias=False)
        self.condition_horizontal = nn.Conv2d(condition, 2 * maps, 1, bias=False)

    def forward(self, v: Tensor, h: Tensor, condition: Tensor) -> tuple[Tensor, Tensor]:
        """Return the vertical and the horizontal maps behind this layer."""
        side = VERTICAL[1] // 2
        rows = self.vertical(F.pad(v, (side, side, VERTICAL[0] - 1, 0)))  # (b, 2 maps, h, w)
        row = self.horizontal(h) + self.across(rows) + self.condition_horizontal(condition)
        return (
            gate(rows + self.condition_vertical(condition)),
            h + self.residual(gate(row)),
        )


class PixelCNN(nn.Module):
    """Logits of all cells at once, each from what comes before it (1705.07208, 3.2)."""

    def __init__(self, sizes: PixColorPriorSizes) -> None:
        super().__init__()
        self.sizes = sizes
        maps, hidden = sizes.maps, sizes.hidden
        self.vertical_input = Conv(2, maps, VERTICAL_INPUT)
        self.blocks = nn.ModuleList(GatedBlock(sizes) for _ in range(sizes.blocks))
        if sizes.memory_heads:
            self.recall = nn.Conv2d(RECALLED * sizes.memory_heads, maps, 1, bias=False)
        if sizes.has_second_head:
            self.horizontal_input = RowConv(2, maps, EARLIER_INPUTS)
            self.hidden: Conv = Conv(maps, 2 * hidden, 1)  # for Cr, and for Cb
            self.cr_to_cb = nn.Embedding(BINS, hidden)
            self.cr_logits = Conv(hidden, BINS, 1)
            self.cb_logits = Conv(hidden, BINS, 1)
        else:
            own, features = _halves(hidden), _halves(maps)
            inputs = _mask(sizes, features, _halves(2), sees_own=False)
            self.horizontal_input = RowConv(2, maps, EARLIER_INPUTS + 1, inputs)
            self.hidden = RowConv(maps, hidden, 1, _mask(sizes, own, features))
            self.logits = RowConv(hidden, 2 * BINS, 1, _mask(sizes, _halves(2 * BINS), own))

    @property
    def layers(self) -> list[GatedBlock]:
        """The gated blocks, from the input on."""
        return [block for block in self.blocks if isinstance(block, GatedBlock)]

    def forward(
        self, chroma: Tensor, cr_bins: Tensor, condition: Tensor, recalled: Tensor | None
    ) -> Tensor:
        """Return logits (b, 2, 32, h, w) of Cr and Cb.

        Args:
            chroma: (b, 2, h, w) Cr and Cb of all cells in [-1, 1]; no cell sees itself.
            cr_bins: (b, h, w) int64, what Cb's head is told; unused with channel masks.
            condition: (b, c, h, w).
            recalled: (b, heads * 3, h, w) of the color memory; None without one.
        """
        h, w = chroma.shape[2:]
        rows, columns = VERTICAL_INPUT
        padded = F.pad(chroma, (columns // 2, columns // 2, rows, 0))
        v = self.vertical_input(padded)[:, :, :h]  # row i knows rows i-3 to i-1
        if recalled is not None:
            v = v + self.recall(recalled)
        if self.sizes.has_second_head:
            chroma = F.pad(chroma, (1, 0))[..., :w]  # column j gets column j-1
        row = self.horizontal_input(chroma)
        for block in self.blocks:
            v, row = block(v, row, condition)
        features = F.relu(row)
        if not self.sizes.has_second_head:
            logits = self.logits(F.relu(self.hidden(features)))
        else:
            for_cr, for_cb = self.hidden(features).chunk(2, 1)
            for_cb = for_cb + self.cr_to_cb(cr_bins).permute(0, 3, 1, 2)
            logits = torch.cat([self.cr_logits(F.relu(for_cr)), self.cb_logits(F.relu(for_cb))], 1)
        return logits.unflatten(1, (2, BINS))


def gate(x: Tensor, axis: int = 1) -> Tensor:
    """Return tanh of the first half of the channels times the sigmoid of the second."""
    value, opening = x.chunk(2, axis)
    return torch.tanh(value) * torch.sigmoid(opening)


def _halves(channels: int) -> Tensor:
    """Groups of channels: the first half belongs to Cr (0), the second to Cb (1)."""
    return (torch.arange(channels) >= channels // 2).long()


def _gates(maps: int) -> Tensor:
    """Groups before a gate: tanh of Cr, of Cb, sigmoid of Cr, of Cb."""
    return _halves(maps).repeat(2)


def _mask(
    sizes: PixColorPriorSizes, outputs: Tensor, inputs: Tensor, sees_own: bool = True
) -> Tensor | None:
    """What outputs may see of the same cell: earlier groups, and their own unless it is drawn."""
    if sizes.has_second_head:
        return None
    latest = outputs if sees_own else outputs - 1
    return (inputs[None] <= latest[:, None]).float()
