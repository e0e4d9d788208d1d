"""References for photographs that have none: warped copies, other photographs, gray, other hues.

Every random draw has a committed seed, so two evaluations see the same references.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from restore_colorize.imaging import (
    Picture,
    lab_to_srgb,
    reduce_chroma_to_gamut,
    srgb_to_lab,
)
from scipy.interpolate import RBFInterpolator
from scipy.ndimage import map_coordinates

FIRST_SEED = 100  # photograph number i is warped by the generator of seed 100 + i
MAX_OFFSET = 0.15  # of the side, each way


def control_points() -> np.ndarray:
    """Return the (9, 2) grid of (y, x) control points, as shares of the sides in [0, 1]."""
    y, x = np.meshgrid((0.0, 0.5, 1.0), (0.0, 0.5, 1.0), indexing="ij")
    return np.stack([y.ravel(), x.ravel()], axis=1)


def draw_offsets(index: int) -> np.ndarray:
    """Return the (9, 2) offsets (y, x) of photograph ``index``, shares of the sides, seeded."""
    return np.random.default_rng(FIRST_SEED + index).uniform(-MAX_OFFSET, MAX_OFFSET, (9, 2))


def warp(picture: Picture, offsets: np.ndarray) -> Picture:
    """Warp by the thin plate spline that moves the control points by ``offsets``, then mirror.

    The self-reference of Color2Embed (arXiv 2106.08017, section 3.3): the picture at a control
    point comes from the point moved by its offset. What lies outside is reflected.

    Args:
        picture: (c, h, w).
        offsets: (9, 2), (y, x), shares of the sides.

    Returns:
        The same size and depth, flipped left to right.
    """
    points = control_points()
    spline = RBFInterpolator(points, points + offsets, kernel="thin_plate_spline", degree=1)
    height, width = picture.size
    rows, columns = (np.arange(height) + 0.5) / height, (np.arange(width) + 0.5) / width
    grid = np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1).reshape(-1, 2)
    source = spline(grid).T.reshape(2, height, width)
    source = source[:, :, ::-1] * np.array([height, width])[:, None, None] - 0.5
    planes = [
        map_coordinates(plane, source, order=1, mode="reflect") for plane in picture.planes.numpy()
    ]
    warped = picture.with_planes(torch.from_numpy(np.stack(planes)).clamp_(0, 1))
    return Picture.from_samples(warped.quantize())


def self_references(pictures: Sequence[Picture]) -> list[Picture]:
    """Return the warped copy of each picture, seeded by its place in the sequence."""
    return [warp(picture, draw_offsets(index)) for index, picture in enumerate(pictures)]


def gray_copy(picture: Picture) -> Picture:
    """Return the (3, h, w) picture without its chroma, L kept."""
    lab = srgb_to_lab(picture.planes)
    lab[1:] = 0
    return picture.with_planes(lab_to_srgb(lab))


def rotate_hue(picture: Picture) -> Picture:
    """Turn every color by 90 degrees in the ab plane, L kept, chroma within the gamut."""
    lab = srgb_to_lab(picture.planes)
    turned = torch.stack([lab[0], -lab[2], lab[1]])
    planes = lab_to_srgb(reduce_chroma_to_gamut(turned))
    return Picture.from_samples(picture.with_planes(planes).quantize())
