"""Pik-Fix's five losses, each against the paper's equation."""

from __future__ import annotations

import pytest
import torch
from restore_colorize.networks.pikfix import PatchDiscriminator
from restore_colorize_training.pikfix_losses import (
    LossWeights,
    chroma_loss,
    deceiving_loss,
    feature_loss,
    histogram_loss,
    judging_loss,
    luma_loss,
    warped_loss,
)
from torch import Tensor, nn


def planes(seed: int, *shape: int) -> Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed)) - 0.5


def test_the_weights_are_the_papers() -> None:
    weights = LossWeights()
    paper = weights.luma, weights.feature, weights.histogram, weights.chroma, weights.adversarial
    assert paper == (1.0, 0.2, 0.5, 1.0, 0.2)
    assert weights.warped == 0


def test_luma_and_chroma_are_absolute_errors() -> None:
    a, b = planes(1, 2, 1, 8, 8), planes(2, 2, 1, 8, 8)
    torch.testing.assert_close(luma_loss(a, b), (a - b).abs().mean())
    torch.testing.assert_close(chroma_loss(a, b), (a - b).abs().mean())


class Trunk(nn.Module):
    def forward(self, luma: Tensor) -> list[Tensor]:
        assert luma.shape[1] == 1
        return [2 * luma, luma[:, :, ::2, ::2]]


def test_features_are_compared_map_by_map_and_channel_by_channel() -> None:
    made, truth = planes(1, 2, 3, 8, 8).requires_grad_(), planes(2, 2, 3, 8, 8).requires_grad_()
    loss = feature_loss(Trunk(), made, truth)
    squared = (made - truth).square()
    torch.testing.assert_close(loss, 4 * squared.mean() + squared[..., ::2, ::2].mean())
    loss.backward()
    assert made.grad is not None
    assert truth.grad is None


def test_histograms_are_compared_as_cumulated_distributions() -> None:
    centers = torch.arange(16) / 8 - 1

    def cumulated(value: float) -> Tensor:
        return torch.softmax(-((value - centers) ** 2) / (2 * 0.1**2), 0).cumsum(0)

    flat = torch.zeros(1, 2, 4, 4)
    for value in (0.0, 0.125, 0.5):
        expected = (cumulated(value) - cumulated(0.0)).square().sum()
        found = histogram_loss(flat + value, flat, 16)
        torch.testing.assert_close(found, expected[None], atol=1e-5, rtol=0)


def test_histograms_do_not_care_where_a_color_is() -> None:
    chroma = planes(1, 2, 2, 8, 8)
    moved = chroma.roll(3, 2).flip(3)
    torch.testing.assert_close(histogram_loss(moved, chroma, 16), torch.zeros(2))


def test_looked_up_chroma_counts_where_the_reference_is_related() -> None:
    truth = planes(1, 2, 2, 32, 32)
    right = [torch.nn.functional.avg_pool2d(truth, s) for s in (4, 8)]
    wrong = [one + torch.tensor([0.0, 0.3])[:, None, None, None] for one in right]
    related = torch.tensor([1.0, 0.0])
    assert warped_loss(wrong, truth, related).item() == pytest.approx(0, abs=1e-6)
    assert warped_loss(wrong, truth, 1 - related).item() == pytest.approx(0.3, abs=1e-5)
    assert warped_loss(wrong, truth, torch.zeros(2)).item() == 0


def test_network_and_discriminator_learn_only_from_their_own_term() -> None:
    torch.manual_seed(0)
    discriminator = PatchDiscriminator(width=4)
    made, truth = planes(1, 2, 2, 32, 32).requires_grad_(), planes(2, 2, 2, 32, 32)
    deceiving_loss(discriminator, made).backward()
    assert all(p.grad is None for p in discriminator.parameters())
    assert made.grad is not None
    assert made.grad.abs().max() > 0
    made.grad = None
    judging_loss(discriminator, made, truth).backward()
    assert made.grad is None
    assert all(p.grad is not None for p in discriminator.parameters())
