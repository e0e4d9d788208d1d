from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from restore_colorize.imaging import Picture, write_picture

from evaluation.folders import load_folder
from evaluation.packs import MaterialError
from tests.evaluation.pictures import picture, save


def triple(folder: Path, name: str, *, seed: int = 0, ending: str = "png") -> None:
    for kind, offset, gray in (("gray", 0, True), ("reference", 10, False), ("truth", 0, False)):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        save(folder / kind / f"{name}.{ending}", seed + offset, gray=gray)


def test_equal_names_belong_together_whatever_their_endings(tmp_path: Path) -> None:
    triple(tmp_path, "b")
    triple(tmp_path, "a", ending="webp")
    (tmp_path / "gray" / "notes.txt").write_text("no picture")
    save(tmp_path / "gray" / "grandmother.png", 3, gray=True)
    save(tmp_path / "truth" / "grandmother.jpg", 3)
    save(tmp_path / "reference" / "grandmother.tif", 4)
    own = load_folder(tmp_path)
    assert [case.name for case in own.triples] == ["a", "b", "grandmother"]
    assert (own.damaged, own.has_colors) == ((), False)
    scene = own.triples[1].open()
    assert scene.target.is_gray
    assert scene.truth.size == scene.target.size
    assert not scene.reference.is_gray
    assert [case.name for case in load_folder(tmp_path, limit=2).triples] == ["a", "b"]


def test_16_bit_and_any_size_are_read_whole(tmp_path: Path) -> None:
    for kind, width in (("gray", 301), ("reference", 50), ("truth", 301)):
        (tmp_path / kind).mkdir()
        samples = (np.random.default_rng(1).random((17, width, 3)) * 65535).astype(np.uint16)
        write_picture(Picture.from_samples(samples), tmp_path / kind / "x.png")
    own = load_folder(tmp_path)
    scene = own.triples[0].open()
    assert (scene.target.size, scene.target.depth) == ((17, 301), 16)
    assert own.has_colors  # a faded target


def test_damaged_pairs_are_compared_in_gray(tmp_path: Path) -> None:
    for kind in ("damaged", "truth"):
        (tmp_path / kind).mkdir()
        save(tmp_path / kind / "x.png", 1, gray=kind == "damaged")
    own = load_folder(tmp_path)
    pair = own.damaged[0].open()
    assert own.triples == ()
    assert pair.damaged.is_gray
    assert pair.truth.is_gray
    triple(tmp_path, "x", seed=1)
    both = load_folder(tmp_path)
    assert (len(both.triples), len(both.damaged)) == (1, 1)


def refused(folder: Path) -> str:
    with pytest.raises(MaterialError) as refusal:
        load_folder(folder)
    sentence = str(refusal.value)
    assert sentence.endswith(".")
    assert sentence.count(". ") == 0
    return sentence


def test_what_is_missing_is_named_in_one_sentence(tmp_path: Path) -> None:
    assert "no folder" in refused(tmp_path / "absent")
    assert "neither gray nor damaged" in refused(tmp_path)
    (tmp_path / "gray").mkdir()
    assert "truth" in refused(tmp_path)
    triple(tmp_path, "x")
    for kind in ("truth", "reference"):
        (tmp_path / kind / "x.png").rename(tmp_path / "kept.png")
        assert f"no {kind} for gray/x.png" in refused(tmp_path)
        (tmp_path / "kept.png").rename(tmp_path / kind / "x.png")
    (tmp_path / "gray" / "x.png").unlink()
    assert "no picture in gray" in refused(tmp_path).replace(f"{tmp_path.name}/", "")


def test_what_does_not_fit_is_named_in_one_sentence(tmp_path: Path) -> None:
    triple(tmp_path, "x")
    save(tmp_path / "truth" / "x.jpg", 1)
    assert "one name" in refused(tmp_path)
    (tmp_path / "truth" / "x.jpg").unlink()
    write_picture(picture(40, 52), tmp_path / "truth" / "x.png")
    assert "gray/x.png has 64 x 48 pixels, its truth 52 x 40" in refused(tmp_path)
    save(tmp_path / "truth" / "x.png", 0)
    save(tmp_path / "reference" / "x.png", 0, gray=True)
    assert "reference/x.png is gray" in refused(tmp_path)
