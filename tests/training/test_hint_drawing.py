from __future__ import annotations

import torch
from restore_colorize_training.hint_drawing import HintMix, draw_hints, surface_at


def scene(batch: int = 32) -> tuple[torch.Tensor, torch.Tensor]:
    """Left half dark and blue, right half light and yellow, 32x32 cells."""
    luma = torch.full((batch, 1, 32, 32), -0.5)
    luma[..., 16:] = 0.5
    chroma = torch.zeros(batch, 2, 32, 32)
    chroma[:, 1, :, :16] = -0.3
    chroma[:, 1, :, 16:] = 0.4
    return luma, chroma


def draw(mix: HintMix, related: float = 1.0):
    luma, chroma = scene()
    generator = torch.Generator().manual_seed(3)
    return chroma, draw_hints(luma, chroma, torch.full((32,), related), mix, generator)


def test_surfaces_end_where_color_or_luma_changes() -> None:
    luma, chroma = scene(2)
    surface = surface_at(luma, chroma, torch.tensor([[5, 3], [5, 30]]))
    assert surface[0, 0, :, :16].all()
    assert not surface[0, 0, :, 16:].any()
    assert surface[1, 0, :, 16:].all()


def test_hints_tell_the_true_color() -> None:
    chroma, drawn = draw(HintMix(related_share=1.0, recolored_share=0.0, largest=1))
    assert torch.equal(drawn.chroma, chroma)
    painted = drawn.hints[:, 2:].expand_as(chroma) > 0
    assert painted.flatten(1).any(1).all()
    torch.testing.assert_close(drawn.hints[:, :2][painted], chroma[painted])
    assert torch.count_nonzero(drawn.hints[:, :2][~painted]) == 0


def test_strangers_get_hints_by_their_own_share() -> None:
    mix = HintMix(related_share=0.0, unrelated_share=1.0, recolored_share=0.0)
    assert torch.count_nonzero(draw(mix, related=1.0)[1].hints) == 0
    assert draw(mix, related=0.0)[1].hints[:, 2].flatten(1).any(1).all()


def test_a_recolored_surface_has_one_new_color_and_a_hint_inside() -> None:
    chroma, drawn = draw(HintMix(related_share=0.0, recolored_share=1.0))
    changed = (drawn.chroma - chroma).norm(dim=1) > 0.05
    assert changed.flatten(1).any(1).float().mean() > 0.9
    hinted = drawn.hints[:, 2] > 0
    for index in changed.flatten(1).any(1).nonzero().flatten().tolist():
        assert (hinted[index] & changed[index]).any()
        inner = drawn.chroma[index, :, changed[index]]
        middle = inner.median(1).values
        assert ((inner - middle[:, None]).norm(dim=0) < 0.02).float().mean() > 0.8


def test_the_callers_truth_is_not_written() -> None:
    luma, chroma = scene()
    before = chroma.clone()
    mix = HintMix(recolored_share=1.0)
    draw_hints(luma, chroma, torch.ones(32), mix, torch.Generator().manual_seed(4))
    assert torch.equal(chroma, before)
