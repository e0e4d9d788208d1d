from __future__ import annotations

import pytest
import torch
from restore_colorize.networks import Sampler, SamplingOptions, uniforms
from restore_colorize.networks.pixcolor import anchors
from restore_colorize.networks.pixcolor.anchors import anchor_rounds

ANCHORED = SamplingOptions(has_anchors=True)
SPACING = 7  # cells


@pytest.fixture
def wide() -> torch.Tensor:
    """A picture with a grid of 9 x 12, which has room for anchors."""
    generator = torch.Generator().manual_seed(5)
    return torch.rand(1, 1, 72, 96, generator=generator, dtype=torch.float64) * 2 - 1


def test_anchors_are_drawn_by_the_classifier_and_known_to_all_other_cells(
    prior, wide, monkeypatch
) -> None:
    monkeypatch.setattr(anchors, "_SPACING", 3)  # else one round does for so small a grid
    monkeypatch.setattr(anchors, "_FIRST_BOLDNESS", 1.5)  # of the first round alone
    numbers = [uniforms(seed, 9, 12) for seed in range(3)]
    nothing = torch.zeros(1, 9, 12, dtype=torch.bool)
    draws = Sampler(prior, wide, options=ANCHORED).draw(numbers)
    first, *later = anchor_rounds(nothing[0])
    assert later
    condition = prior.condition(wide, torch.full((1, 2, 9, 12), 16), nothing)
    logits = prior.classifier(condition)[0].unflatten(0, (2, 32))
    p = (logits / 1.5).softmax(1)
    for bins, uniform in zip(draws.bins, numbers, strict=True):
        for row, column in first:
            below = p[:, :, row, column].cumsum(1)[:, :-1] <= uniform[:, row, column, None]
            assert torch.equal(bins[:, row, column], below.sum(1))
        known = nothing[0].clone()
        for row, column in (*first, *(place for places in later for place in places)):
            known[row, column] = True
        given = Sampler(prior, wide, bins, known, scan=0).draw([uniform])
        assert torch.equal(given.bins[0], bins)
    assert draws.drawn_cells == 9 * 12
    assert len({tuple(bins[:, row, column].tolist()) for bins in draws.bins}) > 1


def test_cb_of_an_anchor_is_drawn_given_its_cr(prior, wide) -> None:
    only = torch.eye(32, dtype=torch.float64).flip(1) * 200  # Cb is 31 - Cr, whatever the picture
    prior.cr_to_cb.weight.copy_(only)
    draws = Sampler(prior, wide, options=ANCHORED).draw([uniforms(seed, 9, 12) for seed in (0, 1)])
    for places in anchor_rounds(torch.zeros(9, 12, dtype=torch.bool)):
        for row, column in places:
            cr, cb = draws.bins[:, :, row, column].unbind(1)
            assert torch.equal(cb, 31 - cr)
    bins = torch.full((1, 2, 9, 12), 16)
    bins[:, 0, 4, 5] = 7
    with torch.inference_mode():
        classified = prior(wide, bins).classified
    assert int(classified[0, 1, :, 4, 5].argmax()) == 31 - 7
    assert int(classified[0, 1, :, 4, 6].argmax()) == 31 - 16


def test_a_candidate_with_anchors_depends_on_its_seed_alone(prior, wide) -> None:
    sampler = Sampler(prior.float(), wide.float(), options=ANCHORED)
    together = sampler.draw([uniforms(seed, 9, 12) for seed in range(10)])
    for chosen in ([9], [4, 0]):
        apart = sampler.draw([uniforms(seed, 9, 12) for seed in chosen])
        assert torch.equal(apart.bins, together.bins[chosen])
        assert torch.equal(apart.log_likelihood, together.log_likelihood[chosen])


def test_the_likelihood_is_that_of_anchors_and_of_all_others_given_them(prior, wide) -> None:
    sampler = Sampler(prior, wide, options=ANCHORED)
    draws = sampler.draw([uniforms(0, 9, 12)])
    start = sampler.start([uniforms(0, 9, 12)])
    given = Sampler(prior, wide, draws.bins[0], start.known, scan=0).draw([uniforms(0, 9, 12)])
    assert start.log_likelihood[0] < 0
    torch.testing.assert_close(draws.log_likelihood, given.log_likelihood + start.log_likelihood)


def test_known_cells_stay_with_anchors(prior, wide) -> None:
    bins = torch.full((2, 9, 12), 3)
    known = torch.zeros(9, 12, dtype=torch.bool)
    known[:3] = True
    numbers = [uniforms(seed, 9, 12) for seed in range(2)]
    draws = Sampler(prior, wide, bins, known, options=ANCHORED).draw(numbers)
    assert (draws.bins[:, :, :3] == 3).all()
    assert draws.drawn_cells == 72


def test_a_prior_without_classifier_goes_without_anchors(prior, wide) -> None:
    prior.classifier = None
    numbers = [uniforms(0, 9, 12)]
    with_them = Sampler(prior, wide, options=ANCHORED).draw(numbers)
    assert torch.equal(with_them.bins, Sampler(prior, wide).draw(numbers).bins)


@pytest.mark.parametrize("shape", [(28, 28), (28, 42), (8, 8), (64, 1)])
def test_anchors_are_far_apart_and_free(shape) -> None:
    known = torch.zeros(shape, dtype=torch.bool)
    known[shape[0] // 4, shape[1] // 4] = True
    rounds = anchor_rounds(known)
    if known.numel() == 64:  # one cell is known, so that too few are left
        assert rounds == []
        return
    places = torch.tensor([place for places in rounds for place in places])
    assert len(places.unique(dim=0)) == len(places)
    for row, column in places.tolist():
        assert not known[row, column]
    # No cell is far from all of them, and none of them is near to another.
    cells = torch.nonzero(~known)
    assert torch.cdist(cells.float(), places.float()).amin(1).max() < SPACING
    apart = torch.cdist(places.float(), places.float()) + 99 * torch.eye(len(places))
    assert apart.min() > SPACING / 2
    assert len(rounds[0]) == 4
    assert len(rounds) <= 4  # however many places there are


def test_whoever_comes_next_is_farthest_from_all_before() -> None:
    places = [place for one in anchor_rounds(torch.zeros(28, 28).bool()) for place in one]
    gaps = []
    for count in range(1, len(places)):
        before = torch.tensor(places[:count], dtype=torch.float32)
        gaps.append(float(torch.cdist(torch.tensor([places[count]]).float(), before).min()))
    assert gaps == sorted(gaps, reverse=True)


def test_anchors_lie_in_the_box_of_what_is_free() -> None:
    known = torch.ones(28, 28, dtype=torch.bool)
    known[4:14, 16:26] = False
    for places in anchor_rounds(known):
        for row, column in places:
            assert not known[row, column]
    known[4:14, 20:26] = True
    assert anchor_rounds(known) == []
