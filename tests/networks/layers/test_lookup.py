from __future__ import annotations

import torch
from restore_colorize.networks.layers import lookup_map


def ramp(h: int, w: int) -> torch.Tensor:
    return torch.linspace(-0.9, 0.9, h * w).view(1, 1, h, w)


def test_finds_the_chroma_of_the_same_luminance() -> None:
    luma = ramp(16, 16)
    chroma = torch.cat([0.3 * luma, -0.2 * luma], 1)
    found = lookup_map(luma, luma, chroma)
    inner = luma.abs() < 0.7
    error = (found[:, :2] - chroma).abs() * inner
    assert error.max() < 0.03


def test_is_told_by_luminance_not_by_place() -> None:
    luma = ramp(12, 20)
    chroma = torch.cat([0.3 * luma, -0.2 * luma], 1)
    turned = lookup_map(luma.flip(3), luma, chroma)
    torch.testing.assert_close(turned, lookup_map(luma, luma, chroma).flip(3))


def test_brightness_and_contrast_of_the_target_do_not_matter() -> None:
    luma = ramp(12, 12)
    chroma = torch.cat([0.3 * luma, -0.2 * luma], 1)
    paler = lookup_map(luma * 0.4 + 0.3, luma, chroma)
    torch.testing.assert_close(paler, lookup_map(luma, luma, chroma), atol=5e-3, rtol=0)


def test_sizes_may_differ_and_each_picture_of_a_batch_has_its_own_table() -> None:
    generator = torch.Generator().manual_seed(3)
    luma = torch.rand(2, 1, 8, 10, generator=generator) * 2 - 1
    reference = torch.rand(2, 3, 6, 14, generator=generator) - 0.5
    both = lookup_map(luma, reference[:, :1], reference[:, 1:])
    assert both.shape == (2, 3, 8, 10)
    for index in range(2):
        one = slice(index, index + 1)
        alone = lookup_map(luma[one], reference[one, :1], reference[one, 1:])
        torch.testing.assert_close(both[one], alone)


def test_a_gray_reference_gives_gray_and_no_spread() -> None:
    luma = ramp(8, 8)
    found = lookup_map(luma, luma, torch.zeros(1, 2, 8, 8))
    assert torch.equal(found, torch.zeros_like(found))


def test_a_flat_target_is_finite() -> None:
    flat = torch.zeros(1, 1, 8, 8)
    found = lookup_map(flat, ramp(8, 8), torch.rand(1, 2, 8, 8))
    assert torch.isfinite(found).all()
