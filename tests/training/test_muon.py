"""Muon: steps of equal size in all directions of a matrix."""

from __future__ import annotations

import pytest
import torch
import train
from restore_colorize_training.muon import Muon, orthogonalized
from torch import nn


@pytest.mark.parametrize("shape", [(40, 70), (70, 40), (50, 50)])
def test_singular_values_become_alike(shape: tuple[int, int]) -> None:
    generator = torch.Generator().manual_seed(1)
    matrix = torch.randn(shape, generator=generator) * torch.logspace(-0.7, 0.7, shape[1])
    before = torch.linalg.svdvals(matrix)
    assert before.max() > 8 * before.quantile(0.1)
    after = torch.linalg.svdvals(orthogonalized(matrix))
    assert after.max() < 2 * after.quantile(0.1)
    assert 0.6 < after.max() < 1.4


def test_a_step_is_as_long_as_adams() -> None:
    weight = nn.Parameter(torch.zeros(64, 32, 3, 3))
    weight.grad = torch.randn(weight.shape, generator=torch.Generator().manual_seed(2))
    Muon([weight], lr=1e-3, weight_decay=0.0).step()
    assert weight.square().mean().sqrt().item() == pytest.approx(0.2e-3, rel=0.25)


def test_a_badly_scaled_problem_is_solved_and_small_matrices_are_left_to_adam() -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(40, 40), nn.Embedding(40, 40))
    optimizers = train._optimizers(network, {"rate": 2e-2, "weight_decay": 0.0, "muon": True})
    muon, adam = optimizers
    assert [p.shape for p in muon.param_groups[0]["params"]] == [(40, 40)]
    assert sum(len(group["params"]) for group in adam.param_groups) == 2  # bias and the table
    inputs = torch.randn(200, 40) * torch.logspace(-1, 1, 40)
    truth = inputs @ torch.randn(40, 40) * 0.1

    def loss() -> torch.Tensor:
        return (network[0](inputs) - truth).square().mean()

    before = loss().item()
    for step in range(150):
        for optimizer in optimizers:
            optimizer.param_groups[0]["lr"] = 2e-2 * (1 - step / 150)
        network.zero_grad()
        loss().backward()
        for optimizer in optimizers:
            optimizer.step()
    assert loss().item() < 0.05 * before
