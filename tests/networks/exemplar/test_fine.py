from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from restore_colorize.networks import ExemplarSizes
from restore_colorize.networks.exemplar.fine import FineAttention, Level
from restore_colorize.networks.exemplar.matches import Matches
from restore_colorize.networks.layers import unit_rows


def make() -> FineAttention:
    torch.manual_seed(0)
    return FineAttention(ExemplarSizes(fine_channels=6), (5, 7), (4, 9))


def level(seed: int, fine: int, coarse: int, h: int, w: int) -> Level:
    """Maps of a picture of 8h x 8w pixels."""
    generator = torch.Generator().manual_seed(seed)
    return Level(
        torch.randn(2, fine, 2 * h, 2 * w, generator=generator),
        torch.randn(2, coarse, h, w, generator=generator),
    )


def cosines(seed: int, n: int, m: int) -> torch.Tensor:
    """Of n cells of the target with m of the reference, as the coarse attention finds them."""
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(2, n, m, generator=generator) * 2 - 1


def best(similarity: torch.Tensor, parents: int) -> Matches:
    greatest = similarity.topk(parents)
    return Matches(greatest.indices, greatest.values)


def chroma_of(h: int, w: int) -> torch.Tensor:
    return torch.randn(2, 2, 2 * h, 2 * w, generator=torch.Generator().manual_seed(5)) * 0.3


def by_hand(
    attention: FineAttention,
    target: Level,
    reference: Level,
    similarity: torch.Tensor,
    chroma: torch.Tensor,
):
    """All pairs at 1/4 with the parents' similarity as prior, and nothing left out."""

    def doubled(x):
        return F.interpolate(x, scale_factor=2, mode="bilinear")

    def rows(x):
        return x.flatten(2).transpose(1, 2)

    query = attention.query(target.fine) + doubled(attention.query_context(target.coarse))
    key = attention.key(reference.fine) + doubled(attention.key_context(reference.coarse))
    cosine = unit_rows(rows(query)) @ unit_rows(rows(key)).transpose(1, 2)
    parents_of = [
        F.interpolate(torch.arange(x.coarse[0, 0].numel()).view(1, 1, *x.coarse.shape[2:]).float(),
                      scale_factor=2).flatten().long()
        for x in (target, reference)
    ]  # fmt: skip
    prior = similarity[:, parents_of[0]][:, :, parents_of[1]]
    prior = prior * attention.log_parent_sharpness.exp()
    weight = torch.softmax(cosine * attention.log_sharpness.exp() + prior, 2)
    mean = weight @ rows(chroma)
    spread = (weight @ rows(chroma.square().sum(1, keepdim=True))) - mean.square().sum(2, True)
    fetched = torch.cat([mean, spread.clamp_min(1e-6).sqrt(), cosine.amax(2, keepdim=True)], 2)
    return fetched.transpose(1, 2).unflatten(2, target.fine.shape[2:])


def test_with_every_parent_it_equals_attention_over_all_pairs() -> None:
    attention, similarity = make(), cosines(3, 24, 24)
    target, reference, chroma = level(1, 5, 7, 4, 6), level(2, 4, 9, 6, 4), chroma_of(6, 4)
    with torch.no_grad():
        expected = by_hand(attention, target, reference, similarity, chroma)
        torch.testing.assert_close(
            attention(target, reference, best(similarity, 24), chroma),
            expected,
            atol=1e-5,
            rtol=1e-4,
        )


def test_fewer_parents_than_usual_are_enough() -> None:
    target, reference = level(1, 5, 7, 4, 6), level(2, 4, 9, 1, 2)
    with torch.no_grad():
        fetched = make()(target, reference, best(cosines(3, 24, 2), 2), chroma_of(1, 2))
    assert fetched.shape == (2, 4, 8, 12)


def test_a_child_comes_from_the_parent_that_matched() -> None:
    """Each target cell has one parent: its chroma comes from there alone."""
    reference, chroma = level(2, 4, 9, 4, 4), chroma_of(4, 4)
    order = torch.randperm(16, generator=torch.Generator().manual_seed(3))
    parents = Matches(order[None, :, None].expand(2, -1, -1), torch.ones(2, 16, 1))
    with torch.no_grad():
        fetched = make()(level(1, 5, 7, 4, 4), reference, parents, chroma)
    families = F.pixel_unshuffle(chroma, 2).unflatten(1, (2, 4)).flatten(3)[..., order]
    made = F.pixel_unshuffle(fetched[:, :2], 2).unflatten(1, (2, 4)).flatten(3)
    assert (made <= families.amax(2, keepdim=True) + 1e-6).all()
    assert (made >= families.amin(2, keepdim=True) - 1e-6).all()


@pytest.mark.parametrize("name", ["query", "key", "query_context", "key_context"])
def test_every_projection_learns(name) -> None:
    attention = make()
    target, reference = level(1, 5, 7, 4, 6), level(2, 4, 9, 6, 4)
    parents = best(cosines(3, 24, 24), 3)
    attention(target, reference, parents, chroma_of(6, 4))[:, :2].square().sum().backward()
    assert getattr(attention, name).weight.grad.abs().sum() > 0
