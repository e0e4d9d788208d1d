"""Reads the photograph packs once into RAM as planar bytes."""

from __future__ import annotations

import csv
import io
import random
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

# Colorfulness (Hasler and Suesstrunk) over 255 below which a picture teaches only gray.
NEAR_GRAY = 0.05
# Their pictures are in train-128-a too, so they cannot be set aside.
_NEVER_HELD_OUT = "google/dreambooth"


@dataclass(frozen=True)
class PicturePairs:
    """Two pictures of the same thing: ``pixels (n, 2, 3, s, s)`` uint8 and the pairs' names."""

    pixels: Tensor
    names: tuple[str, ...]


def load_photographs(packs: list[Path], side: int) -> Tensor:
    """Decode packs to center squares.

    Args:
        packs: tar files of pictures.
        side: side in px; the short side is reduced to it (Lanczos) before the cut.

    Returns:
        (n, 3, side, side) uint8 sRGB, without pictures that are near gray.
    """
    squares = []
    for pack in packs:
        for _, picture in _pictures(pack):
            square = center_square(picture, side)
            if colorfulness(square) / 255 >= NEAR_GRAY:
                squares.append(square.transpose(2, 0, 1))
    return torch.from_numpy(np.stack(squares))


def load_pairs(pack: Path, side: int, held_out_groups: int) -> tuple[PicturePairs, PicturePairs]:
    """Read the train parts of ``pairs.tar``; the test parts are never opened here.

    Args:
        pack: the tar file, with ``index.tsv`` (name, group, source).
        side: side in px of the center squares.
        held_out_groups: how many groups are set aside for choosing between recipes.

    Returns:
        Pairs to train on, and pairs set aside; no group is on both sides.
    """
    with tarfile.open(pack) as archive:
        member = archive.extractfile("index.tsv")
        if member is None:
            raise FileNotFoundError(f"{pack} has no index.tsv")
        text = member.read().decode()
    rows = [r for r in csv.DictReader(io.StringIO(text), delimiter="\t") if "-train-" in r["name"]]
    group_of = {row["name"]: row["group"] for row in rows}
    eligible = sorted({row["group"] for row in rows if row["source"] != _NEVER_HELD_OUT})
    held_out = set(random.Random(10).sample(eligible, held_out_groups))
    squares = {
        Path(name).stem: center_square(picture, side)
        for name, picture in _pictures(pack, lambda name: Path(name).stem[:-2] in group_of)
    }

    def gather(names: list[str]) -> PicturePairs:
        both = [np.stack([squares[f"{n}-a"], squares[f"{n}-b"]]) for n in names]
        pixels = np.stack(both).transpose(0, 1, 4, 2, 3)
        return PicturePairs(torch.from_numpy(np.ascontiguousarray(pixels)), tuple(names))

    names = sorted(group_of)
    return (
        gather([name for name in names if group_of[name] not in held_out]),
        gather([name for name in names if group_of[name] in held_out]),
    )


def center_square(picture: Image.Image, side: int) -> np.ndarray:
    """``(side, side, 3)`` uint8 sRGB from the middle of a picture, short side reduced to it."""
    picture = picture.convert("RGB")
    w, h = picture.size
    if min(w, h) != side:
        scale = side / min(w, h)
        size = (max(side, round(w * scale)), max(side, round(h * scale)))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
        w, h = picture.size
    left, top = (w - side) // 2, (h - side) // 2
    return np.asarray(picture.crop((left, top, left + side, top + side)))


def colorfulness(rgb: np.ndarray) -> float:
    """Colorfulness of ``(h, w, 3)`` uint8 after Hasler and Suesstrunk 2003."""
    r, g, b = np.moveaxis(rgb.astype(np.float32), -1, 0)
    red_green, yellow_blue = r - g, (r + g) / 2 - b
    spread = np.hypot(red_green.std(), yellow_blue.std())
    return float(spread + 0.3 * np.hypot(red_green.mean(), yellow_blue.mean()))


def _pictures(pack: Path, wanted=lambda name: True) -> Iterator[tuple[str, Image.Image]]:
    with tarfile.open(pack) as archive:
        for member in archive:
            if not member.name.endswith((".webp", ".jpg", ".png")) or not wanted(member.name):
                continue
            data = archive.extractfile(member)
            if data is not None:
                yield member.name, Image.open(io.BytesIO(data.read()))
