from __future__ import annotations

import pytest
import torch
from restore_colorize.errors import ShapeError
from restore_colorize.networks import ExemplarNet, ExemplarSizes

SMALL = ExemplarSizes(
    widths=(8, 12, 16, 16),
    up_widths=(12, 8, 8),
    reference_widths=(8, 8, 12, 16, 16),
    embedding=8,
    heads=2,
    head_channels=4,
    hint_channels=8,
)


def make(seed: int = 0) -> ExemplarNet:
    """A small network whose BatchNorm has seen data and whose residual is not near zero."""
    torch.manual_seed(seed)
    network = ExemplarNet(SMALL)
    torch.nn.init.normal_(network.residual[2].weight, std=0.1)
    luma, references, hints = inputs(seed + 1, batch=4)
    with torch.no_grad():
        for _ in range(20):
            network.train()(luma, references, hints)
    return network.eval()


def inputs(seed: int, batch: int = 1, h: int = 64, w: int = 96):
    generator = torch.Generator().manual_seed(seed)
    luma = torch.rand(batch, 1, h, w, generator=generator) * 2 - 1
    references = torch.randn(batch, 1, 3, 64, 32, generator=generator) * 0.3
    hints = torch.zeros(batch, 3, h // 2, w // 2)
    hints[:, :2, 4:8, 6:10] = 0.5
    hints[:, 2, 4:8, 6:10] = 1
    return luma, references, hints


@pytest.fixture(scope="module")
def network() -> ExemplarNet:
    return make()


def test_the_shipped_size_has_under_three_million_parameters() -> None:
    assert sum(p.numel() for p in ExemplarNet().parameters()) == 2_760_956


def test_outputs_have_their_sizes_and_ranges(network) -> None:
    luma, references, hints = inputs(1, batch=2)
    with torch.inference_mode():
        out = network(luma, references, hints)
    assert out.chroma.shape == (2, 2, 32, 48)
    assert out.warped.shape == (2, 2, 8, 12)
    assert out.detailed.shape == out.base.shape == (2, 2, 16, 24)
    assert out.confidence.shape == out.known_share.shape == (2, 1, 8, 12)
    assert out.related_logit.shape == (2, 1)
    assert all(plane.dtype == torch.float32 for plane in out)
    assert (out.confidence > 0).all()
    assert (out.confidence < 1).all()
    assert (out.known_share >= 0).all()
    assert (out.known_share < 1).all()


def test_a_reference_given_twice_equals_once(network) -> None:
    luma, references, hints = inputs(2)
    with torch.inference_mode():
        once = network(luma, references, hints)
        twice = network(luma, references.repeat(1, 2, 1, 1, 1), hints)
    for name in ("chroma", "warped", "confidence", "base"):
        torch.testing.assert_close(getattr(twice, name), getattr(once, name), atol=1e-4, rtol=0)
    assert twice.related_logit.shape == (1, 2)


def test_the_order_of_references_does_not_matter(network) -> None:
    luma, first, _ = inputs(3)
    second = inputs(4)[1]
    with torch.inference_mode():
        ahead = network(luma, torch.cat([first, second], 1)).chroma
        behind = network(luma, torch.cat([second, first], 1)).chroma
    torch.testing.assert_close(ahead, behind, atol=1e-5, rtol=0)


def test_a_stranger_beside_a_sure_reference_changes_almost_nothing() -> None:
    network = make(3)
    luma, first, _ = inputs(3)
    second = inputs(4)[1]
    both = torch.cat([first, second], 1)
    with torch.inference_mode():
        logits = network(luma, both).related_logit[0]
        # Stretch the verdict until one reference is surely related and the other surely not.
        last = network.verification.related[2]
        gain = 40 / (logits[0] - logits[1]).abs()
        last.bias += (gain - 1) * last.bias - gain * logits.mean()
        last.weight *= gain
        sure = first if logits[0] > logits[1] else second
        alone, together = network(luma, sure).chroma, network(luma, both).chroma
    torch.testing.assert_close(together, alone, atol=1e-3, rtol=0)


def test_a_hint_rules_its_own_patch_exactly(network) -> None:
    luma, references, hints = inputs(5)
    with torch.inference_mode():
        chroma = network(luma, references, hints).chroma
    inside = hints[:, 2:].expand_as(chroma) > 0
    assert torch.equal(chroma[inside], hints[:, :2][inside])


def test_hint_colors_outside_their_mask_mean_nothing(network) -> None:
    luma, references, hints = inputs(6)
    stray = hints.clone()
    stray[:, :2] += 0.3 * (1 - hints[:, 2:])
    with torch.inference_mode():
        clean, dirty = network(luma, references, hints), network(luma, references, stray)
    assert torch.equal(clean.chroma, dirty.chroma)


def test_no_hints_and_empty_hints_are_the_same(network) -> None:
    luma, references, hints = inputs(7)
    with torch.inference_mode():
        none = network(luma, references)
        empty = network(luma, references, torch.zeros_like(hints))
    assert torch.equal(none.chroma, empty.chroma)
    assert torch.count_nonzero(none.known_share) == 0


def test_the_colors_of_the_reference_are_looked_up(network) -> None:
    luma, references, _ = inputs(8)
    references[:, :, 1] = 0.4
    references[:, :, 2] = -0.2
    with torch.inference_mode():
        warped = network(luma, references).warped
    torch.testing.assert_close(warped[:, 0], torch.full_like(warped[:, 0], 0.4), atol=1e-4, rtol=0)
    torch.testing.assert_close(warped[:, 1], torch.full_like(warped[:, 1], -0.2), atol=1e-4, rtol=0)


def test_one_picture_and_a_batch_agree(network) -> None:
    """One picture takes the modulated-weights form, a batch the input-scaling form."""
    luma, references, hints = inputs(9, batch=3)
    with torch.inference_mode():
        batch = network(luma, references, hints).chroma
        alone = network(luma[1:2], references[1:2], hints[1:2]).chroma
    torch.testing.assert_close(alone, batch[1:2], atol=1e-4, rtol=1e-3)


def test_bfloat16_stays_near_float32(network) -> None:
    luma, references, hints = inputs(10)
    with torch.inference_mode():
        exact = network(luma, references, hints).chroma
        with torch.autocast("cpu", dtype=torch.bfloat16):
            rough = network(luma, references, hints).chroma
    assert rough.dtype == torch.float32
    assert (rough - exact).abs().max() < 0.05 * exact.abs().max().clamp(min=1)


def test_every_parameter_learns() -> None:
    torch.manual_seed(1)
    network = ExemplarNet(SMALL).train()
    luma, references, hints = inputs(11, batch=2)
    out = network(luma, references, hints)
    loss = out.chroma.abs().mean() + out.warped.square().mean() + out.related_logit.sum()
    (loss + out.confidence.mean() + out.base.square().mean()).backward()
    silent = [
        name
        for name, p in network.named_parameters()
        if p.grad is None or not torch.isfinite(p.grad).all()
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("luma", "references", "hints"),
    [
        ((1, 1, 64, 60), (1, 1, 3, 64, 64), None),
        ((1, 1, 0, 64), (1, 1, 3, 64, 64), None),
        ((1, 1, 64, 64), (1, 1, 3, 64, 48), None),
        ((1, 3, 64, 64), (1, 1, 3, 64, 64), None),
        ((1, 1, 64, 64), (1, 3, 64, 64), None),
        ((2, 1, 64, 64), (1, 1, 3, 64, 64), None),
        ((1, 1, 64, 64), (1, 0, 3, 64, 64), None),
        ((1, 1, 64, 64), (1, 1, 3, 64, 64), (1, 3, 64, 64)),
    ],
)
def test_shapes_that_do_not_fit_are_refused(network, luma, references, hints) -> None:
    with pytest.raises(ShapeError):
        network(
            torch.zeros(luma),
            torch.zeros(references),
            None if hints is None else torch.zeros(hints),
        )
