from __future__ import annotations

import torch
from restore_colorize.networks.layers import centered_cosine_attention, unit_rows


def explicit(query, key, value, tau):
    q = query - query.mean(2, keepdim=True)
    k = key - key.mean(2, keepdim=True)
    q = q / (q.square().sum(-1, keepdim=True) + 1e-4).sqrt()
    k = k / (k.square().sum(-1, keepdim=True) + 1e-4).sqrt()
    return torch.softmax(q @ k.transpose(2, 3) / tau, -1) @ value


def test_equals_the_explicit_softmax_for_narrow_and_wide_values() -> None:
    generator = torch.Generator().manual_seed(1)
    query = torch.randn(2, 1, 12, 8, generator=generator)
    key = torch.randn(2, 1, 20, 8, generator=generator)
    for width in (3, 8, 13):
        value = torch.randn(2, 1, 20, width, generator=generator)
        tau = torch.tensor(0.05)
        found = centered_cosine_attention(query, key, value, tau)
        torch.testing.assert_close(found, explicit(query, key, value, tau), atol=2e-5, rtol=1e-4)


def test_sharp_temperature_finds_the_same_cell() -> None:
    generator = torch.Generator().manual_seed(2)
    cells = torch.randn(1, 1, 30, 16, generator=generator)
    value = torch.eye(30)[None, None]
    found = centered_cosine_attention(cells, cells, value, torch.tensor(0.005))
    assert torch.equal(found[0, 0].argmax(1), torch.arange(30))


def test_a_flat_picture_attends_evenly_and_has_finite_gradients() -> None:
    flat = torch.ones(1, 1, 9, 4, requires_grad=True)
    value = torch.arange(9.0).view(1, 1, 9, 1)
    found = centered_cosine_attention(flat, flat, value, torch.tensor(0.01))
    torch.testing.assert_close(found, torch.full_like(found, 4.0))
    found.sum().backward()
    assert torch.isfinite(flat.grad).all()


def test_unit_rows_leave_zero_rows_zero() -> None:
    rows = torch.tensor([[3.0, 4.0], [0.0, 0.0]])
    torch.testing.assert_close(
        unit_rows(rows).norm(dim=1), torch.tensor([1.0, 0.0]), atol=1e-4, rtol=0
    )
