from __future__ import annotations

import pytest
import torch
from restore_colorize.errors import ShapeError
from restore_colorize.networks.color2embed import Color2Embed, Color2EmbedSizes
from torch import Tensor

SMALL = Color2EmbedSizes(
    encoder="strided",
    embedding=8,
    down=(8, 8, 12, 16, 16),
    up=(12, 8, 8, 8),
    sdft_kernels=(3, 3, 3, 5),
    strided_widths=(4, 6, 8, 8, 10),
)


@pytest.fixture(scope="module")
def network() -> Color2Embed:
    torch.manual_seed(0)
    return Color2Embed(SMALL).eval()


def pictures(seed: int, *shape: int) -> Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(("h", "w"), [(16, 16), (48, 32), (32, 80)])
def test_chroma_has_the_size_of_the_luma(network: Color2Embed, h: int, w: int) -> None:
    with torch.inference_mode():
        chroma = network(pictures(1, 2, 1, h, w) * 2 - 1, pictures(2, 2, 1, 3, 41, 57))
    assert chroma.shape == (2, 2, h, w)
    assert chroma.dtype == torch.float32
    assert chroma.abs().max() < 1


def test_several_references_count_alike(network: Color2Embed) -> None:
    luma, references = pictures(1, 1, 1, 32, 32), pictures(2, 1, 3, 3, 32, 32)
    with torch.inference_mode():
        z = network.embed(references[0]).mean(0, keepdim=True)
        torch.testing.assert_close(network(luma, references), network.colorize(luma, z))
        turned = references[:, [2, 0, 1]]
        torch.testing.assert_close(network(luma, references), network(luma, turned))


def test_one_style_serves_many_targets(network: Color2Embed) -> None:
    lumas, reference = pictures(1, 3, 1, 32, 32), pictures(2, 1, 3, 32, 32)
    with torch.inference_mode():
        z = network.embed(reference)
        together = network.colorize(lumas, z)
        for luma, chroma in zip(lumas, together, strict=True):
            torch.testing.assert_close(network.colorize(luma[None], z)[0], chroma)


def test_the_reference_steers_the_chroma(network: Color2Embed) -> None:
    luma, reference = pictures(1, 1, 1, 32, 32), pictures(2, 1, 3, 32, 32)
    styles = torch.randn(2, SMALL.embedding, generator=torch.Generator().manual_seed(3))
    with torch.inference_mode():
        one, other = (network.colorize(luma, z[None]) for z in styles)
        assert (one - other).abs().max() > 1e-3
        assert (network.embed(reference) - network.embed(reference.flip(1))).abs().max() > 1e-3


@pytest.mark.parametrize(
    ("luma", "references"),
    [
        ((1, 1, 24, 32), (1, 1, 3, 32, 32)),
        ((1, 1, 0, 32), (1, 1, 3, 32, 32)),
        ((1, 3, 32, 32), (1, 1, 3, 32, 32)),
        ((1, 32, 32), (1, 1, 3, 32, 32)),
        ((1, 1, 32, 32), (1, 3, 32, 32)),
        ((1, 1, 32, 32), (1, 0, 3, 32, 32)),
        ((1, 1, 32, 32), (1, 1, 3, 31, 64)),
        ((1, 1, 32, 32), (1, 1, 1, 32, 32)),
        ((3, 1, 32, 32), (2, 1, 3, 32, 32)),
    ],
)
def test_shapes_that_do_not_belong_together_are_refused(
    network: Color2Embed, luma: tuple[int, ...], references: tuple[int, ...]
) -> None:
    with pytest.raises(ShapeError):
        network(torch.zeros(luma), torch.zeros(references))


def test_channels_last_changes_nothing(network: Color2Embed) -> None:
    luma, references = pictures(1, 2, 1, 32, 48), pictures(2, 2, 1, 3, 32, 32)
    other = Color2Embed(SMALL).eval()
    other.load_state_dict(network.state_dict())
    other.to(memory_format=torch.channels_last)
    with torch.inference_mode():
        torch.testing.assert_close(network(luma, references), other(luma, references))


def test_bfloat16_stays_near_float32(network: Color2Embed) -> None:
    luma, references = pictures(1, 2, 1, 32, 48), pictures(2, 2, 1, 3, 32, 32)
    with torch.inference_mode():
        exact = network(luma, references)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            rough = network(luma, references)
    assert rough.dtype == torch.float32
    torch.testing.assert_close(exact, rough, atol=0.03, rtol=0.1)


def test_gradients_reach_every_weight(network: Color2Embed) -> None:
    trained = Color2Embed(SMALL).train()
    trained(pictures(1, 2, 1, 32, 32), pictures(2, 2, 2, 3, 64, 64)).square().mean().backward()
    for name, parameter in trained.named_parameters():
        assert parameter.grad is not None, name
        assert torch.isfinite(parameter.grad).all(), name


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
def test_cuda_agrees_with_cpu(network: Color2Embed) -> None:
    luma, references = pictures(1, 2, 1, 32, 48), pictures(2, 2, 1, 3, 32, 32)
    other = Color2Embed(SMALL).eval()
    other.load_state_dict(network.state_dict())
    other.to("cuda", memory_format=torch.channels_last)
    with torch.inference_mode():
        there = other(luma.cuda(), references.cuda()).cpu()
        torch.testing.assert_close(network(luma, references), there, atol=2e-3, rtol=2e-3)
