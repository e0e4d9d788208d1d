"""PixColor's prior: how likely is a chroma grid for a gray picture, exactly."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from restore_colorize.errors import ShapeError
from restore_colorize.networks.pixcolor.bins import BINS, CELL_PX, chroma_from_bins
from restore_colorize.networks.pixcolor.conditioning import Conditioning
from restore_colorize.networks.pixcolor.memory import ColorMemory
from restore_colorize.networks.pixcolor.pixelcnn import PixelCNN
from restore_colorize.networks.pixcolor.scan import UPRIGHT, from_scan, to_scan
from restore_colorize.networks.pixcolor.sizes import PixColorPriorSizes


class PriorOutput(NamedTuple):
    """What the prior says about one batch, both upright.

    Attributes:
        logits: (b, 2, 32, h/8, w/8) of Cr and Cb, each given all that comes before it.
        classified: (b, 2, 32, h/8, w/8) of the bin classifier: Cr from the gray picture and
            known colors alone, Cb given the cell's Cr as well; None without one.
    """

    logits: Tensor
    classified: Tensor | None


class PixColorPrior(nn.Module):
    """Conditioning net, adaptation and PixelCNN (1705.07208, 3.1 and 3.2).

    p(Cr, Cb | gray) factorizes cell by cell along a scan, Cr before Cb. Known colors (painted
    hints, everything outside of a selection) are an input of the small shape, so that cells know
    of them that come long before; what is known costs nothing and is never drawn.
    """

    SIDE_MULTIPLE = CELL_PX

    def __init__(self, sizes: PixColorPriorSizes | None = None) -> None:
        super().__init__()
        self.sizes = sizes or PixColorPriorSizes()
        condition = self.sizes.adaptation[-1]
        self.conditioning = Conditioning(self.sizes)
        self.pixelcnn = PixelCNN(self.sizes)
        heads = self.sizes.memory_heads
        self.memory = ColorMemory(condition, heads) if heads else None
        self.classifier = None
        if self.sizes.has_bin_classifier:
            self.classifier = nn.Conv2d(condition, 2 * BINS, 1)
            # What Cr says of Cb: drawn apart they give purple and green, which few things have.
            self.cr_to_cb = nn.Embedding(BINS, BINS)
            nn.init.zeros_(self.cr_to_cb.weight)

    def forward(
        self,
        gray: Tensor,
        bins: Tensor,
        known: Tensor | None = None,
        *,
        noisy_bins: Tensor | None = None,
        scan: int = UPRIGHT,
    ) -> PriorOutput:
        """Return logits of every cell given the cells before it (teacher forcing).

        Args:
            gray: (b, 1, h, w) Y in [-1, 1], sides multiples of 8.
            bins: (b, 2, h/8, w/8) int64 Cr and Cb in 0..31.
            known: (b, h/8, w/8) bool, cells whose bins are given; None: none.
            noisy_bins: what later cells are told instead of ``bins``, for training.
            scan: the way over the grid, see ``scan.py``.

        Raises:
            ShapeError: sides that are no multiples of 8, or a grid of another size.
        """
        if known is None:
            known = torch.zeros_like(bins[:, 0], dtype=torch.bool)
        condition = self.condition(gray, bins, known)
        told = bins if noisy_bins is None else torch.where(known[:, None], bins, noisy_bins)
        told = chroma_from_bins(told).to(gray.dtype)
        turned, told = to_scan(condition, scan), to_scan(told, scan)
        recalled = None
        if self.memory is not None:
            recalled = self.memory(turned, to_scan(known, scan), told)
        logits = self.pixelcnn(told, to_scan(bins[:, 0], scan), turned, recalled)
        classified = None
        if self.classifier is not None:
            apart = self.classifier(condition).unflatten(1, (2, BINS))
            given_cr = apart[:, 1] + self.cr_to_cb(bins[:, 0]).movedim(3, 1)
            classified = torch.stack([apart[:, 0], given_cr], 1)
        return PriorOutput(from_scan(logits, scan), classified)

    def expected(self, condition: Tensor) -> Tensor:
        """Return Cr and Cb (b, 2, h, w) that the bin classifier expects; 0 without one.

        Each cell for itself: what is likely there, whatever its neighbors are.
        """
        b, _, h, w = condition.shape
        if self.classifier is None:
            return condition.new_zeros(b, 2, h, w)
        logits = self.classifier(condition).unflatten(1, (2, BINS))
        cr = torch.softmax(logits[:, 0], 1)
        given_cr = logits[:, 1, None] + self.cr_to_cb.weight[None, :, :, None, None]
        cb = torch.einsum("bihw,bijhw->bjhw", cr, torch.softmax(given_cr, 2))
        levels = chroma_from_bins(torch.arange(BINS, device=condition.device)).to(cr.dtype)
        return torch.einsum("bkchw,c->bkhw", torch.stack([cr, cb], 1), levels)

    def condition(self, gray: Tensor, bins: Tensor, known: Tensor) -> Tensor:
        """Return the condition (b, c, h/8, w/8), upright; arguments as in :meth:`forward`.

        Raises:
            ShapeError: sides that are no multiples of 8, or a grid of another size.
        """
        return self.told(self.seen(gray, bins, known), bins, known)

    def seen(self, gray: Tensor, bins: Tensor, known: Tensor) -> Tensor:
        """Return features (b, c, h/8, w/8) of the gray picture alone, for :meth:`told`.

        Raises:
            ShapeError: as :meth:`condition`, before anything is computed.
        """
        b, channels, h, w = gray.shape
        grid = (b, 2, h // CELL_PX, w // CELL_PX)
        if channels != 1 or h % CELL_PX or w % CELL_PX or not h or not w:
            raise ShapeError(
                f"The gray picture must be (b, 1, h, w) with sides that are multiples of {CELL_PX},"
                f" not {tuple(gray.shape)}."
            )
        if bins.shape != grid or known.shape != (b, *grid[2:]):
            raise ShapeError(
                f"Bins must be {grid} and known cells {(b, *grid[2:])}, not {tuple(bins.shape)}"
                f" and {tuple(known.shape)}."
            )
        return self.conditioning.seen(gray)

    def told(self, seen: Tensor, bins: Tensor, known: Tensor) -> Tensor:
        """Return the condition (b, c, h/8, w/8) of what :meth:`seen` returned.

        What is known can change without looking at the picture again.
        """
        mask = known[:, None].to(seen.dtype)
        return self.conditioning.told(seen, torch.cat([chroma_from_bins(bins) * mask, mask], 1))
