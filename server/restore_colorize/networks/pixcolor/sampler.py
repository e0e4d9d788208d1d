"""Draws candidates from PixColor's prior, every position of every layer computed once."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from restore_colorize.errors import RangeError
from restore_colorize.networks.pixcolor.anchors import Anchored, draw_anchors
from restore_colorize.networks.pixcolor.bins import BINS, CELL_PX, GRAY_BIN, chroma_from_bins
from restore_colorize.networks.pixcolor.cached_cells import CachedCells
from restore_colorize.networks.pixcolor.cached_rows import CachedRows
from restore_colorize.networks.pixcolor.prior import PixColorPrior
from restore_colorize.networks.pixcolor.scan import best_scan, from_scan, to_scan

# Candidates are computed in batches of exactly this many, the last one padded: how a matrix
# product is rounded depends on its shape (a single row takes another way through the library),
# so a candidate would depend on its company.
BATCH = 8

# Rounding lets the sum of 32 probabilities end below 1; uniform numbers end below that.
_LARGEST_UNIFORM = 1 - 2.0**-18


@dataclass(frozen=True)
class SamplingOptions:
    """How boldly colors are drawn; the paper's own draws are the defaults.

    Attributes:
        temperature: logits are divided by it; in (0, 4].
        last_temperature: what it changes to, linearly, until the last row; None: it stays.
        top_p: the likeliest bins that together have this probability may be drawn; in (0, 1].
        has_anchors: a few cells are drawn first, by the bin classifier (ours); a prior that has
            none, or that is not told known colors, goes without.
        guidance: how far the condition goes from what it would be without known colors to what it
            is with them; 1 is all the way, more makes strokes carry further (ours).
    """

    temperature: float = 1.0
    last_temperature: float | None = None
    top_p: float = 1.0
    has_anchors: bool = False
    guidance: float = 1.0

    def __post_init__(self) -> None:
        for name in ("temperature", "last_temperature"):
            value = getattr(self, name)
            if value is not None and not 0 < value <= 4:
                raise RangeError(f"The {name} must be in (0, 4], not {value:g}.")
        if not 0 < self.top_p <= 1:
            raise RangeError(f"top_p must be in (0, 1], not {self.top_p:g}.")
        if not 0 <= self.guidance <= 4:
            raise RangeError(f"The guidance must be in [0, 4], not {self.guidance:g}.")

    def at_row(self, row: int, rows: int) -> float:
        """Return the temperature of a row."""
        last = self.temperature if self.last_temperature is None else self.last_temperature
        return self.temperature + (last - self.temperature) * row / max(1, rows - 1)


# As the product draws; chosen on pictures set aside from training (training/README.md).
USUAL = SamplingOptions(temperature=0.9, has_anchors=True, guidance=1.5)


class Draws(NamedTuple):
    """Candidates.

    Attributes:
        bins: (n, 2, h, w) int64, upright; known cells hold what is known.
        log_likelihood: (n,) float64, nats of all drawn cells together, at temperature 1.
        drawn_cells: how many cells were drawn.
        scan: the way over the grid that was taken.
    """

    bins: Tensor
    log_likelihood: Tensor
    drawn_cells: int
    scan: int


def uniforms(seed: int, h: int, w: int) -> Tensor:
    """Return the numbers (2, h, w) float64 in [0, 1) from which a seed's candidate is drawn."""
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(2, h, w, generator=generator, dtype=torch.float64)


class Sampler:
    """Draws colorizations of one gray picture.

    A candidate depends on the picture, the known colors, the options and its uniform numbers
    alone, never on the other candidates. Run it on one thread: its products are tiny.

    Args:
        prior: in evaluation.
        gray: (1, 1, h, w) Y in [-1, 1], sides multiples of 8.
        bins: (2, h/8, w/8) int64 known Cr and Cb; None: nothing is known.
        known: (h/8, w/8) bool, where they are known; comes with ``bins``.
        options: how boldly to draw.
        scan: the way over the grid; None: the one that meets known colors earliest.

    Raises:
        ShapeError: sizes that do not fit each other.
    """

    def __init__(
        self,
        prior: PixColorPrior,
        gray: Tensor,
        bins: Tensor | None = None,
        known: Tensor | None = None,
        *,
        options: SamplingOptions | None = None,
        scan: int | None = None,
    ) -> None:
        grid = (gray.shape[2] // CELL_PX, gray.shape[3] // CELL_PX)
        if bins is None or known is None:
            bins = torch.full((2, *grid), GRAY_BIN, device=gray.device)
            known = torch.zeros(grid, dtype=torch.bool, device=gray.device)
        self.grid, self.options = grid, options or SamplingOptions()
        self.scan = best_scan(known) if scan is None else scan
        self.prior, self.net = prior, prior.pixelcnn
        self.known, self.bins = known, bins
        can_anchor = prior.classifier is not None and prior.sizes.reads_known_colors
        self.has_anchors = self.options.has_anchors and can_anchor
        with torch.inference_mode():
            self.seen = prior.seen(gray, bins[None], known[None])
            self.condition = self.told(bins[None], known[None])
            self.memory = None if self.has_anchors else self.weights(self.condition, known)

    def told(self, bins: Tensor, known: Tensor) -> Tensor:
        """Return the condition (n, c, h, w) of bins (n, 2, h, w) where known (n, h, w), guided."""
        whole = self.prior.told(self.seen, bins, known)
        if self.options.guidance == 1 or not self.known.any():
            return whole
        without = self.prior.told(self.seen, bins, known & ~self.known)
        return without + self.options.guidance * (whole - without)

    def weights(self, condition: Tensor, known: Tensor) -> Tensor | None:
        """Weights (n, heads, h * w, h * w) of the color memory, in scan order; None without one."""
        if self.prior.memory is None:
            return None
        turned, seen = to_scan(condition, self.scan), to_scan(known, self.scan)
        return torch.cat([self.prior.memory.weights(one[None], seen[None]) for one in turned])

    def start(self, numbers: Sequence[Tensor]) -> Anchored:
        """What is known of each candidate before its walk over the grid."""
        if self.has_anchors:
            return draw_anchors(
                self.prior, self.told, self.bins, self.known, numbers, self._pick_anchor
            )
        nothing = torch.zeros(len(numbers), dtype=torch.float64)
        bins = self.bins.expand(len(numbers), -1, -1, -1)
        return Anchored(bins, self.known, self.condition, nothing)

    def _pick_anchor(self, logits: Tensor, numbers: Tensor, boldness: float) -> Tensor:
        p = torch.softmax(logits / (self.options.temperature * boldness), 1)
        return picked(p, numbers.clamp(max=1) * _LARGEST_UNIFORM, self.options.top_p)

    def draw(
        self, numbers: Sequence[Tensor], on_row: Callable[[int, int], None] | None = None
    ) -> Draws:
        """Draw one candidate for each array of uniform numbers.

        Args:
            numbers: (2, h/8, w/8) each, in [0, 1), upright; see :func:`uniforms`.
            on_row: told how many rows of how many are done; may raise to cancel.
        """
        batches = [numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH)]
        rows = to_scan(self.known, self.scan).shape[0] * len(batches)
        parts = []
        with torch.inference_mode():
            for index, batch in enumerate(batches):
                parts.append(_Batch(self, batch).draw(on_row, index * rows // len(batches), rows))
        bins = torch.cat([part[0] for part in parts])
        return Draws(
            from_scan(bins, self.scan),
            torch.cat([part[1] for part in parts]),
            int((~self.known).sum()),
            self.scan,
        )


class _Batch:
    """Up to ``BATCH`` candidates on their way over the grid; axes are those of the scan."""

    def __init__(self, sampler: Sampler, numbers: Sequence[Tensor]) -> None:
        self.sampler, self.count = sampler, len(numbers)
        start = sampler.start(numbers)
        condition = to_scan(start.condition, sampler.scan)
        bins = to_scan(start.bins, sampler.scan)  # (count, 2, h, w)
        memory = sampler.memory
        if sampler.has_anchors:
            memory = sampler.weights(start.condition, start.known)
        self.known = to_scan(start.known, sampler.scan)
        self.likelihood_before = start.log_likelihood
        h, w = condition.shape[2:]
        self.cells = CachedCells(sampler.net, BATCH, w)
        self.rows = CachedRows(
            sampler.net,
            condition,
            memory,
            self.count,
            self.cells.terms,
            self.cells.across,
        )
        self.rows.know(chroma_from_bins(bins).to(condition.dtype), self.known)
        scanned = to_scan(torch.stack(list(numbers)).to(condition), sampler.scan)
        padded = condition.new_zeros(BATCH, 2, h, w)
        padded[: self.count] = scanned.clamp(max=1) * _LARGEST_UNIFORM
        self.numbers = padded.permute(2, 3, 1, 0).contiguous()[..., None]  # (h, w, 2, BATCH, 1)
        self.logits = condition.new_zeros(h, w, 2, BATCH, BINS)
        self.drawn = torch.full_like(self.numbers, GRAY_BIN, dtype=torch.int64)
        self.drawn[:, :, :, : self.count, 0] = bins.permute(2, 3, 1, 0)
        self.probabilities = condition.new_zeros(BATCH, BINS)
        self.cumulative = condition.new_zeros(BATCH, BINS - 1)

    def draw(
        self, on_row: Callable[[int, int], None] | None, done: int, all_rows: int
    ) -> tuple[Tensor, Tensor]:
        """Return bins (count, 2, h, w) and log-likelihoods (count,)."""
        h = len(self.known)
        known = self.known.tolist()
        for row in range(h):
            self.rows.compute(row)
            temperature = self.sampler.options.at_row(row, h)
            self._draw_row(row, known[row], 1 / temperature)
            self.logits[row] *= temperature
            chroma = chroma_from_bins(self.drawn[row, :, :, : self.count, 0])  # (w, 2, count)
            self.rows.write(row, chroma.permute(2, 0, 1).to(self.logits.dtype))
            if on_row is not None:
                on_row(done + row + 1, all_rows)
        return self._result()

    def _draw_row(self, row: int, known: list[bool], sharpness: float) -> None:
        cells = self.cells
        logits = [part.unbind(0) for part in self.logits[row].unbind(0)]
        numbers = [part.unbind(0) for part in self.numbers[row].unbind(0)]
        drawn = [part.unbind(0) for part in self.drawn[row].unbind(0)]
        flat = [part.unbind(0) for part in self.drawn[row].squeeze(3).unbind(0)]
        for column, is_known in enumerate(known):
            for channel in (0, 1):
                cells.visit(column, channel)
                if not is_known:
                    cells.logits(column, channel, sharpness, logits[column][channel])
                    self._pick(
                        logits[column][channel], numbers[column][channel], drawn[column][channel]
                    )
                cells.write(column, channel, flat[column][channel])

    def _pick(self, logits: Tensor, number: Tensor, out: Tensor) -> None:
        """Inverse of the cumulative distribution: the bin in which a uniform number falls."""
        p = torch.softmax(logits, 1, out=self.probabilities)
        if self.sampler.options.top_p < 1:
            p = _likeliest(p, self.sampler.options.top_p)
        torch.cumsum(p[:, :-1], 1, out=self.cumulative)
        torch.searchsorted(self.cumulative, number, right=True, out=out)

    def _result(self) -> tuple[Tensor, Tensor]:
        bins = self.drawn[..., : self.count, 0].permute(3, 2, 0, 1)  # (count, 2, h, w)
        log_p = torch.log_softmax(self.logits[:, :, :, : self.count].double(), 4)
        log_p = log_p.gather(4, self.drawn[:, :, :, : self.count]).squeeze(4)  # (h, w, 2, count)
        free = (~self.known)[:, :, None, None]
        # Summed one by one: how a sum is rounded depends on what is summed beside it.
        each = [math.fsum(one.flatten().tolist()) for one in (log_p * free).unbind(3)]
        walked = torch.tensor(each, dtype=torch.float64)
        return bins.contiguous(), walked + self.likelihood_before


def picked(p: Tensor, numbers: Tensor, top_p: float) -> Tensor:
    """Return the bins (n, 1) in which numbers (n, 1) fall, of probabilities (n, bins)."""
    p = _likeliest(p, top_p) if top_p < 1 else p
    return torch.searchsorted(p[:, :-1].cumsum(1), numbers, right=True)


def _likeliest(p: Tensor, top_p: float) -> Tensor:
    """Return ``p (n, bins)`` without the bins beyond ``top_p``, summing to 1 again."""
    ordered, order = p.sort(stable=True, dim=1, descending=True)
    before = ordered.cumsum(1) - ordered
    kept = torch.zeros_like(p).scatter_(1, order, ordered.masked_fill(before >= top_p, 0))
    return kept / kept.sum(1, keepdim=True)
