from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from evaluation.packs import MaterialError, load_material
from tests.evaluation.pictures import SAMPLES, save


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small packs with the real ones' names: two photographs, two pairs, two exemplar pairs."""
    folder = tmp_path_factory.mktemp("packs")
    names = {
        "validation-256": ["000.jpg", "001.jpg"],
        "pairs": [
            f"{kind}-0001-{side}.webp"
            for kind in ("scene-test", "face-test", "scene-train")
            for side in "ab"
        ],
        "exemplar-pairs": [
            "001-target.jpg",
            "001-reference.jpg",
            "001-published-deep-exemplar.jpg",
            "002-target.jpg",
            "002-reference.jpg",
        ],
    }
    for pack, entries in names.items():
        (folder / pack).mkdir()
        for seed, name in enumerate(entries):
            save(folder / pack / name, seed, gray=name.endswith("target.jpg"))
        (folder / pack / "index.tsv").write_text("name\tsource\n")
    return folder


def test_folders_and_tars_hold_the_same(packs: Path, tmp_path: Path) -> None:
    for pack in packs.iterdir():
        with tarfile.open(tmp_path / f"{pack.name}.tar", "w") as archive:
            # Out of order on purpose: the order of files must not change the figures.
            for path in sorted(pack.iterdir(), reverse=True):
                archive.add(path, path.name)
    unpacked, packed = load_material(packs), load_material(tmp_path)
    for one in (unpacked, packed):
        assert [photograph.name for photograph in one.photographs] == ["000", "001"]
        assert set(one.pairs) == {"scene", "face"}
        assert [pair.name for pair in one.exemplar_pairs] == ["001", "002"]
        assert list(one.exemplar_pairs[0].published) == ["deep-exemplar"]
        assert one.remarks == ()
    assert (unpacked.photographs[1].picture.planes == packed.photographs[1].picture.planes).all()


def test_pairs_go_both_ways_and_train_pairs_are_not_touched(packs: Path) -> None:
    first, second = load_material(packs).pairs["scene"]
    assert (first.name, second.name) == ("scene-test-0001-a", "scene-test-0001-b")
    assert first.reference is second.target
    assert second.reference is first.target


def test_a_missing_pack_is_named(packs: Path, tmp_path: Path) -> None:
    (tmp_path / "pairs").symlink_to(packs / "pairs")
    material = load_material(tmp_path)
    assert material.photographs == ()
    assert [remark.split()[0] for remark in material.remarks] == [
        "validation-256",
        "exemplar-pairs",
    ]


@pytest.mark.parametrize("name", ["absent", "empty"])
def test_a_folder_without_pictures_is_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(MaterialError) as refusal:
        load_material(tmp_path / name)
    sentence = str(refusal.value)
    assert "validation-256.tar" in sentence
    assert sentence.count(". ") == 0
    assert sentence.endswith(".")


def test_a_damaged_pack_and_a_damaged_picture_are_named(tmp_path: Path) -> None:
    (tmp_path / "validation-256.tar").write_bytes(b"no tar at all" * 100)
    with pytest.raises(MaterialError, match="validation-256"):
        load_material(tmp_path)
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / "broken.jpg").write_bytes(b"no picture")
    with pytest.raises(MaterialError, match=r"broken\.jpg"):
        load_material(plain)


def test_the_samples_are_six_photographs_and_three_pairs() -> None:
    material = load_material(SAMPLES)
    assert len(material.photographs) == 6
    assert [pair.name for pair in material.pairs["pairs"]] == [
        "pair1-dunes",
        "pair2-lake",
        "pair3-monastery",
    ]
    assert "historic1" in material.remarks[0]
    assert {min(one.picture.size) for one in material.photographs} == {256}


def test_a_limit_keeps_the_first(packs: Path) -> None:
    material = load_material(packs, limit=1)
    assert len(material.photographs) == 1
    assert len(material.pairs["scene"]) == 2  # a pair is never torn apart
    assert len(material.exemplar_pairs) == 1
    assert material.exemplar_pairs[0].published
