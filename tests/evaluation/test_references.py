from __future__ import annotations

import numpy as np
import pytest
import torch
from restore_colorize.imaging import luma_of, srgb_to_lab

from evaluation.references import (
    MAX_OFFSET,
    control_points,
    draw_offsets,
    gray_copy,
    rotate_hue,
    self_references,
    warp,
)
from tests.evaluation.pictures import picture


def thin_plate(points: np.ndarray, values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The spline of Bookstein 1989, solved plainly: U(r) = r^2 log r^2 and an affine part."""

    def kernel(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        squared = ((first[:, None] - second) ** 2).sum(-1)
        return squared * np.log(np.where(squared > 0, squared, 1))

    def affine(where: np.ndarray) -> np.ndarray:
        return np.hstack([np.ones((len(where), 1)), where])

    system = np.block(
        [[kernel(points, points), affine(points)], [affine(points).T, np.zeros((3, 3))]]
    )
    solved = np.linalg.solve(system, np.vstack([values, np.zeros((3, values.shape[1]))]))
    return np.hstack([kernel(at, points), affine(at)]) @ solved


def test_no_offsets_only_mirror() -> None:
    original = picture()
    warped = warp(original, np.zeros((9, 2)))
    assert torch.allclose(warped.planes, original.planes.flip(-1), atol=0.6 / 255)


def test_the_warp_is_the_thin_plate_spline() -> None:
    # A ramp shows where each pixel came from: red rises with y, green with x.
    height, width = 40, 60
    rows = (np.arange(height) + 0.5) / height
    columns = (np.arange(width) + 0.5) / width
    y, x = np.meshgrid(rows, columns, indexing="ij")
    ramp = picture(height, width).with_planes(
        torch.from_numpy(np.stack([y, x, np.zeros_like(x)])).float()
    )
    offsets = draw_offsets(3) / 3
    warped = warp(ramp, offsets).planes.numpy()[:2, :, ::-1]
    points = control_points()
    grid = np.stack([y.ravel(), x.ravel()], axis=1)
    expected = thin_plate(points, points + offsets, grid).T.reshape(2, height, width)
    # Half a pixel inside of the picture nothing is reflected; the ramp is stored at 8 bit.
    inside = (expected > 0.5 / height).all(0) & (expected < 1 - 0.5 / height).all(0)
    assert inside.mean() > 0.6
    assert np.abs(warped - expected)[:, inside].max() < 1.1 / 255


def test_what_lies_outside_is_reflected() -> None:
    original = picture()
    moved = warp(original, np.full((9, 2), (0.0, 0.25)))
    quarter = original.width // 4
    # Looking a quarter to the right: the last quarter repeats the one before it, mirrored.
    unflipped = moved.planes.flip(-1)
    kept, reflected = unflipped[..., :-quarter], unflipped[..., -quarter:]
    assert torch.allclose(kept, original.planes[..., quarter:], atol=0.6 / 255)
    assert torch.allclose(reflected, original.planes[..., -quarter:].flip(-1), atol=0.6 / 255)


def test_offsets_are_committed() -> None:
    assert draw_offsets(0)[0] == pytest.approx([0.1004944892, 0.0289662081], abs=1e-9)
    assert np.array_equal(draw_offsets(7), draw_offsets(7))
    assert not np.array_equal(draw_offsets(7), draw_offsets(8))
    drawn = np.concatenate([draw_offsets(index) for index in range(200)])
    assert np.abs(drawn).max() <= MAX_OFFSET
    assert np.abs(drawn).mean() == pytest.approx(MAX_OFFSET / 2, rel=0.05)


def test_self_references_are_seeded_by_place_and_keep_size() -> None:
    pictures = [picture(30, 40, seed=1), picture(41, 33, seed=1)]
    first, second = self_references(pictures)
    assert (first.size, second.size) == ((30, 40), (41, 33))
    assert torch.equal(first.planes, self_references(pictures[:1])[0].planes)


def test_a_gray_copy_keeps_luma_and_has_no_chroma() -> None:
    original = picture()
    gray = gray_copy(original)
    assert srgb_to_lab(gray.planes)[1:].abs().max() < 0.02
    assert torch.allclose(luma_of(gray), luma_of(original), atol=0.02)


def test_rotating_turns_hue_by_90_degrees_and_keeps_luma() -> None:
    pale = picture().with_planes(picture().planes * 0.1 + 0.45)
    before, after = srgb_to_lab(pale.planes), srgb_to_lab(rotate_hue(pale).planes)
    assert torch.allclose(after[1], -before[2], atol=0.7)
    assert torch.allclose(after[2], before[1], atol=0.7)
    assert torch.allclose(after[0], before[0], atol=0.5)
