"""Pik-Fix's recipe through the loop: 20 steps, resumed, exported, with every switch."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import export
import pytest
import torch
import train
from restore_colorize.models import ModelStore
from restore_colorize.models.files import read_tensors
from restore_colorize.networks import PikFixColor, PikFixSizes
from restore_colorize_training.pikfix import PikFixRecipe, adopt_trunk, turned_hues
from restore_colorize_training.references import Drawn

from tests.training.test_train import arguments, one_thread, packs, start

__all__ = ["one_thread", "packs"]  # fixtures

COMMITTED = Path(__file__).parents[2] / "training" / "configs" / "pikfix.toml"
CONFIG = """
recipe = "pikfix"
seed = 3
[network]
stem = 8
stem_stride = 2
blocks = [1, 1, 1, 1]
growth = 4
bottleneck = 1
dropout = 0.0
fusion_units = 1
decoder_units = [1, 1, 1, 1, 1]
trunk = "own"
trunk_widths = [8, 8, 8, 8, 8]
similarity = "SIMILARITY"
similarity_channels = 4
histogram = "HISTOGRAM"
bins = 4
sees_best_match = true
starts_at_match = true
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
[hue]
share = 0.3
[loss]
histogram = 0.1
adversarial = ADVERSARIAL
warped = 0.5
[optimizer]
rate = 2e-3
last_rate = 1e-5
warmup_steps = 2
weight_decay = 1e-4
clip = 1.0
ema = 0.9
statistics_batches = 3
[report]
log_every_s = 600
validate_every_s = 600
checkpoint_every_s = 600
"""


def prepared(
    packs: Path, folder: Path, similarity: str = "four", histogram: str = "learned", gan: float = 0
) -> Path:
    """The packs with a config of ours beside them."""
    shutil.copytree(packs, folder)
    text = CONFIG.replace("SIMILARITY", similarity).replace("HISTOGRAM", histogram)
    if gan:  # patches of the discriminator need 24 px of chroma
        text = text.replace("stem_stride = 2", "stem_stride = 1")
    (folder / "config.toml").write_text(text.replace("ADVERSARIAL", str(gan)))
    return folder


def steps(training: train.Training, count: int) -> list[float]:
    return [training._train_step()["l1"].item() for _ in range(count)]


def test_twenty_steps_equal_ten_and_ten_resumed(packs, tmp_path, one_thread) -> None:
    folder = prepared(packs, tmp_path / "data")
    whole = start(folder, tmp_path / "whole", "--steps", "20")
    losses = steps(whole, 20)
    assert sum(losses[-5:]) < sum(losses[:5])
    first = start(folder, tmp_path / "parts", "--steps", "20")
    steps(first, 10)
    first._save()
    second = start(folder, tmp_path / "parts", "--steps", "20", "--resume")
    assert second.step == 10
    assert steps(second, 10) == losses[10:]
    for name, value in whole.average.state_dict().items():
        assert torch.equal(value, second.average.state_dict()[name]), name


@pytest.mark.parametrize(
    ("similarity", "histogram", "gan"),
    [("four", "learned", 0.1), ("none", "learned", 0), ("one", "learned", 0), ("four", "none", 0)],
)
def test_every_variant_trains_and_exports_its_color_network(
    packs, tmp_path, capsys, one_thread, similarity: str, histogram: str, gan: float
) -> None:
    safetensors = pytest.importorskip("safetensors.torch", reason="only the export needs it")
    folder = prepared(packs, tmp_path / "data", similarity, histogram, gan)
    train.main(arguments(folder, tmp_path / "out"))
    log = (tmp_path / "out" / "log.txt").read_text()
    assert "pairs_gray" in log
    assert "nan" not in log
    capsys.readouterr()
    target = tmp_path / "weights.safetensors"
    export.main([str(tmp_path / "out" / "checkpoint.pt"), "-o", str(target), "--commit", "abc"])
    entry = json.loads(capsys.readouterr().out)
    assert entry["network"] == "pikfix"
    network = PikFixColor(PikFixSizes.from_config(entry["config"]))
    network.load_state_dict(safetensors.load_file(target))
    assert entry["parameters"] == sum(p.numel() for p in network.parameters())


def test_features_are_compared_and_luma_restored_where_the_config_names_networks(
    packs, tmp_path
) -> None:
    folder = prepared(packs, tmp_path / "data")
    config = tomllib.loads((folder / "config.toml").read_text())
    generator = torch.Generator()
    plain = PikFixRecipe(config, folder, torch.device("cpu"))
    batch = plain.draw(0.0, generator.manual_seed(1))
    assert torch.equal(batch.luma, batch.true_luma)
    _, figures = plain.loss(plain.build(), batch)
    assert not {"feature", "luma"} & set(figures)
    for source in config["sources"]:
        source |= {"side": 64, "pair_side": 64}  # features are compared at half size, down to 1/32
    config |= {
        "features": {"model": "features-1"},
        "restored": {"model": "restoration-1", "share": 0.5},
        "damage": {"noise": {"share": 1.0, "noise": 1.0}},
    }
    whole = PikFixRecipe(config, folder, torch.device("cpu"))
    for seed in range(1, 9):
        batch = whole.draw(0.0, generator.manual_seed(seed))
        changed = (batch.luma - batch.true_luma).abs().amax((1, 2, 3))
        if 0 < int((changed > 0).sum()) < len(changed):
            break
    else:
        raise AssertionError("all or none were restored, eight times")
    assert float(changed.max()) < 1.5  # of 2: still the same picture
    _, figures = whole.loss(whole.build(), batch)
    assert 0 < figures["feature"] < 8  # two a map, if nothing were alike
    assert figures["luma"] > 0


def test_networks_that_are_not_installed_or_do_something_else_are_refused(packs, tmp_path) -> None:
    folder = prepared(packs, tmp_path / "data")
    config = tomllib.loads((folder / "config.toml").read_text())
    wrong = config | {"restored": {"model": "exemplar-2", "share": 0.5}, "damage": {}}
    with pytest.raises(SystemExit, match="does not restore"):
        PikFixRecipe(wrong, folder, torch.device("cpu"))
    with pytest.raises(SystemExit, match="no features to compare"):
        PikFixRecipe(config | {"features": {"model": "exemplar-2"}}, folder, torch.device("cpu"))
    with pytest.raises(SystemExit, match="no model called nothing-1"):
        PikFixRecipe(config | {"features": {"model": "nothing-1"}}, folder, torch.device("cpu"))


def test_hues_of_target_and_reference_turn_alike() -> None:
    generator = torch.Generator().manual_seed(1)
    lab = torch.rand(64, 3, 4, 4, generator=generator) - 0.5
    drawn = Drawn(lab[:, :1], lab, lab.flip(3), torch.ones(64))
    turned = turned_hues(drawn, 0.5, generator)
    assert torch.equal(turned.lab[:, :1], lab[:, :1])
    torch.testing.assert_close(turned.lab.norm(dim=1), lab.norm(dim=1))
    torch.testing.assert_close(turned.reference, turned.lab.flip(3))
    changed = (turned.lab - lab).abs().amax((1, 2, 3)) > 1e-6
    assert 15 < changed.sum() < 50


def test_the_trunk_begins_with_what_an_exemplar_network_learned() -> None:
    network = PikFixColor(PikFixSizes.lite())
    last = network.trunk.down4[0].weight.clone()
    adopt_trunk(network.trunk, "exemplar-2")
    model = ModelStore.default().find("colorize.exemplar", "exemplar-2")
    tensors = read_tensors(model.read(), model.entry.file)
    learned = tensors["target_encoder.inc.0.weight"].float()
    assert torch.equal(network.trunk.inc[0].weight, learned[:, :4])
    learned = tensors["target_encoder.down3.0.weight"].float()
    assert torch.equal(network.trunk.down3[0].weight, learned)
    assert torch.equal(network.trunk.down4[0].weight, last)  # it has none so deep
    with pytest.raises(SystemExit, match="no trunk of these widths"):
        adopt_trunk(network.trunk, "color2embed-lite")


def test_the_committed_config_is_the_shipped_size_with_all_ways_to_make_references() -> None:
    config = tomllib.loads(COMMITTED.read_text())
    assert PikFixSizes.from_config(config["network"]) == PikFixSizes.lite()
    assert min(config["references"].values()) > 0
    assert sum(config["references"].values()) == pytest.approx(1)
