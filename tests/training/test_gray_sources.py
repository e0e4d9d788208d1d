"""Crops that are as sharp as photographs come, and sharper."""

from __future__ import annotations

import tarfile
from pathlib import Path

import torch
from restore_colorize_training.gray_sources import GraySources, sharpened
from torch import Tensor

from tests.training.test_train import add_picture


def detail(pictures: Tensor) -> Tensor:
    """Mean difference of neighbors, (b,)."""
    return pictures.diff(dim=3).abs().mean((1, 2, 3))


def test_sharpened_pictures_gain_detail_and_keep_their_mean() -> None:
    pictures = 0.25 + 0.5 * torch.rand(8, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    generator = torch.Generator().manual_seed(0)
    assert torch.equal(sharpened(pictures, 0.0, generator), pictures)
    made = sharpened(pictures, 1.0, generator)
    assert (detail(made) > detail(pictures)).all()
    assert (made.mean((1, 2, 3)) - pictures.mean((1, 2, 3))).abs().max() < 0.01
    assert 0 <= made.min() <= made.max() <= 1


def test_whole_small_photographs_are_a_source_of_their_own(tmp_path: Path) -> None:
    for name, side in (("large", 256), ("small", 128)):
        with tarfile.open(tmp_path / f"{name}.tar", "w") as archive:
            for index in range(2):
                add_picture(archive, f"{index}.png", index, side)
    config = {
        "data": {
            "validation_packs": ["large.tar"],
            "validation_every": 2,
            "validation_side": 256,
            "tone_packs": ["small.tar"],
        },
        "sources": [{"whole": True, "side": 128, "batch": 3, "share": 1.0}],
    }
    sources = GraySources(config, tmp_path, torch.device("cpu"))
    crops = sources.crops(0.0, torch.Generator().manual_seed(0))
    assert crops.shape == (3, 1, 128, 128)
    whole = sources.whole[:, None].float() / 255
    assert all((crop == whole).flatten(1).all(1).any() for crop in crops)
