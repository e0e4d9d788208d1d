"""Models are found, verified and loaded, or refused in one sentence."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest
import torch
from restore_colorize.errors import ModelError
from restore_colorize.models import ModelStore, load_authors_checkpoint, read_manifest
from restore_colorize.models.files import read_tensors
from restore_colorize.networks import ExemplarNet, ExemplarSizes
from safetensors.torch import save, save_file

from tests.models.folders import TINY, write_model_folder

CPU = torch.device("cpu")


def test_a_model_of_a_folder_is_found_by_role_and_by_name(tmp_path: Path) -> None:
    write_model_folder(tmp_path, name="mine")
    store = ModelStore([tmp_path])
    assert store.find("colorize.exemplar").name == "mine"
    assert store.find("colorize.exemplar", "mine").name == "mine"


def test_loading_gives_the_saved_numbers_in_eval_mode(tmp_path: Path) -> None:
    saved = write_model_folder(tmp_path)
    store = ModelStore([tmp_path])
    loaded = store.load(store.find("colorize.exemplar"), CPU)
    assert not loaded.training
    for key, value in saved.state_dict().items():
        torch.testing.assert_close(loaded.state_dict()[key], value)


def test_a_model_is_loaded_once(tmp_path: Path) -> None:
    write_model_folder(tmp_path)
    store = ModelStore([tmp_path])
    model = store.find("colorize.exemplar")
    assert store.load(model, CPU) is store.load(model, CPU)


def test_no_folder_and_an_empty_folder_hold_no_models(tmp_path: Path) -> None:
    assert ModelStore([tmp_path, tmp_path / "absent"]).models == ()


@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "missing"])
def test_damaged_weights_are_refused(tmp_path: Path, damage: str) -> None:
    write_model_folder(tmp_path)
    file = tmp_path / "tiny.safetensors"
    content = bytearray(file.read_bytes())
    if damage == "flip":
        content[-1] ^= 1
    file.write_bytes({"cut": content[:1000], "empty": b""}.get(damage, content))
    if damage == "missing":
        file.unlink()
    store = ModelStore([tmp_path])
    assert "install" in store.models[0].problem
    with pytest.raises(ModelError, match="install"):
        store.find("colorize.exemplar")


def test_weights_swapped_after_they_were_found_are_refused(tmp_path: Path) -> None:
    write_model_folder(tmp_path)
    store = ModelStore([tmp_path])
    model = store.find("colorize.exemplar")
    save_file({"a": torch.zeros(3)}, tmp_path / "tiny.safetensors")
    with pytest.raises(ModelError, match="SHA-256"):
        store.load(model, CPU)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    write_model_folder(tmp_path, tensors={"a": torch.zeros(3)})
    store = ModelStore([tmp_path])
    with pytest.raises(ModelError, match="another network"):
        store.load(store.find("colorize.exemplar"), CPU)


def test_weights_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    tensors = ExemplarNet(ExemplarSizes(**TINY)).state_dict()
    next(iter(tensors.values())).view(-1)[0] = float("nan")
    write_model_folder(tmp_path, tensors=tensors)
    store = ModelStore([tmp_path])
    with pytest.raises(ModelError, match="not finite"):
        store.load(store.find("colorize.exemplar"), CPU)


class _Trap:
    """Unpickling this would create the file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.path,))


def test_a_pickle_under_a_safe_name_is_refused_and_not_run(tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    write_model_folder(tmp_path)
    torch.save({"a": _Trap(sprung)}, tmp_path / "tiny.safetensors")
    write_model_folder(tmp_path, keep_file=True)
    store = ModelStore([tmp_path])
    with pytest.raises(ModelError, match="pickle"):
        store.load(store.find("colorize.exemplar"), CPU)
    with pytest.raises(ModelError, match="safely"):
        load_authors_checkpoint(tmp_path / "tiny.safetensors")
    assert not sprung.exists()


@pytest.mark.parametrize("length", [0x280, 0x4B50])
def test_a_header_whose_length_looks_like_another_kind_is_read(length: int) -> None:
    # The first bytes are then those of a pickle or of a zip file.
    header, _, values = save({"w": torch.ones(2)}).partition(b"}}")
    padded = (header[8:] + b"}}").ljust(length)
    content = length.to_bytes(8, "little") + padded + values.lstrip(b" ")
    assert content[:1] in (b"\x80", b"P")
    assert read_tensors(content, "file")["w"].tolist() == [1, 1]


def test_an_authors_checkpoint_with_its_command_line_is_read(tmp_path: Path) -> None:
    file = tmp_path / "epoch.pth"
    torch.save({"net": {"w": torch.ones(2)}, "args": argparse.Namespace(lr=1)}, file)
    content = load_authors_checkpoint(file)
    assert set(content) == {"net", "args"}


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\x03\x04"])
def test_a_file_that_is_no_checkpoint_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "epoch.pth"
    file.write_bytes(content)
    with pytest.raises(ModelError):
        load_authors_checkpoint(file)


def test_an_unknown_model_is_refused_with_the_known_names(tmp_path: Path) -> None:
    write_model_folder(tmp_path)
    with pytest.raises(ModelError, match="tiny"):
        ModelStore([tmp_path]).find("colorize.exemplar", "other")


def test_a_network_of_a_later_version_is_named(tmp_path: Path) -> None:
    write_model_folder(tmp_path, network="dreamnet")
    assert "dreamnet" in ModelStore([tmp_path]).models[0].problem


def test_a_name_in_two_folders_is_refused(tmp_path: Path) -> None:
    for part in ("a", "b"):
        (tmp_path / part).mkdir()
        write_model_folder(tmp_path / part)
    with pytest.raises(ModelError, match="tiny"):
        _ = ModelStore([tmp_path / "a", tmp_path / "b"]).models


@pytest.mark.parametrize(
    "change",
    [
        {"file": "../../etc/passwd"},
        {"file": "a/b.safetensors"},
        {"sha256": "12"},
        {"name": "Has Spaces"},
        {"surprise": 1},
    ],
)
def test_a_malformed_entry_is_refused(change: dict[str, object]) -> None:
    entry = {
        "name": "tiny",
        "file": "tiny.safetensors",
        "sha256": "0" * 64,
        "role": "colorize.exemplar",
        "network": "exemplar",
    }
    assert read_manifest(json.dumps({"format": 1, "models": [entry]}), "here")
    with pytest.raises(ModelError):
        read_manifest(json.dumps({"format": 1, "models": [entry | change]}), "here")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}', '{"format": 1, "models": [1]}'])
def test_a_file_that_is_no_manifest_is_refused(text: str) -> None:
    with pytest.raises(ModelError):
        read_manifest(text, "here")


def test_weights_of_8_bits_come_back_within_half_a_step_and_names_like_scales_stay() -> None:
    generator = torch.Generator().manual_seed(0)
    rows = torch.randn(6, 40, 3, 3, generator=generator)
    scale = rows.flatten(1).abs().amax(1) / 127
    rounded = (rows / scale.view(-1, 1, 1, 1)).round().to(torch.int8)
    norm = torch.rand(4, generator=generator)
    content = save(
        {"a.weight": rounded, "a.weight.scale": scale, "norm": norm, "norm.scale": norm.clone()}
    )
    tensors = read_tensors(content, "eight")
    assert set(tensors) == {"a.weight", "norm", "norm.scale"}  # a layer may call a weight so
    assert tensors["a.weight"].dtype == torch.float32
    assert bool(((tensors["a.weight"] - rows).abs() <= 0.501 * scale.view(-1, 1, 1, 1)).all())
    assert torch.equal(tensors["norm.scale"], norm)
