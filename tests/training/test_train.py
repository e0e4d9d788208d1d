from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import export
import numpy as np
import pytest
import torch
import train
from PIL import Image
from restore_colorize.networks import ExemplarNet, ExemplarSizes
from restore_colorize_training.packs import load_pairs, load_photographs

CONFIG = """
recipe = "exemplar"
seed = 3
[network]
widths = [8, 8, 8, 8]
up_widths = [8, 8, 8]
reference_widths = [8, 8, 8, 8, 8]
embedding = 8
heads = 2
head_channels = 4
hint_channels = 4
[data]
held_out_groups = 1
validation_packs = ["large.tar"]
validation_every = 2
validation_side = 64
[[sources]]
packs = ["small.tar"]
side = 32
pair_side = 40
batch = 4
share = 0.7
[[sources]]
packs = ["large.tar"]
side = 64
pair_side = 64
batch = 2
share = 0.3
[optimizer]
rate = 1e-3
last_rate = 1e-5
warmup_steps = 2
weight_decay = 1e-4
clip = 1.0
ema = 0.9
statistics_batches = 3
[verdict]
gain = 2.0
offset = -1.0
[report]
log_every_s = 600
validate_every_s = 600
checkpoint_every_s = 600
"""


def add_picture(archive: tarfile.TarFile, name: str, seed: int, side: int) -> None:
    rng = np.random.default_rng(seed)
    blocks = rng.integers(0, 255, (4, 4, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(blocks).resize((side, side), Image.Resampling.BICUBIC).save(stream, "PNG")
    add_bytes(archive, name, stream.getvalue())


def add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


@pytest.fixture(scope="module")
def packs(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("packs")
    for name, side, count in (("small", 32, 8), ("large", 64, 6)):
        with tarfile.open(folder / f"{name}.tar", "w") as archive:
            for index in range(count):
                add_picture(archive, f"{index:05}.png", index, side)
            if name == "small":
                stream = io.BytesIO()
                Image.new("RGB", (32, 32), (120, 120, 120)).save(stream, "PNG")
                add_bytes(archive, "gray.png", stream.getvalue())
    rows = [
        ("scene-train-0001", "g1", "google/dreambooth"),
        ("scene-train-0002", "g2", "one"),
        ("face-train-0001", "g3", "two"),
        ("scene-test-0001", "g4", "three"),
    ]
    with tarfile.open(folder / "pairs.tar", "w") as archive:
        lines = ["name\tgroup\tsource", *("\t".join(row) for row in rows)]
        add_bytes(archive, "index.tsv", "\n".join(lines).encode())
        for index, (name, _, _) in enumerate(rows):
            for letter in "ab":
                add_picture(archive, f"{name}-{letter}.png", index, 64)
    (folder / "config.toml").write_text(CONFIG)
    return folder


def arguments(packs: Path, out: Path, *more: str) -> list[str]:
    given = [str(packs / "config.toml"), "--data", str(packs), "--out", str(out), "--float32"]
    return [*given, "--steps", "4", *more]


def start(packs: Path, out: Path, *more: str, muon: bool = False) -> train.Training:
    out.mkdir(exist_ok=True)
    options = train._parse(arguments(packs, out, *more))
    config = train.tomllib.loads(CONFIG)
    config["optimizer"]["muon"] = muon
    torch.manual_seed(config["seed"])
    return train.Training(config, options, torch.device("cpu"))


@pytest.fixture
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def test_gray_pictures_and_test_pairs_are_not_loaded(packs) -> None:
    assert len(load_photographs([packs / "small.tar"], 32)) == 8
    trained, aside = load_pairs(packs / "pairs.tar", 40, 1)
    assert "scene-train-0001" in trained.names
    assert len(trained.names) == 2
    assert len(aside.names) == 1
    assert not {name for name in trained.names + aside.names if "test" in name}
    assert trained.pixels.shape == (2, 2, 3, 40, 40)


@pytest.mark.parametrize("muon", [False, True])
def test_a_resumed_training_equals_an_uninterrupted_one(packs, tmp_path, one_thread, muon) -> None:
    whole = start(packs, tmp_path / "whole", muon=muon)
    for _ in range(4):
        whole._train_step()
    first = start(packs, tmp_path / "parts", muon=muon)
    for _ in range(2):
        first._train_step()
    first._save()
    second = start(packs, tmp_path / "parts", "--resume", muon=muon)
    assert second.step == 2
    for _ in range(2):
        second._train_step()
    for name, value in whole.average.state_dict().items():
        assert torch.equal(value, second.average.state_dict()[name]), name


def test_a_run_leaves_weights_that_export_and_load(packs, tmp_path, capsys, one_thread) -> None:
    safetensors = pytest.importorskip("safetensors.torch", reason="only the export needs it")
    train.main(arguments(packs, tmp_path))
    assert "VALIDATION" in (tmp_path / "log.txt").read_text()
    capsys.readouterr()
    target = tmp_path / "weights.safetensors"
    export.main([str(tmp_path / "checkpoint.pt"), "-o", str(target), "--commit", "abc"])
    entry = json.loads(capsys.readouterr().out)
    assert entry["network"] == "exemplar"
    network = ExemplarNet(ExemplarSizes.from_config(entry["config"]))
    assert entry["parameters"] == sum(p.numel() for p in network.parameters())
    tensors = safetensors.load_file(target)
    network.load_state_dict(tensors)
    state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    trained = state["average"]["verification.related.2.bias"]
    shipped = network.verification.related[2].bias
    torch.testing.assert_close(shipped, 2 * trained - 1, atol=2e-3, rtol=0)
    assert tensors["residual.2.weight"].dtype == torch.float16
    assert tensors["target_encoder.inc.1.running_var"].dtype == torch.float32
    with safetensors.safe_open(target, "pt") as file:
        header = file.metadata()
    assert header["network"] == "exemplar"
    assert header["pictures_seen"] != "0"
    assert str(packs) not in json.dumps(header)
    assert "commercial use" in header["license"]


def test_large_weights_may_be_stored_in_8_bits(packs, tmp_path, one_thread, monkeypatch) -> None:
    pytest.importorskip("safetensors.torch", reason="only the export needs it")
    from restore_colorize.models.files import read_tensors

    monkeypatch.setattr(export, "_LARGE", 64)  # the network is tiny
    train.main(arguments(packs, tmp_path))
    sizes, found = {}, {}
    for bits in ("16", "8"):
        target = tmp_path / f"{bits}.safetensors"
        export.main([str(tmp_path / "checkpoint.pt"), "-o", str(target), "--bits", bits])
        found[bits] = read_tensors(target.read_bytes(), bits)
        sizes[bits] = target.stat().st_size
    assert found["8"].keys() == found["16"].keys()
    assert sizes["8"] < 0.8 * sizes["16"]
    for name, value in found["8"].items():
        exact = found["16"][name].float()
        assert (value.float() - exact).abs().max() <= 0.005 * exact.abs().max() + 1e-6, name


def test_statistics_are_measured_anew_for_the_averaged_weights(packs, tmp_path) -> None:
    training = start(packs, tmp_path)
    norm = training.average.target_encoder.inc[1]
    norm.running_mean.fill_(100.0)
    training._renew_statistics()
    assert norm.running_mean.abs().max() < 10
    assert norm.momentum == 0.1
    assert not training.average.training


def test_validation_pictures_are_not_trained_on(packs, tmp_path) -> None:
    sources = start(packs, tmp_path).recipe.sources
    trained = [source.drawer.pixels for source in sources._sources if source.drawer.side == 64]
    assert len(trained[0]) == 3
    assert sources.held_out.describe().startswith("3 photographs, 2 directions")


def test_a_config_may_say_only_what_differs_from_another(tmp_path: Path) -> None:
    (tmp_path / "first.toml").write_text("seed = 1\n[data]\nside = 128\npacks = ['a', 'b']\n")
    (tmp_path / "second.toml").write_text(
        "base = 'first.toml'\nseed = 2\n[data]\npacks = ['c']\n[new]\nrate = 3\n"
    )
    assert train.read_config(tmp_path / "second.toml") == {
        "seed": 2,
        "data": {"side": 128, "packs": ["c"]},
        "new": {"rate": 3},
    }
