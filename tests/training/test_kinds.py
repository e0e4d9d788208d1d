from __future__ import annotations

import gzip
import tarfile
from pathlib import Path

import pytest
import torch
from restore_colorize_training.kinds import MANIFEST, KnownKinds, read_kinds

from tests.training.test_train import add_picture

RULES = {"shop/animals": r"(cat|dog)", "sea": ""}
ROWS = (
    ("one", "0.png", "shop/animals", "cat/1.jpg"),
    ("one", "1.png", "shop/animals", "dog/1.jpg"),
    ("one", "2.png", "shop/animals", "fish/1.jpg"),
    ("one", "3.png", "sea", ""),
    ("two", "0.png", "sea", "a.jpg"),
    ("two", "1.png", "shop/animals", "dog/2.jpg"),
    ("two", "2.png", "anything", "dog/2.jpg"),
    ("other", "0.png", "sea", "a.jpg"),
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for pack, count in (("one", 4), ("two", 3)):
        with tarfile.open(tmp_path / f"{pack}.tar", "w") as archive:
            for number in range(count):
                add_picture(archive, f"{number}.png", seed=10 * count + number, side=40)
    lines = [",".join(row) for row in (("pack", "name", "source", "path"), *ROWS)]
    (tmp_path / MANIFEST).write_bytes(gzip.compress("\n".join(lines).encode()))
    return tmp_path


def test_kinds_are_read_from_paths_and_sources(data: Path) -> None:
    assert read_kinds(data / MANIFEST, ["one.tar", "two.tar"], RULES) == {
        ("one.tar", "0.png"): "shop/animals cat",
        ("one.tar", "1.png"): "shop/animals dog",
        ("one.tar", "3.png"): "sea",
        ("two.tar", "0.png"): "sea",
        ("two.tar", "1.png"): "shop/animals dog",
    }


def test_pictures_come_with_their_kinds_and_rare_kinds_are_left_out(data: Path) -> None:
    config = {"packs": ["one.tar", "two.tar"], "rules": RULES, "least": 2}
    known = KnownKinds(config, data, 32, torch.device("cpu"))
    assert known.names == ["sea", "shop/animals dog"]
    assert known.shown.tolist() == [1, 0, 0, 1]
    luma, kinds = known.draw(64, torch.Generator().manual_seed(1))
    assert luma.shape == (64, 1, 32, 32)
    assert luma.min() >= -1
    assert luma.max() <= 1
    assert kinds.unique().tolist() == [0, 1]
    assert len(luma.flatten(1).unique(dim=0)) == 64  # no two are cut alike
