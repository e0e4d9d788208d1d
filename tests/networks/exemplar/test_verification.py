from __future__ import annotations

import torch
from restore_colorize.networks.exemplar.verification import describe_luma, match_luma


def test_descriptors_of_a_flat_picture_are_its_mean_alone() -> None:
    described = describe_luma(torch.full((1, 1, 16, 24), 0.5))
    assert described.shape == (1, 5, 4, 6)
    torch.testing.assert_close(described[:, 0], torch.full((1, 4, 6), 0.25))
    assert described[:, 1:].abs().max() < 2e-3


def test_stripes_are_seen_in_their_own_direction() -> None:
    columns = torch.zeros(1, 1, 32, 32)
    columns[..., ::4] = 1
    columns[..., 1::4] = 1
    upright, lying = describe_luma(columns), describe_luma(columns.transpose(2, 3))
    assert upright[0, 1].mean() > 0.5
    assert upright[0, 2].abs().max() == 0
    torch.testing.assert_close(upright[0, 1], lying[0, 2].T)


def test_matched_luma_has_the_others_mean_and_deviation() -> None:
    generator = torch.Generator().manual_seed(4)
    luma = torch.rand(2, 1, 16, 16, generator=generator)
    like = torch.rand(2, 1, 8, 8, generator=generator) * 0.3 - 0.5
    matched = match_luma(luma, like)
    torch.testing.assert_close(matched.mean((1, 2, 3)), like.mean((1, 2, 3)))
    torch.testing.assert_close(matched.std((1, 2, 3)), like.std((1, 2, 3)), rtol=0.01, atol=0)
