from __future__ import annotations

import pytest
import torch
from restore_colorize.networks.exemplar.matches import (
    compared_at,
    places_of_greatest,
    search_in_bfloat16,
)
from restore_colorize.networks.layers import unit_rows


def rows(seed: int, *shape: int) -> torch.Tensor:
    return unit_rows(torch.randn(*shape, generator=torch.Generator().manual_seed(seed)))


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("length", [2, 48, 160, 163])  # too few, few groups, many, none
def test_places_are_those_of_the_greatest(length, count) -> None:
    x = rows(0, 2, 7, length)
    places = places_of_greatest(x, count)
    expected = x.topk(min(count, length)).values
    torch.testing.assert_close(x.gather(2, places).sort(2, descending=True).values, expected)


@pytest.mark.parametrize("size", [(1, 1), (5, 160), (400, 36), (20, 163)])  # rows beyond a strip
def test_the_search_in_bfloat16_finds_the_best_cells(size) -> None:
    n, m = size
    query, key = rows(1, 2, 3, n, 16), rows(2, 2, 3, m, 16)
    exact = query @ key.transpose(2, 3)
    cosine, places = search_in_bfloat16(query, key, 4)
    torch.testing.assert_close(cosine, exact.amax(3), atol=0.006, rtol=0)
    found = exact[:, 0].gather(2, places)
    torch.testing.assert_close(found, exact[:, 0].topk(min(4, m)).values, atol=0.012, rtol=0)
    assert (places.sort(2).values.diff(dim=2) > 0).all()  # none twice


def test_near_matches_are_told_apart_more_finely_than_bfloat16_cosines_are() -> None:
    query = torch.tensor([1.0, 1 / 16])[None, None, None]
    key = torch.tensor([[15 / 16, 15 / 32], [15 / 16, 1 / 2], [0, 1], [-1, 0]])[None, None]
    cosine = (query @ key.transpose(2, 3)).flatten()
    assert cosine[0].bfloat16() == cosine[1].bfloat16()
    assert search_in_bfloat16(query, key, 2)[1].tolist() == [[[1, 0]]]


def test_compared_cosines_are_exact_and_learn() -> None:
    query, key = rows(3, 2, 6, 8).requires_grad_(), rows(4, 2, 9, 8)
    exact = query @ key.transpose(1, 2)
    places = places_of_greatest(exact.detach(), 3)
    matches = compared_at(query, key, places)
    torch.testing.assert_close(matches.similarity, exact.gather(2, places))
    matches.similarity.sum().backward()
    assert query.grad is not None
    assert query.grad.abs().sum() > 0
