from __future__ import annotations

import pytest
import torch
from restore_colorize.networks.pikfix import initial_centers, soft_histogram
from restore_colorize.networks.pikfix.histogram import FixedHistogram, SPHist, pooled


def test_shares_follow_the_equation() -> None:
    chroma = torch.tensor([0.3, -0.5]).view(1, 2, 1, 1)
    shares = SPHist(16)(chroma)[0, :, 0, 0].view(2, 16)
    centers = torch.tensor([-1 + 2 * k / 16 for k in range(16)])
    for value, found in zip((0.3, -0.5), shares, strict=True):
        weight = torch.exp(-((value - centers) ** 2) / (2 * 0.1**2))
        torch.testing.assert_close(found, weight / weight.sum())


@pytest.mark.parametrize(("bins", "within", "at_most"), [(16, 0.8, 0.016), (32, 0.8, 0.011)])
def test_the_expected_value_stays_near_the_chroma(bins: int, within: float, at_most: float) -> None:
    line = torch.linspace(-within, within, 401)
    histogram = SPHist(bins)
    with torch.no_grad():
        expected = histogram.expected(histogram(line.view(1, 1, 1, -1).expand(1, 2, 1, -1)))
    assert (expected[0, :, 0] - line).abs().max() < at_most


def test_two_colors_in_a_cell_stay_two() -> None:
    halves = torch.tensor([[-0.5, 0.5], [-0.5, 0.5]]).expand(1, 2, 2, 2)
    shares = pooled(soft_histogram(halves, initial_centers(16).expand(2, -1)), 2)[1]
    a = shares[0, :16, 0, 0]
    assert a[4] > 0.2
    assert a[12] > 0.2
    assert a[8] < 1e-4  # their mean is gray, which neither is


def test_centers_learn_and_pixels_get_gradients() -> None:
    histogram = SPHist(8)
    chroma = torch.zeros(1, 2, 2, 2, requires_grad=True)
    histogram.expected(histogram(chroma + 0.21)).square().sum().backward()
    assert histogram.centers.grad is not None
    assert (histogram.centers.grad != 0).any()
    assert (chroma.grad != 0).all()


def test_the_public_density_sums_to_about_one() -> None:
    histogram = FixedHistogram(256)
    chroma = torch.tensor([[-0.4, 0.017]]).view(1, 2, 1, 1)
    shares = histogram(chroma)
    torch.testing.assert_close(shares.view(2, 256).sum(1), torch.ones(2), atol=1e-3, rtol=0)
    torch.testing.assert_close(histogram.expected(shares), chroma, atol=1e-3, rtol=0)


def test_no_share_is_too_small_to_be_a_normal_number() -> None:
    """Products with such numbers take ten times as long."""
    line = torch.linspace(-1, 1, 2_001).view(1, 1, 1, -1).expand(1, 2, 1, -1)
    with torch.no_grad():
        for shares in (SPHist(16)(line), FixedHistogram(256)(line)):
            assert shares.min() >= torch.finfo(torch.float32).tiny
