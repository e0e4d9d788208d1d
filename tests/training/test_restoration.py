"""The restoration recipe, with tiny packs and a tiny network."""

from __future__ import annotations

import math
from pathlib import Path

import join_restoration
import pytest
import revive_units
import torch
import train
from restore_colorize.networks import RestorationNet, RestorationSizes
from restore_colorize_training.restoration import RestorationRecipe, structural_similarity
from restore_colorize_training.restoration_validation import average_precision, psnr
from skimage.metrics import structural_similarity as skimage_similarity

from tests.training.test_train import add_picture

CONFIG = """
recipe = "restoration"
seed = 5
[network]
widths = [8, 8, 8, 8]
level_features = 8
tone_segments = 4
[data]
validation_packs = ["large.tar"]
validation_every = 2
validation_side = 256
tone_packs = ["small.tar"]
tone_batch = 2
tone_cut = 0.65
tone_every = 1
[[sources]]
packs = ["large.tar"]
side = 64
batch = 4
share = 1.0
[level]
pictures = 64
steps = 5
[painted]
share = 0.5
elsewhere = 0.5
[loss]
[tone_shares]
fading = 1.0
[decoys]
lines = 0.2
patches = 0.2
[damage.clean]
share = 0.2
[damage.fading]
fading = 1.0
[damage.scratches]
share = 0.4
scratches = 1.0
[damage.mix]
share = 0.4
noise = 1.0
scratches = 0.6
[optimizer]
rate = 2e-3
last_rate = 1e-3
warmup_steps = 2
weight_decay = 1e-4
clip = 1.0
ema = 0.9
statistics_batches = 0
[report]
log_every_s = 600
validate_every_s = 600
checkpoint_every_s = 600
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import tarfile

    folder = tmp_path_factory.mktemp("restoration")
    for name, side, count in (("small", 128, 3), ("large", 256, 4)):
        with tarfile.open(folder / f"{name}.tar", "w") as archive:
            for index in range(count):
                add_picture(archive, f"{index}.png", index, side)
    (folder / "tiny.toml").write_text(CONFIG)
    words = [folder / "tiny.toml", "--data", folder, "--out", folder / "run", "--steps", "3"]
    train.main([str(word) for word in words])
    return folder / "run"


def test_a_training_leaves_a_checkpoint_that_names_its_network(trained: Path) -> None:
    state = torch.load(trained / "checkpoint.pt", weights_only=True)
    assert state["network_name"] == "restoration"
    assert state["network_config"]["widths"] == [8, 8, 8, 8]
    assert state["pictures"] == 12
    assert all(bool(value.isfinite().all()) for value in state["average"].values())


def test_the_log_tells_figures_of_every_kind(trained: Path) -> None:
    text = (trained / "log.txt").read_text()
    line = next(line for line in text.splitlines() if "VALIDATION" in line)
    words = line.split("VALIDATION ")[1].split()
    figures = dict(zip(words[::2], map(float, words[1::2]), strict=True))
    for name in ("mix_raw", "mix_fit", "mix_painted", "scratches_inside", "clean", "ap"):
        assert math.isfinite(figures[name])
    assert 0 <= figures["ap"] <= 1
    assert "set aside: 2" in text


def test_psnr_and_average_precision_are_those_of_the_textbooks() -> None:
    truth = torch.zeros(2, 1, 4, 4)
    assert torch.allclose(psnr(truth + 0.1, truth), torch.tensor(20.0))
    assert float(psnr(truth, truth)[0]) == 80
    truths = torch.tensor([True, False, True, False])
    assert average_precision(torch.tensor([4.0, 3.0, 2.0, 1.0]), truths) == pytest.approx(
        (1 + 2 / 3) / 2
    )


def test_joining_takes_the_tone_of_one_run_and_all_else_of_the_other(
    trained: Path, tmp_path: Path
) -> None:
    content = torch.load(trained / "checkpoint.pt", weights_only=True)
    other = content | {"average": {n: v + 1 for n, v in content["average"].items()}}
    torch.save(other, tmp_path / "tone.pt")
    words = [trained / "checkpoint.pt", tmp_path / "tone.pt", "-o", tmp_path / "joined.pt"]
    gate = ["--fill-slope", "2", "--fill-threshold", "1.5"]
    gate += ["--tone-slope", "4", "--tone-threshold", "0.5"]
    join_restoration.main([*map(str, words), *gate])
    state = torch.load(tmp_path / "joined.pt", weights_only=True)
    for name, value in state["average"].items():
        source = other if name.startswith("tone.") else content
        assert torch.equal(value, source["average"][name])
    shipped = RestorationRecipe.shipped(state["average"], state["config"])
    assert float(shipped["gate_slope"]) == 2
    assert float(shipped["gate_offset"]) == -3
    bias = state["average"]["tone.answer.bias"]
    assert torch.allclose(shipped["tone.answer.bias"][-1], 4 * (bias[-1] - 0.5))
    assert torch.equal(shipped["tone.answer.bias"][:-1], bias[:-1])
    weight = state["average"]["tone.answer.weight"]
    assert torch.allclose(shipped["tone.answer.weight"][-1], 4 * weight[-1])


def test_checkpoints_of_different_sizes_are_not_joined() -> None:
    with pytest.raises(SystemExit, match="different sizes"):
        join_restoration.joined({"network_config": 1}, {"network_config": 2})


def test_dead_units_begin_anew_and_hardly_change_what_the_network_does(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = torch.load(trained / "checkpoint.pt", weights_only=True)
    name, dead = "content.sixteenth.1", torch.tensor([2, 5])
    state["average"][f"{name}.first.bias"][dead] = -100.0
    torch.save(state, tmp_path / "dying.pt")
    words = [tmp_path / "dying.pt", "--data", trained.parent, "-o", tmp_path / "revived.pt"]
    revive_units.main([*map(str, words), "--batches", "2"])
    assert f"{name}: 2 of 8 units begin anew" in capsys.readouterr().out
    picture = torch.rand(1, 1, 64, 64, generator=torch.Generator().manual_seed(1))
    made, alive = [], []
    for file in ("dying.pt", "revived.pt"):
        network = RestorationNet(RestorationSizes.from_config(state["network_config"]))
        network.load_state_dict(torch.load(tmp_path / file, weights_only=True)["average"])
        first = network.get_submodule(f"{name}.first")
        first.register_forward_hook(lambda _conv, _given, out: alive.append(out[:, dead].amax()))
        with torch.inference_mode():
            made.append(network(picture)[0].mask_logit)
    assert alive[0] < 0 < alive[1]
    assert (made[0] - made[1]).abs().max() < 0.05 * made[0].std()


def test_of_the_content_training_no_tone_is_left() -> None:
    content = {"average": {"content.a": 1, "tone.old": 2}, "command": "first"}
    tone = {"average": {"content.a": 3, "tone.new": 4}, "command": "second"}
    for state in (content, tone):
        state |= {"network_config": {}, "config": {}}
    assert join_restoration.joined(content, tone)["average"] == {"content.a": 1, "tone.new": 4}


def test_the_tone_training_changes_the_tone_branch_only(trained: Path) -> None:
    folder = trained.parent
    text = CONFIG.replace('"restoration"', '"restoration-tone"').replace("share = 0.2\n", "")
    text = text.replace("share = 0.4\n", "").replace("[level]\npictures = 64\nsteps = 5\n", "")
    (folder / "tone.toml").write_text(text)
    words = [folder / "tone.toml", "--data", folder, "--out", folder / "tone", "--steps", "2"]
    train.main([str(word) for word in [*words, "--start-from", trained / "checkpoint.pt"]])
    before = torch.load(trained / "checkpoint.pt", weights_only=True)["average"]
    after = torch.load(folder / "tone" / "checkpoint.pt", weights_only=True)["average"]
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed
    assert all(name.startswith("tone.") for name in changed)


@pytest.mark.parametrize(
    ("kind", "network"),
    [
        ("rdn", {"features": 4, "growth": 4, "blocks": 1, "units": 1, "reductions": [1, 2]}),
        ("naf", {"width": 4, "encoder": [1], "middle": 1, "decoder": [1]}),
    ],
)
def test_plain_networks_train_on_the_same_damage(
    trained: Path, tmp_path: Path, kind: str, network: dict[str, object]
) -> None:
    sizes = "".join(f"{name} = {value}\n" for name, value in network.items())
    rest = CONFIG[CONFIG.index("[data]") :]
    config = tmp_path / "plain.toml"
    config.write_text(f'recipe = "restoration-{kind}"\nseed = 5\n[network]\n{sizes}{rest}')
    words = [config, "--data", trained.parent, "--out", tmp_path / "run", "--steps", "2"]
    train.main([str(word) for word in words])
    state = torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)
    assert state["network_name"] == kind
    assert state["network_config"].items() >= network.items()
    line = (tmp_path / "run" / "log.txt").read_text().split("VALIDATION ")[1]
    assert {"mix_fit", "mix_inside", "scratches_worse", "clean"} <= set(line.split())


def test_structural_similarity_is_that_of_the_literature() -> None:
    generator = torch.Generator().manual_seed(0)
    truth = torch.rand(1, 1, 40, 32, generator=generator)
    made = (truth + 0.1 * torch.randn(truth.shape, generator=generator)).clamp(0, 1)
    known = skimage_similarity(
        made[0, 0].numpy(), truth[0, 0].numpy(), data_range=1.0, use_sample_covariance=False
    )
    assert float(structural_similarity(made, truth)) == pytest.approx(known, abs=1e-4)
    assert float(structural_similarity(truth, truth)) == pytest.approx(1.0)
