from __future__ import annotations

import pytest
import torch
from restore_colorize.errors import ShapeError
from restore_colorize.networks import bins_from_chroma, chroma_from_bins, grid_of, nats


def test_gray_is_exactly_representable() -> None:
    assert bins_from_chroma(torch.zeros(3)).tolist() == [16, 16, 16]
    assert chroma_from_bins(torch.tensor([16])).item() == 0


def test_every_bin_is_its_own_color() -> None:
    bins = torch.arange(32)
    assert torch.equal(bins_from_chroma(chroma_from_bins(bins)), bins)


def test_levels_move_by_at_most_half_a_bin_below_252() -> None:
    levels = torch.arange(0, 256).float()
    chroma = (levels - 128) / 128
    moved = (chroma_from_bins(bins_from_chroma(chroma)) - chroma).abs() * 128
    assert moved[:253].max() <= 4
    assert moved.max() == 7


def test_the_grid_is_the_mean_of_each_cell() -> None:
    chroma = torch.rand(1, 2, 16, 24)
    grid = grid_of(chroma)
    assert grid.shape == (1, 2, 2, 3)
    torch.testing.assert_close(grid[0, 1, 1, 2], chroma[0, 1, 8:, 16:].mean())
    with pytest.raises(ShapeError):
        grid_of(chroma[..., 1:])


def test_guessing_costs_log_32_and_known_cells_nothing() -> None:
    bins = torch.randint(0, 32, (2, 2, 3, 4))
    logits = torch.zeros(2, 2, 32, 3, 4)
    torch.testing.assert_close(nats(logits, bins), torch.full((2, 2), 32.0).log())
    known = torch.zeros(2, 3, 4, dtype=torch.bool)
    known[0] = known[1, 0] = True
    logits[1, :, :, 0] = -1000 * torch.nn.functional.one_hot(bins[1, :, 0], 32).transpose(1, 2)
    costs = nats(logits, bins, known)
    assert costs[0].tolist() == [0, 0]
    torch.testing.assert_close(costs[1], torch.full((2,), 32.0).log())
