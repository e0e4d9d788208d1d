from __future__ import annotations

import torch
from restore_colorize.networks.layers import match_statistics


def test_each_row_takes_the_mean_and_deviation_of_the_other() -> None:
    generator = torch.Generator().manual_seed(0)
    values, like = torch.rand(2, 500, generator=generator), torch.randn(2, 300, generator=generator)
    matched = match_statistics(values, like)
    torch.testing.assert_close(matched.mean(1), like.mean(1), atol=1e-5, rtol=0)
    torch.testing.assert_close(matched.std(1), like.std(1), atol=0, rtol=5e-3)
    assert torch.equal(matched.argsort(1), values.argsort(1))


def test_a_flat_row_becomes_the_other_mean() -> None:
    matched = match_statistics(torch.full((1, 9), 0.25), torch.tensor([[1.0, 3.0]]))
    torch.testing.assert_close(matched, torch.full((1, 9), 2.0))
