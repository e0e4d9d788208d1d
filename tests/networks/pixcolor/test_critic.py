from __future__ import annotations

import pytest
import torch
from restore_colorize.errors import ShapeError
from restore_colorize.networks import PixColor, PixColorCritic, PixColorCriticSizes, PixColorSizes

TINY = PixColorCriticSizes(condition=6, widths=(4, 5))


def lively() -> PixColorCritic:
    """A critic whose learned part says something."""
    torch.manual_seed(0)
    critic = PixColorCritic(TINY)
    torch.nn.init.normal_(critic.cells.weight)
    torch.nn.init.normal_(critic.whole[-1].weight)
    return critic


def bins(count: int, h: int, w: int) -> torch.Tensor:
    return torch.randint(0, 32, (count, 2, h, w), generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("grid", [(1, 1), (5, 7), (28, 3)])
def test_every_grid_gets_one_score(grid) -> None:
    torch.manual_seed(0)
    condition, expected = torch.randn(3, 6, *grid), torch.zeros(3, 2, *grid)
    scores = PixColorCritic(TINY)(condition, expected, bins(3, *grid))
    assert scores.shape == (3,)
    assert torch.isfinite(scores).all()


def test_a_score_is_of_chroma_and_of_what_the_picture_shows() -> None:
    critic, condition, expected = lively(), torch.randn(1, 6, 5, 7), torch.zeros(1, 2, 5, 7)
    score = critic(condition, expected, bins(1, 5, 7))
    assert critic(condition, expected, 31 - bins(1, 5, 7)) != score
    assert critic(-condition, expected, bins(1, 5, 7)) != score
    assert critic(condition, expected + 1, bins(1, 5, 7)) != score


def test_fresh_weights_like_what_is_expected() -> None:
    torch.manual_seed(0)
    critic, condition = PixColorCritic(TINY), torch.randn(3, 6, 5, 7)
    grids = torch.tensor([16, 20, 28])[:, None, None, None].expand(3, 2, 5, 7)
    scores = critic(condition, torch.full((3, 2, 5, 7), 0.3), grids)
    assert scores.argmax() == 1


def test_a_score_does_not_depend_on_the_other_draws() -> None:
    torch.manual_seed(0)
    config = {
        "prior": {"trunk_widths": [4, 6, 8, 8], "adaptation": [8, 6], "maps": 8, "blocks": 1},
        "critic": TINY.to_config(),
    }
    network = PixColor(PixColorSizes.from_config(config)).eval()
    gray, draws = torch.rand(1, 1, 40, 56) * 2 - 1, bins(4, 5, 7)
    together = network.judge(gray, draws)
    assert together is not None
    assert len(set(together.tolist())) == 4
    assert torch.equal(network.judge(gray, draws[2:3]), together[2:3])


def test_without_a_critic_nothing_is_judged() -> None:
    network = PixColor(PixColorSizes.from_config({"prior": {"maps": 8, "blocks": 1}}))
    assert network.judge(torch.zeros(1, 1, 8, 8), bins(1, 1, 1)) is None


@pytest.mark.parametrize("shape", [(1, 5, 4, 4), (2, 6, 4, 4), (1, 6, 4, 5)])
def test_what_does_not_fit_is_refused(shape) -> None:
    with pytest.raises(ShapeError):
        PixColorCritic(TINY)(torch.zeros(shape), torch.zeros(1, 2, 4, 4), bins(1, 4, 4))
