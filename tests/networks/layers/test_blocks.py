from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from restore_colorize.networks.layers import (
    DoubleConv,
    Down,
    ResBlock,
    StridedConv,
    Up,
    every_fourth,
    halved,
)


def count(module: torch.nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


@pytest.mark.parametrize(
    ("module", "parameters"),
    [
        (DoubleConv(1, 64), 37_824),
        (Down(64, 128), 369_344),
        (Down(512, 512), 9_178_112),
        (Up(512, 128, 256, 512), 1_606_656),
        (Up(64, 16, 64, 512, kernel_size=5), 181_504),
    ],
)
def test_blocks_have_the_counts_of_color2embeds_code(module, parameters) -> None:
    assert count(module) == parameters


def test_sizes_halve_and_double() -> None:
    x = torch.randn(2, 8, 16, 24)
    assert Down(8, 12)(x).shape == (2, 12, 8, 12)
    assert StridedConv(8, 12)(x).shape == (2, 12, 8, 12)
    assert ResBlock(8, 12)(x).shape == (2, 12, 16, 24)
    skip = torch.randn(2, 5, 32, 48)
    assert Up(8, 5, 6, 7)(x, skip, torch.randn(2, 7)).shape == (2, 6, 32, 48)


def test_every_fourth_channel_passes() -> None:
    x = torch.arange(10.0).view(1, 10, 1, 1)
    assert every_fourth(x).flatten().tolist() == [0, 4, 8]


def test_halving_is_the_mean_of_two_by_two() -> None:
    x = torch.randn(2, 3, 6, 10, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(halved(x), F.avg_pool2d(x, 2))
