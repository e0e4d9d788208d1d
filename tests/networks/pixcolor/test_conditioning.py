from __future__ import annotations

from dataclasses import replace

import torch
from restore_colorize.networks import PixColorPriorSizes
from restore_colorize.networks.pixcolor.conditioning import Conditioning
from torch import Tensor

TINY = PixColorPriorSizes(
    trunk_widths=(4, 6, 8, 8), trunk_blocks=(1, 1, 1), adaptation=(8, 6), far_looks=2
)


def reached(net: Conditioning) -> Tensor:
    """Which cells (h, w) of a wide grid hear of a color that becomes known in its first cell."""
    seen = net.seen(torch.zeros(1, 1, 64, 640))
    known = torch.zeros(1, 3, 8, 80)
    before = net.told(seen, known)
    known[0, :, 0, 0] = torch.tensor([0.5, -0.5, 1.0])
    return (net.told(seen, known) - before).abs().amax((0, 1)) > 0


def without_the_mean(sizes: PixColorPriorSizes) -> Conditioning:
    """A net whose mean of the whole picture, which reaches everywhere, is silenced."""
    torch.manual_seed(0)
    net = Conditioning(sizes).eval().requires_grad_(False)
    last = net.trunk.whole[2]  # type: ignore[union-attr, index]
    for parameter in last.parameters():  # type: ignore[union-attr]
        parameter.zero_()
    return net


def test_looks_begin_as_the_identity() -> None:
    looking, plain = without_the_mean(TINY), without_the_mean(replace(TINY, far_looks=0))
    weights = plain.state_dict()
    assert set(weights) < set(looking.state_dict())
    looking.load_state_dict(weights, strict=False)
    gray = torch.rand(2, 1, 64, 96) * 2 - 1
    known = torch.rand(2, 3, 8, 12)
    assert torch.equal(looking(gray, known), plain(gray, known))


def test_a_known_color_is_heard_of_everywhere_at_once() -> None:
    net = without_the_mean(TINY)
    assert not reached(net)[:, 40:].any()  # convolutions carry it over a few cells only
    for parameter in net.trunk.looks.parameters():  # type: ignore[union-attr]
        torch.nn.init.normal_(parameter, std=0.5)
    assert reached(net).all()
