from __future__ import annotations

import dataclasses

import pytest
import torch
from restore_colorize.errors import ShapeError
from restore_colorize.networks.pikfix import PikFixColor, PikFixSizes
from torch import Tensor

from tests.networks.pikfix.tiny import TINY

SMALL = dataclasses.replace(
    TINY,
    stem_stride=2,
    blocks=(1, 1, 2, 1),
    bottleneck=2,
    similarity_channels=8,
    sees_best_match=True,
    starts_at_match=True,
)
VARIANTS = {
    "shipped": SMALL,
    "as the paper": dataclasses.replace(
        SMALL, stem_stride=1, sees_best_match=False, starts_at_match=False
    ),
    "no similarity": dataclasses.replace(SMALL, similarity="none"),
    "one scale": dataclasses.replace(SMALL, similarity="one"),
    "raw ab": dataclasses.replace(SMALL, histogram="none"),
}


def pictures(seed: int, *shape: int) -> Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed)) - 0.5


def built(sizes: PikFixSizes) -> PikFixColor:
    torch.manual_seed(0)
    network = PikFixColor(sizes)
    with torch.no_grad():
        network.unet.out.weight.mul_(50)  # a fresh one hardly leaves what it starts from
    return network.eval()


@pytest.fixture(scope="module")
def network() -> PikFixColor:
    return built(SMALL)


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize(("h", "w"), [(32, 64), (96, 32)])
def test_every_variant_gives_chroma_for_any_size(name: str, h: int, w: int) -> None:
    sizes = VARIANTS[name]
    with torch.inference_mode():
        out = built(sizes)(pictures(1, 2, 1, h, w), pictures(2, 2, 2, 3, 64, 32))
    stride = sizes.stem_stride
    assert out.chroma.shape == (2, 2, h // stride, w // stride)
    assert out.chroma.dtype == torch.float32
    assert out.best.shape == (2, 1, h // 8, w // 8)
    assert out.best.abs().max() <= 1.001
    assert len(out.warped) == {"none": 0, "one": 1, "four": 4}[sizes.similarity]
    if sizes.starts_at_match:
        assert out.trust is not None
        assert out.trust.shape[2:] == out.chroma.shape[2:]


@pytest.mark.parametrize("name", VARIANTS)
def test_the_reference_steers_the_chroma(name: str) -> None:
    network = built(VARIANTS[name])
    luma, reference = pictures(1, 1, 1, 32, 32), pictures(2, 1, 1, 3, 32, 32)
    other = torch.cat([reference[:, :, :1], -reference[:, :, 1:] + 0.3], 2)
    with torch.inference_mode():
        change = network(luma, reference).chroma - network(luma, other).chroma
    assert change.abs().max() > 1e-3


def test_a_fresh_network_starts_at_what_it_looked_up() -> None:
    torch.manual_seed(0)
    network = PikFixColor(SMALL).eval()
    luma = pictures(1, 1, 1, 64, 64)
    plain = torch.cat([luma, torch.full_like(luma, 0.4), torch.full_like(luma, -0.2)], 1)
    with torch.inference_mode():
        out = network(luma, plain[:, None])
    assert out.chroma[:, 0].mean() == pytest.approx(0.88 * 0.4, abs=0.05)
    assert out.chroma[:, 1].mean() == pytest.approx(-0.88 * 0.2, abs=0.05)
    torch.testing.assert_close(
        out.warped[0].mean((2, 3)), torch.tensor([[0.4, -0.2]]), atol=0.02, rtol=0
    )


def test_the_order_of_references_does_not_matter(network: PikFixColor) -> None:
    luma, references = pictures(1, 1, 1, 64, 32), pictures(2, 1, 3, 3, 32, 64)
    with torch.inference_mode():
        one, other = network(luma, references), network(luma, references[:, [2, 0, 1]])
    torch.testing.assert_close(one.chroma, other.chroma, atol=1e-4, rtol=1e-3)


def test_bfloat16_and_channels_last_stay_near(network: PikFixColor) -> None:
    luma, references = pictures(1, 2, 1, 64, 64), pictures(2, 2, 1, 3, 64, 64)
    other = built(SMALL).to(memory_format=torch.channels_last)
    with torch.inference_mode():
        exact = network(luma, references).chroma
        torch.testing.assert_close(other(luma, references).chroma, exact, atol=1e-4, rtol=1e-3)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            rough = other(luma, references).chroma
    assert rough.dtype == torch.float32
    assert (rough - exact).abs().mean() < 0.05 * exact.abs().mean() + 0.01


@pytest.mark.parametrize("name", VARIANTS)
def test_gradients_reach_every_weight(name: str) -> None:
    network = built(VARIANTS[name]).train()
    out = network(pictures(1, 2, 1, 64, 64), pictures(2, 2, 1, 3, 64, 64))
    (out.chroma.square().mean() + sum(one.square().mean() for one in out.warped)).backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert torch.isfinite(parameter.grad).all(), name


def test_a_frozen_trunk_keeps_its_statistics_while_the_rest_learns() -> None:
    network = built(SMALL)
    network.trunk.requires_grad_(False)
    before = {name: value.clone() for name, value in network.trunk.state_dict().items()}
    network.train()(pictures(1, 2, 1, 64, 64), pictures(2, 2, 1, 3, 64, 64))
    for name, value in network.trunk.state_dict().items():
        assert torch.equal(value, before[name]), name
    assert network.unet.training
    network.requires_grad_(False).train()  # statistics are measured anew for averaged weights
    assert network.trunk.training


@pytest.mark.parametrize(
    ("luma", "references"),
    [
        ((1, 1, 24, 32), (1, 1, 3, 32, 32)),
        ((1, 3, 32, 32), (1, 1, 3, 32, 32)),
        ((1, 1, 32, 32), (1, 3, 32, 32)),
        ((1, 1, 32, 32), (1, 0, 3, 32, 32)),
        ((1, 1, 32, 32), (1, 1, 2, 32, 32)),
        ((2, 1, 32, 32), (1, 1, 3, 32, 32)),
        ((1, 1, 32, 32), (1, 1, 3, 33, 64)),
    ],
)
def test_shapes_that_do_not_belong_together_are_refused(
    network: PikFixColor, luma: tuple[int, ...], references: tuple[int, ...]
) -> None:
    with pytest.raises(ShapeError):
        network(torch.zeros(luma), torch.zeros(references))
