from __future__ import annotations

import pytest
import torch
from restore_colorize.errors import CancelledError, RangeError
from restore_colorize.networks import PixColorPrior, Sampler, SamplingOptions, uniforms
from restore_colorize.networks.pixcolor.scan import to_scan
from torch import Tensor


def drawn_naively(
    prior: PixColorPrior,
    gray: Tensor,
    numbers: Tensor,
    bins: Tensor,
    known: Tensor,
    scan: int,
    options: SamplingOptions,
) -> tuple[Tensor, float]:
    """One full pass for each draw: bins, and their log-likelihood."""
    h, w = known.shape
    bins = torch.where(known, bins, 0)[None]
    order = to_scan(torch.arange(h * w).view(h, w), scan)
    for rank, cell in enumerate(order.flatten().tolist()):
        row, column = divmod(cell, w)
        temperature = options.at_row(rank // order.shape[1], len(order))
        for channel in (0, 1):
            if known[row, column]:
                continue
            logits = prior(gray, bins, known[None], scan=scan).logits[0, channel, :, row, column]
            p = torch.softmax(logits / temperature, 0)
            bins[0, channel, row, column] = int(
                (p.cumsum(0)[:-1] <= numbers[channel, row, column]).sum()
            )
    log_p = torch.log_softmax(prior(gray, bins, known[None], scan=scan).logits, 2)
    each = log_p.gather(2, bins[:, :, None]).squeeze(2)[0]
    return bins[0], float((each * ~known).sum())


@pytest.mark.parametrize("scan", [0, 5])
def test_cached_draws_are_those_of_full_passes(prior, gray, known, scan: int) -> None:
    bins, mask = known
    options = SamplingOptions(temperature=0.9, last_temperature=0.6)
    numbers = [uniforms(seed, 5, 7) for seed in (0, 1)]
    draws = Sampler(prior, gray, bins, mask, options=options, scan=scan).draw(numbers)
    for index, one in enumerate(numbers):
        naive, log_likelihood = drawn_naively(prior, gray, one, bins, mask, scan, options)
        assert torch.equal(draws.bins[index], naive)
        assert float(draws.log_likelihood[index]) == pytest.approx(log_likelihood, abs=1e-9)
    assert not torch.equal(draws.bins[0], draws.bins[1])


def test_a_candidate_depends_on_its_seed_alone(prior, gray) -> None:
    """Bit by bit in float32: alone, among others, at another place, in another batch."""
    sampler = Sampler(prior.float(), gray.float())
    seeds = list(range(11))
    together = sampler.draw([uniforms(seed, 5, 7) for seed in seeds])
    for chosen in ([0], [10], [3, 9, 0], [7, 1, 2, 3, 4, 5]):
        apart = sampler.draw([uniforms(seed, 5, 7) for seed in chosen])
        assert torch.equal(apart.bins, together.bins[chosen])
        assert torch.equal(apart.log_likelihood, together.log_likelihood[chosen])


def test_known_bins_are_clamped_exactly(prior, gray, known) -> None:
    bins, mask = known
    draws = Sampler(prior, gray, bins, mask).draw([uniforms(seed, 5, 7) for seed in range(3)])
    assert torch.equal(draws.bins[:, :, mask], bins[:, mask].expand(3, -1, -1))
    assert draws.drawn_cells == int((~mask).sum())
    assert (draws.bins[:, :, ~mask] != bins[:, ~mask]).any()


def test_the_scan_begins_where_colors_are_known(prior, gray, known) -> None:
    below = torch.zeros(5, 7, dtype=torch.bool)
    below[3:] = True
    sampler = Sampler(prior, gray, known[0], below)
    assert to_scan(below, sampler.scan)[:2].all()


def test_all_known_is_returned(prior, gray, known) -> None:
    everything = torch.ones(5, 7, dtype=torch.bool)
    draws = Sampler(prior, gray, known[0], everything).draw([uniforms(0, 5, 7)])
    assert torch.equal(draws.bins[0], known[0])
    assert draws.log_likelihood.tolist() == [0]


def test_numbers_changed_in_a_region_change_nothing_before_it(prior, gray) -> None:
    first, second = uniforms(0, 5, 7), uniforms(0, 5, 7)
    second[:, 3, 2:] = 1 - second[:, 3, 2:]
    one, other = Sampler(prior, gray).draw([first, second]).bins
    assert torch.equal(one[:, :3], other[:, :3])
    assert torch.equal(one[:, 3, :2], other[:, 3, :2])
    assert not torch.equal(one, other)


def test_draws_follow_the_probabilities(prior, gray) -> None:
    """Draws of the one unknown cell against its exact distribution."""
    bins, known = torch.full((2, 5, 7), 16), torch.ones(5, 7, dtype=torch.bool)
    known[2, 3] = False
    sampler = Sampler(prior, gray, bins, known)
    numbers = torch.full((200, 2, 5, 7), 0.5, dtype=torch.float64)
    numbers[:, 0, 2, 3] = (torch.arange(200) + 0.5) / 200
    drawn = sampler.draw(list(numbers)).bins[:, 0, 2, 3]
    logits = prior(gray, bins[None], known[None], scan=sampler.scan).logits[0, 0, :, 2, 3]
    shares = torch.bincount(drawn, minlength=32) / 200
    assert (shares - torch.softmax(logits, 0)).abs().max() <= 1 / 200


@pytest.mark.parametrize("number", [0.0, 1 - 2.0**-53])
def test_the_ends_of_the_distribution_are_bins_that_may_be_drawn(prior, gray, number) -> None:
    numbers = torch.full((2, 5, 7), number, dtype=torch.float64)
    options = SamplingOptions(top_p=0.5)
    bins = Sampler(prior.float(), gray.float(), options=options).draw([numbers]).bins
    logits = prior.float()(gray.float(), bins).logits
    p = torch.softmax(logits, 2)
    likelier = (p > p.gather(2, bins[:, :, None])).float()
    assert float((p * likelier).sum(2).max()) < 0.5 + 1e-4


def test_rows_are_told_and_a_cancel_stops_at_once(prior, gray) -> None:
    told: list[tuple[int, int]] = []
    Sampler(prior, gray).draw([uniforms(0, 5, 7)] * 9, lambda *row: told.append(row))
    assert told == [(row, 10) for row in range(1, 11)]

    def stop(done: int, _rows: int) -> None:
        if done == 2:
            raise CancelledError("Stopped.")

    with pytest.raises(CancelledError):
        Sampler(prior, gray).draw([uniforms(0, 5, 7)], stop)


@pytest.mark.parametrize(
    "options",
    [{"temperature": 0}, {"last_temperature": 5}, {"top_p": 0}, {"top_p": 1.1}, {"guidance": -1}],
)
def test_options_out_of_range_are_refused(options) -> None:
    with pytest.raises(RangeError):
        SamplingOptions(**options)


def test_guidance_carries_known_colors_further_and_changes_nothing_without(
    prior, gray, known
) -> None:
    bins, mask = known

    def drawn(guidance: float, *known: Tensor) -> Tensor:
        options = SamplingOptions(guidance=guidance, has_anchors=True)
        numbers = [uniforms(seed, 5, 7) for seed in range(8)]
        return Sampler(prior, gray, *known, options=options).draw(numbers).bins

    assert torch.equal(drawn(1.0), drawn(3.0))
    guided = drawn(3.0, bins, mask)
    assert all(torch.equal(one[:, mask], bins[:, mask]) for one in guided)
    assert torch.equal(guided, drawn(1.0, bins, mask)) is not prior.sizes.reads_known_colors
