"""Counts of Pik-Fix's networks, and the dense U-Net's shapes."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from restore_colorize.errors import ModelError
from restore_colorize.networks.pikfix import (
    DenseUNet,
    DenseUNetSizes,
    PatchDiscriminator,
    PikFixColor,
    PikFixSizes,
)
from torch import nn

TINY = DenseUNetSizes(
    stem=8,
    blocks=(1, 2, 2, 1),
    growth=4,
    bottleneck=2,
    dropout=0.0,
    fusion_units=1,
    decoder_units=(1, 1, 1, 1, 1),
)


def count(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


def test_the_paper_shape_has_the_published_counts() -> None:
    with torch.device("meta"):
        network = PikFixColor(PikFixSizes.paper())
    assert count(network.unet) == 71_950_786
    assert count(network.similarity) == 700_752
    assert count(network.histogram) == 512
    assert count(network.trunk) == 21_284_672
    assert not any(p.requires_grad for p in network.trunk.parameters())
    assert count(network.temperature) == 1  # the paper names none
    restoration = 1_535_809  # tests/networks/restoration/test_rdn.py
    trainable = sum(p.numel() for p in network.parameters() if p.requires_grad)
    assert trainable - 1 + restoration == 74_187_859


@pytest.mark.parametrize(
    ("bins", "parameters"), [(16, 65_868_226), (32, 66_273_730), (64, 67_084_738)]
)
def test_fewer_bins_make_the_fusion_modules_smaller(bins: int, parameters: int) -> None:
    with torch.device("meta"):
        assert count(DenseUNet(PikFixSizes(bins=bins), 2 * bins, 2)) == parameters


def test_the_public_networks_have_the_counts_of_their_files() -> None:
    with torch.device("meta"):
        color = PikFixColor(PikFixSizes.public())
        restoration = DenseUNet(DenseUNetSizes.public_restoration(), 0, 1)
    stored = count(color.unet) + count(color.similarity) + color.histogram.centers.numel()
    assert stored == 112_952_397
    assert count(color.similarity) == 6_106_123
    assert count(restoration) == 30_192_129
    assert len(restoration.state_dict()) == 172


def test_the_discriminator_is_the_public_one() -> None:
    discriminator = PatchDiscriminator()
    assert count(discriminator) == 2_764_609
    assert discriminator(torch.zeros(2, 2, 64, 96)).shape == (2, 1, 6, 10)


@pytest.mark.parametrize("stride", [1, 2])
def test_a_stem_of_stride_2_works_at_half_size(stride: int) -> None:
    unet = DenseUNet(dataclasses.replace(TINY, stem_stride=stride), 3, 2)
    carried = [torch.zeros(1, 3, 64 // s, 96 // s) for s in (4, 8, 16, 32)]
    assert unet(torch.zeros(1, 1, 64, 96), carried).shape == (1, 2, 64 // stride, 96 // stride)


def test_without_a_reference_every_pixel_is_predicted_from_luma() -> None:
    unet = DenseUNet(TINY, 0, 1)
    assert len(unet.transitions) == 3
    assert unet(torch.zeros(2, 1, 32, 64)).shape == (2, 1, 32, 64)


@pytest.mark.parametrize(
    "wrong",
    [
        {"blocks": (1, 2, 3)},
        {"growth": 0},
        {"stem_stride": 3},
        {"dropout": 1.0},
        {"trunk": "vgg"},
        {"similarity": "five"},
        {"histogram": "flat"},
        {"bins": 1},
        {"trunk_widths": (8, 8)},
        {"similarity": "warpnet", "trunk": "own"},
        {"bin": 3},
    ],
)
def test_sizes_that_do_not_fit_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ModelError):
        PikFixSizes.from_config(wrong)


@pytest.mark.parametrize("name", ["paper", "public", "lite"])
def test_sizes_survive_their_way_through_a_file(name: str) -> None:
    sizes = getattr(PikFixSizes, name)()
    assert PikFixSizes.from_config(sizes.to_config()) == sizes
