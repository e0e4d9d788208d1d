from __future__ import annotations

import pytest
import torch
from restore_colorize.cli.sheets import contact_sheet
from restore_colorize.imaging import Picture


@pytest.mark.parametrize(("count", "size"), [(1, (26, 36)), (2, (26, 64)), (5, (44, 92))])
def test_pictures_lie_in_reading_order(count: int, size: tuple[int, int]) -> None:
    pictures = [Picture(torch.full((3, 10, 20), index / 10)) for index in range(count)]
    sheet = contact_sheet(pictures)
    assert sheet.size == size
    assert (sheet.planes[:, 8:18, 8:28] == 0).all()
    if count == 5:
        assert torch.allclose(sheet.planes[:, 26:36, 36:56], torch.tensor(0.4))


def test_large_pictures_become_small_and_transparent_ones_white() -> None:
    picture = Picture(torch.zeros(1, 600, 900), torch.zeros(600, 900))
    sheet = contact_sheet([picture, picture])
    assert sheet.size == (256 + 16, 2 * 384 + 24)
    assert (sheet.planes == 1).all()
