from __future__ import annotations

import torch
from restore_colorize.networks.exemplar.hints import HintAttention
from restore_colorize.networks.exemplar.sizes import ExemplarSizes


def two_halves() -> torch.Tensor:
    """Context of 16x16 cells whose left and right half look opposite."""
    context = torch.ones(1, 6, 16, 16)
    context[..., 8:] = -1
    return context


def attention() -> HintAttention:
    torch.manual_seed(0)
    module = HintAttention(ExemplarSizes(hint_channels=8), 6)
    torch.nn.init.zeros_(module.feature.bias)
    return module


def hint(row: int, column: int) -> torch.Tensor:
    hints = torch.zeros(1, 3, 64, 64)
    hints[:, 0, row : row + 2, column : column + 2] = 0.5
    hints[:, 1, row : row + 2, column : column + 2] = -0.25
    hints[:, 2, row : row + 2, column : column + 2] = 1
    return hints


def test_a_hint_reaches_what_looks_alike_and_not_what_does_not() -> None:
    with torch.no_grad():
        known = attention()(two_halves(), hint(30, 24))
    share = known.share[0, 0]
    assert share[7, 6] > 0.8
    assert share[:, 8:].max() < 1e-3
    torch.testing.assert_close(known.chroma[0, 0] / 0.5, share)
    torch.testing.assert_close(known.chroma[0, 1] / -0.25, share)


def test_the_share_falls_with_distance() -> None:
    with torch.no_grad():
        share = attention()(two_halves(), hint(2, 2)).share[0, 0]
    along = share[:, 0]
    assert (along[1:] < along[:-1]).all()


def test_without_hints_nothing_is_known() -> None:
    with torch.no_grad():
        known = attention()(two_halves(), torch.zeros(1, 3, 64, 64))
    assert torch.count_nonzero(known.share) == 0
    assert torch.count_nonzero(known.chroma) == 0


def test_each_picture_of_a_batch_knows_its_own_hints_alone() -> None:
    module, context = attention(), torch.cat([two_halves()] * 3)
    hints = torch.cat([hint(30, 24), torch.zeros(1, 3, 64, 64), hint(2, 2)])
    with torch.no_grad():
        together = module(context, hints)
        for index in range(3):
            one = slice(index, index + 1)
            alone = module(context[one], hints[one])
            torch.testing.assert_close(together.share[one], alone.share)
            torch.testing.assert_close(together.chroma[one], alone.chroma)


def test_gradients_are_finite_without_hints() -> None:
    module = attention()
    known = module(two_halves(), torch.zeros(1, 3, 64, 64))
    (known.share.sum() + known.chroma.sum()).backward()
    for parameter in module.parameters():
        assert parameter.grad is None or torch.isfinite(parameter.grad).all()
