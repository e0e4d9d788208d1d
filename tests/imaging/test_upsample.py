"""Enlarged chroma follows the edges of the luma."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from restore_colorize.errors import ShapeError
from restore_colorize.imaging import enlarge, shrink, upsample_chroma

from tests.imaging.pictures import quick, seeds, sizes, smooth


def test_chroma_edges_follow_luma_edges_better_than_bilinear():
    rows, columns = torch.meshgrid(torch.arange(240), torch.arange(320), indexing="ij")
    disk = ((rows - 118) ** 2 + (columns - 163) ** 2 < 80**2).float()
    luma = 30 + 40 * disk
    chroma = torch.stack((60 * disk - 10, 20 - 50 * disk))
    small = shrink(chroma, 30, 40)
    guided = upsample_chroma(small, shrink(luma, 30, 40), luma)
    bilinear = enlarge(small, 240, 320)
    error, bilinear_error = ((found - chroma).abs().mean() for found in (guided, bilinear))
    assert error < 0.35 * bilinear_error


def test_chroma_in_line_with_luma_is_reproduced():
    luma = 100 * smooth((200, 160), 1)[0]
    luma += 20 * (torch.arange(160) // 23 % 2)  # edges finer than the small pixels
    chroma = torch.stack((0.5 * luma - 20, 30 - 0.3 * luma))
    small_luma = shrink(luma, 25, 20)
    found = upsample_chroma(shrink(chroma, 25, 20), small_luma, luma)
    bilinear = enlarge(shrink(chroma, 25, 20), 200, 160)
    assert (found - chroma).abs().mean() < 0.5
    assert (found - chroma).abs().mean() < 0.4 * (bilinear - chroma).abs().mean()


@quick
@given(sizes, sizes, st.floats(-110, 110), st.floats(-110, 110), seeds)
def test_constant_chroma_stays_constant(small, full, a, b, seed):
    luma = 100 * torch.rand(*full, generator=torch.Generator().manual_seed(seed))
    luma_small = 100 * torch.rand(*small, generator=torch.Generator().manual_seed(seed + 1))
    chroma = torch.tensor([a, b])[:, None, None].expand(2, *small)
    found = upsample_chroma(chroma, luma_small, luma)
    assert found.shape == (2, *full)
    np.testing.assert_allclose(found, chroma[:, :1, :1].expand(2, *full), rtol=0, atol=1e-3)


@quick
@given(sizes, seeds)
def test_chroma_of_the_same_size_is_kept(size, seed):
    generator = torch.Generator().manual_seed(seed)
    chroma = 200 * torch.rand(2, *size, generator=generator) - 100
    luma = 100 * torch.rand(*size, generator=generator)
    np.testing.assert_allclose(upsample_chroma(chroma, luma, luma), chroma, rtol=0, atol=1e-3)


def test_strips_give_what_one_strip_gives(monkeypatch):
    chroma, luma = 50 * smooth((13, 11), 2), 100 * smooth((70, 61), 1)[0]
    small = shrink(luma, 13, 11)
    whole = upsample_chroma(chroma, small, luma)
    monkeypatch.setattr("restore_colorize.imaging.strips.STRIP_PX", 130)
    np.testing.assert_allclose(upsample_chroma(chroma, small, luma), whole, rtol=0, atol=1e-4)


def test_a_long_column_works():
    luma = torch.full((65536, 1), 50.0)
    chroma = torch.linspace(-50, 50, 512).expand(2, 512)[..., None]
    found = upsample_chroma(chroma, torch.full((512, 1), 50.0), luma)
    assert (found.diff(dim=1) >= 0).all()


def test_the_callers_planes_stay():
    chroma, luma = smooth((9, 9), 2), smooth((9, 9), 1)[0]
    before = chroma.clone(), luma.clone()
    upsample_chroma(chroma, luma, smooth((20, 20), 1)[0])
    assert torch.equal(chroma, before[0])
    assert torch.equal(luma, before[1])


@pytest.mark.parametrize(
    ("chroma", "luma"),
    [((3, 4, 4), (4, 4)), ((2, 4, 4), (4, 5)), ((4, 4), (4, 4)), ((2, 0, 4), (0, 4))],
)
def test_planes_that_do_not_belong_together_are_refused(chroma, luma):
    with pytest.raises(ShapeError):
        upsample_chroma(torch.zeros(chroma), torch.zeros(luma), torch.zeros(8, 8))
