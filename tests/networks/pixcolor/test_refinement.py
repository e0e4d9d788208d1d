from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from restore_colorize.errors import ShapeError
from restore_colorize.networks import PixColorRefinement, PixColorRefinementSizes

TINY = PixColorRefinementSizes(low=(4, 4, 6, 6), mid=(6, 4), branch=(4, 6, 4), decoder=(6, 4, 4))
FORMS = {"with skips": TINY, "the paper's": replace(TINY, has_skips=False)}


def test_parameters_are_those_of_the_papers_table() -> None:
    network = PixColorRefinement(PixColorRefinementSizes.paper())
    assert sum(p.numel() for p in network.parameters()) == 34_265_858


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("sides", [(32, 32), (40, 72), (224, 8)])
def test_fresh_weights_change_nothing_at_any_size(sides, form: str) -> None:
    h, w = sides
    gray, chroma = torch.rand(1, 1, h, w) * 2 - 1, torch.rand(1, 2, h // 8, w // 8) * 2 - 1
    out = PixColorRefinement(FORMS[form])(gray, chroma)
    plain = torch.nn.functional.interpolate(chroma, scale_factor=8, mode="bilinear")
    torch.testing.assert_close(out, plain)


@pytest.mark.parametrize("form", FORMS)
def test_trained_weights_see_the_gray_picture(form: str) -> None:
    torch.manual_seed(0)
    network = PixColorRefinement(FORMS[form])
    torch.nn.init.normal_(network.last.weight)
    gray, chroma = torch.rand(1, 1, 32, 48), torch.zeros(1, 2, 4, 6)
    assert not torch.equal(network(gray, chroma), network(1 - gray, chroma))


@pytest.mark.parametrize("sides", [(30, 32), (32, 40)])
def test_what_does_not_fit_is_refused(sides) -> None:
    with pytest.raises(ShapeError):
        PixColorRefinement(TINY)(torch.zeros(1, 1, *sides), torch.zeros(1, 2, 4, 4))
