from __future__ import annotations

import torch
from restore_colorize.networks.exemplar.correspondence import CellAttention
from restore_colorize.networks.exemplar.encoders import ReferenceFeatures
from restore_colorize.networks.exemplar.sizes import ExemplarSizes


def test_a_sharp_head_copies_the_chroma_and_descriptors_of_the_matching_cell() -> None:
    torch.manual_seed(5)
    sizes = ExemplarSizes(heads=2, head_channels=8)
    attention = CellAttention(sizes, 10, 10, 6)
    attention.key.load_state_dict(attention.query.state_dict())
    torch.nn.init.constant_(attention.log_sharpness, 10.0)
    cells = torch.randn(1, 10, 4, 5)
    reference = ReferenceFeatures(torch.zeros(1, 4), torch.randn(1, 6, 4, 5), cells)
    chroma, descriptors = torch.randn(1, 2, 4, 5), torch.randn(1, 5, 4, 5)
    with torch.no_grad():
        found = attention(cells, reference, chroma, descriptors)
    assert found.attended.shape == (1, 16, 4, 5)
    torch.testing.assert_close(found.warped, chroma, atol=0.05, rtol=0)
    torch.testing.assert_close(found.described[:, :5], descriptors, atol=0.05, rtol=0)
    torch.testing.assert_close(found.best_cosine, torch.ones(1, 2, 4, 5), atol=1e-3, rtol=0)
    assert found.spread.max() < 0.1


def test_a_gray_reference_warps_to_gray() -> None:
    torch.manual_seed(6)
    attention = CellAttention(ExemplarSizes(heads=2, head_channels=4), 6, 6, 6)
    reference = ReferenceFeatures(
        torch.zeros(1, 4), torch.randn(1, 6, 3, 3), torch.randn(1, 6, 3, 3)
    )
    with torch.no_grad():
        found = attention(
            torch.randn(1, 6, 4, 4), reference, torch.zeros(1, 2, 3, 3), torch.zeros(1, 5, 3, 3)
        )
    assert torch.count_nonzero(found.warped) == 0
