from __future__ import annotations

import pytest
import torch
from restore_colorize.networks import PixColorPrior

from tests.networks.pixcolor.priors import FORMS, tiny_prior


@pytest.fixture(params=FORMS)
def prior(request: pytest.FixtureRequest) -> PixColorPrior:
    return tiny_prior(request.param)


@pytest.fixture
def gray() -> torch.Tensor:
    """A picture that is not square: a grid of 5 x 7."""
    generator = torch.Generator().manual_seed(2)
    return torch.rand(1, 1, 40, 56, generator=generator, dtype=torch.float64) * 2 - 1


@pytest.fixture
def known() -> tuple[torch.Tensor, torch.Tensor]:
    """Known bins (2, 5, 7), and where they are known: late in the upright scan."""
    generator = torch.Generator().manual_seed(3)
    bins = torch.randint(0, 32, (2, 5, 7), generator=generator)
    mask = torch.zeros(5, 7, dtype=torch.bool)
    mask[3:, 2:5] = mask[1, 6] = True
    return bins, mask
