from __future__ import annotations

import pytest
import torch
from restore_colorize.networks.exemplar.correspondence import CellAttention, Correspondence
from restore_colorize.networks.exemplar.sizes import ExemplarSizes


def look_up(
    attention: CellAttention,
    context: torch.Tensor,
    keys: torch.Tensor,
    *of_cells: torch.Tensor,
) -> Correspondence:
    """Values, chroma and descriptors of a reference's cells for those of a target."""
    return attention(context, keys, *of_cells)[0]


def test_a_sharp_head_copies_the_chroma_and_descriptors_of_the_matching_cell() -> None:
    torch.manual_seed(5)
    sizes = ExemplarSizes(heads=2, head_channels=8)
    attention = CellAttention(sizes, 10, 10, 6)
    attention.key.load_state_dict(attention.query.state_dict())
    torch.nn.init.constant_(attention.log_sharpness, 10.0)
    cells = torch.randn(1, 10, 4, 5)
    values = torch.randn(1, 6, 4, 5)
    chroma, descriptors = torch.randn(1, 2, 4, 5), torch.randn(1, 5, 4, 5)
    with torch.no_grad():
        found = look_up(attention, cells, cells, values, chroma, descriptors)
    assert found.attended.shape == (1, 16, 4, 5)
    torch.testing.assert_close(found.warped, chroma, atol=0.05, rtol=0)
    torch.testing.assert_close(found.described[:, :5], descriptors, atol=0.05, rtol=0)
    torch.testing.assert_close(found.best_cosine, torch.ones(1, 2, 4, 5), atol=1e-3, rtol=0)
    assert found.spread.max() < 0.1


def test_a_gray_reference_warps_to_gray() -> None:
    torch.manual_seed(6)
    attention = CellAttention(ExemplarSizes(heads=2, head_channels=4), 6, 6, 6)
    values, keys = torch.randn(2, 1, 6, 3, 3)
    uncolored = torch.zeros(1, 2, 3, 3), torch.zeros(1, 5, 3, 3)
    with torch.no_grad():
        found = look_up(attention, torch.randn(1, 6, 4, 4), keys, values, *uncolored)
    assert torch.count_nonzero(found.warped) == 0


def test_each_reference_of_a_target_is_looked_up_for_itself() -> None:
    """Two references in a row for each of two targets, in strips and in one product."""
    torch.manual_seed(8)
    attention = CellAttention(ExemplarSizes(), 24, 24, 12)
    context, keys, values = torch.randn(2, 24, 4, 5), *torch.randn(2, 4, 24, 3, 6)
    of_cells = values[:, :12], torch.rand(4, 2, 3, 6), torch.rand(4, 5, 3, 6)
    found, matches = attention(context, keys, *of_cells)
    with torch.no_grad():
        for index in range(4):
            one = [maps[index : index + 1] for maps in (keys, *of_cells)]
            alone, matched = attention(context[index // 2][None], *one)
            for name in found._fields:
                torch.testing.assert_close(
                    getattr(found, name)[index][None], getattr(alone, name), atol=1e-5, rtol=0
                )
            assert torch.equal(matches.places[index][None], matched.places)


@pytest.mark.parametrize("size", [(1, 1), (9, 11), (12, 20)])  # one cell: negative cosines too
@pytest.mark.parametrize("log_sharpness", [3.0, 10.0])  # soft, and beyond the sharpest
def test_bfloat16_without_gradients_equals_plain_float32(size, log_sharpness) -> None:
    """Both start from the same features; with gradients all products are plain and float32."""
    torch.manual_seed(7)
    attention = CellAttention(ExemplarSizes(), 24, 24, 12)
    torch.nn.init.constant_(attention.log_sharpness, log_sharpness)
    values, keys = torch.randn(2, 12, *size), torch.randn(2, 24, *size)
    context = torch.randn(2, 24, 9, 10)
    chroma, descriptors = torch.rand(2, 2, *size) - 0.5, torch.rand(2, 5, *size)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        plain = look_up(attention, context, keys, values, chroma, descriptors)
        with torch.no_grad():
            fast = look_up(attention, context, keys, values, chroma, descriptors)
    bounds = {"attended": 0.02, "warped": 0.004, "described": 0.008, "best_cosine": 0.006}
    bounds["spread"] = 0.03  # the root of a small difference
    for name, bound in bounds.items():
        found, exact = getattr(fast, name), getattr(plain, name)
        assert found.dtype == torch.float32
        torch.testing.assert_close(found, exact.detach(), atol=bound, rtol=0)
