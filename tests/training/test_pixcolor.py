"""PixColor's batches, losses, recipes and registration."""

from __future__ import annotations

import io
import json
import math
import tarfile
import tomllib
from pathlib import Path
from typing import Any

import draw_for_critic
import join_pixcolor
import judge_samples
import numpy as np
import pytest
import torch
import train
from PIL import Image
from restore_colorize.models import ModelStore
from restore_colorize.networks import (
    PixColor,
    PixColorCriticSizes,
    PixColorPriorSizes,
    PixColorRefinementSizes,
    PixColorSizes,
    bins_from_chroma,
    grid_of,
)
from restore_colorize_training import RECIPES, Recipe
from restore_colorize_training.pixcolor_batches import (
    KnownMix,
    TeacherNoise,
    chroma_of,
    gray_of,
    noisy,
    prior_batch,
)
from restore_colorize_training.pixcolor_critic import relative_distances
from safetensors import safe_open
from safetensors.torch import load_file

CONFIGS = Path(__file__).parents[2] / "training" / "configs"
TINY = {
    "pixcolor-prior": {
        "trunk_widths": [4, 6, 8, 8],
        "trunk_blocks": [1, 1, 1],
        "adaptation": [8, 6],
        "maps": 8,
        "blocks": 2,
        "hidden": 16,
    },
    "pixcolor-refinement": {
        "low": [4, 4, 8, 8],
        "mid": [8, 8],
        "branch": [4, 4, 4],
        "decoder": [8, 8, 8],
    },
    "pixcolor-critic": {"condition": 6, "widths": [8, 8]},
}


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Colored noise in two packs."""
    folder = tmp_path_factory.mktemp("packs")
    for name, side, count in (("small", 32, 6), ("large", 64, 5)):
        with tarfile.open(folder / f"{name}.tar", "w") as archive:
            for index in range(count):
                blocks = np.random.default_rng(index).integers(0, 256, (2, 2, 3), dtype=np.uint8)
                stream = io.BytesIO()
                Image.fromarray(blocks).resize((side, side)).save(stream, "PNG")
                member = tarfile.TarInfo(f"{index}.png")
                member.size = len(stream.getvalue())
                archive.addfile(member, io.BytesIO(stream.getvalue()))
    return folder


def recipe(name: str, packs: Path, **first_source: Any) -> Recipe[Any]:
    config = tomllib.loads((CONFIGS / f"{name}.toml").read_text())
    config["network"] = TINY[name]
    config["data"]["validation_every"] = 3
    config["sources"] = [
        {"packs": ["small.tar"], "side": 32, "crop": 32, "batch": 6, "share": 0.9},
        {"packs": ["large.tar"], "side": 64, "crop": 48, "batch": 2, "share": 0.1, "start": 0.5},
    ]
    config["sources"][0] |= first_source
    return RECIPES[name](config, packs, torch.device("cpu"))


def test_committed_configs_are_the_shipped_shapes() -> None:
    for name, sizes in (
        ("pixcolor-anchors", PixColorPriorSizes),
        ("pixcolor-refinement", PixColorRefinementSizes),
    ):
        config = train.read_config(CONFIGS / f"{name}.toml")
        assert config["recipe"] in RECIPES
        assert sizes.from_config(config["network"]) == sizes()
        assert config["sources"][-1]["crop"] == 224


@pytest.mark.parametrize(
    ("name", "loss"), [("pixcolor-prior", "cr"), ("pixcolor-refinement", "l1")]
)
def test_recipes_learn_from_packs(packs: Path, name: str, loss: str) -> None:
    chosen = recipe(name, packs)
    torch.manual_seed(0)
    network = chosen.build()
    optimizer = torch.optim.Adam(network.parameters(), 3e-3)
    generator = torch.Generator().manual_seed(0)
    losses = []
    for _ in range(60):
        batch = chosen.draw(0.0, generator)
        assert chosen.pictures_in(batch) == 6
        total, figures = chosen.loss(network, batch)
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
        losses.append(float(figures[loss]))
    assert np.mean(losses[-5:]) < 0.9 * np.mean(losses[:5])
    with torch.no_grad():
        figures = chosen.validate(network.eval())
    assert all(math.isfinite(value) for value in figures.values())
    assert {"pixcolor-prior": "of_marginal", "pixcolor-refinement": "refined"}[name] in figures
    assert chosen.draw(1.0, generator).gray.shape == (2, 1, 48, 48)


def test_nothing_set_aside_is_trained_on(packs: Path) -> None:
    sources = recipe("pixcolor-refinement", packs).sources
    assert len(sources.held_out) == 2
    assert "3 at 64 px" in sources.describe()


def test_small_photographs_are_enlarged_to_the_size_of_use(packs: Path) -> None:
    sources = recipe("pixcolor-refinement", packs, seen_px=48, start=0.0).sources
    generator = torch.Generator().manual_seed(0)
    sizes = {sources.pixels(0.4, generator).shape for _ in range(4)}
    assert sizes == {(6, 3, 48, 48)}
    pixels = sources.pixels(0.4, generator)
    assert 0 <= float(pixels.min()) <= float(pixels.max()) <= 1


def test_chroma_of_gray_is_the_gray_bin_and_gray_is_itself() -> None:
    srgb = torch.rand(2, 1, 16, 16).expand(-1, 3, -1, -1)
    assert (bins_from_chroma(grid_of(chroma_of(srgb))) == 16).all()
    for luma601 in (False, True):
        gray = gray_of(srgb, torch.tensor([luma601, luma601]))
        torch.testing.assert_close(gray, srgb[:, :1] * 2 - 1, atol=1e-4, rtol=0)


def test_noise_is_small_and_stays_in_the_range() -> None:
    generator = torch.Generator().manual_seed(0)
    bins = torch.randint(0, 32, (8, 2, 16, 16), generator=generator)
    assert torch.equal(noisy(bins, TeacherNoise(0, 0, 0), generator), bins)
    single = noisy(bins, TeacherNoise(0.1, 0, 0), generator)
    moved = (single - bins).abs()
    assert moved.max() == 1
    assert 0.05 < moved.float().mean() < 0.15
    drifted = noisy(bins, TeacherNoise(0, 2, 0), generator)
    assert 0 <= drifted.min() <= drifted.max() <= 31
    assert (drifted != bins).any()


def test_known_cells_are_true_and_of_each_kind() -> None:
    generator = torch.Generator().manual_seed(0)
    srgb = torch.rand(16, 3, 64, 64, generator=generator)
    truth = bins_from_chroma(grid_of(chroma_of(srgb)))
    nothing = prior_batch(srgb, KnownMix(0, 0, 0), TeacherNoise(), generator)
    assert not nothing.known.any()
    strokes = prior_batch(srgb, KnownMix(1, 0, 0), TeacherNoise(), generator)
    assert strokes.known.flatten(1).any(1).all()
    assert strokes.known.float().mean() < 0.5
    regions = prior_batch(srgb, KnownMix(0, 0, 1), TeacherNoise(), generator)
    assert not regions.known.flatten(1).all(1).any()
    for batch in (nothing, strokes, regions):
        assert (batch.bins - truth).abs().max() <= 1  # through Lab and back


def test_anchors_are_few_or_many_in_true_colors_also_where_surfaces_are_recolored() -> None:
    generator = torch.Generator().manual_seed(0)
    srgb = torch.rand(64, 3, 128, 128, generator=generator)
    batch = prior_batch(srgb, KnownMix(1, 1, 1, anchors=1), TeacherNoise(), generator)
    assert torch.equal(batch.bins, bins_from_chroma(grid_of(chroma_of(srgb))))
    counts = batch.known.flatten(1).sum(1)
    assert counts.min() <= 2
    assert 40 < counts.max() <= 81
    for known in batch.known:
        rows, columns = known.nonzero().unbind(1)
        for places in (rows, columns):  # on a grid of at most nine
            assert len(places.unique()) <= 9


def test_a_recolored_surface_is_known_somewhere() -> None:
    generator = torch.Generator().manual_seed(0)
    srgb = torch.rand(8, 3, 1, 1, generator=generator).expand(-1, -1, 64, 64)
    truth = bins_from_chroma(grid_of(chroma_of(srgb)))
    batch = prior_batch(srgb, KnownMix(0, 1, 0), TeacherNoise(), generator)
    recolored = (batch.bins - truth).abs().amax(1) > 3
    assert recolored.any()
    of_these = recolored.flatten(1).any(1)
    assert batch.known[of_these].flatten(1).any(1).all()


def test_all_trainings_join_into_one_file_of_weights(tmp_path: Path) -> None:
    names = {part: f"pixcolor-{part}" for part in ("prior", "refinement", "critic")}
    sizes = PixColorSizes.from_config({part: TINY[name] for part, name in names.items()})
    network = PixColor(sizes)
    paths = {}
    for part, name in join_pixcolor.PARTS.items():
        paths[part] = tmp_path / f"{part}.pt"
        trained = getattr(network, part)
        state = {
            "average": trained.state_dict(),
            "network_name": name,
            "network_config": trained.sizes.to_config(),
            "config": {"sources": [{"packs": ["large.tar"]}], "data": {}},
            "command": "python train.py --out here",
            "step": 7,
            "pictures": 70,
            "elapsed_s": 60.0,
        }
        torch.save(state, paths[part])
    words = [str(paths["prior"]), str(paths["refinement"]), "--critic", str(paths["critic"])]
    join_pixcolor.main([*words, "--name", "tiny", "--folder", str(tmp_path), "--commit", "01ab"])
    model = ModelStore([tmp_path]).find("sample.prior")
    assert ModelStore([tmp_path]).load(model, torch.device("cpu")).critic is not None
    output = tmp_path / "pixcolor.safetensors"
    told = join_pixcolor.join(paths, output, "0123456789ab")
    assert PixColorSizes.from_config(json.loads(json.dumps(told["config"]))) == sizes
    assert told["parameters"] == sum(p.numel() for p in network.parameters())
    whole = PixColor(sizes)
    whole.load_state_dict(load_file(output))
    for mine, theirs in zip(whole.parameters(), network.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs, atol=1e-3, rtol=1e-3)
    with safe_open(output, "pt") as file:
        assert file.metadata()["refinement_steps"] == "7"
        assert "here" not in str(file.metadata())
    with pytest.raises(SystemExit):
        join_pixcolor.join({"prior": paths["refinement"]}, output, "0123456789ab")
    del paths["critic"]
    told = join_pixcolor.join(paths, output, "0123456789ab")
    assert PixColorSizes.from_config(told["config"]).critic is None


def checkpoint(packs: Path, path: Path) -> Path:
    """What ``train.py`` keeps of a fresh prior, as far as drawing needs it."""
    torch.manual_seed(0)
    network = recipe("pixcolor-prior", packs).build()
    sources = [{"packs": ["large.tar"], "side": 64, "crop": 64, "batch": 2, "share": 1.0}]
    state = {
        "average": network.state_dict(),
        "network_config": network.sizes.to_config(),
        "config": {"sources": sources, "data": {"validation_every": 3}},
    }
    torch.save(state, path)
    return path


def test_a_critic_learns_to_tell_draws_from_truth(packs: Path, tmp_path: Path) -> None:
    prior = checkpoint(packs, tmp_path / "prior.pt")
    words = [str(prior), "--data", str(packs), "-o", str(tmp_path / "draws.pt"), "-n", "3"]
    draw_for_critic.main(words)
    config = tomllib.loads((CONFIGS / "pixcolor-critic.toml").read_text())
    assert PixColorCriticSizes.from_config(config["network"]) == PixColorCriticSizes()
    config["network"] = TINY["pixcolor-critic"]
    config["sources"][0] |= {"batch": 4, "draws": 2}
    chosen = RECIPES["pixcolor-critic"](config, tmp_path, torch.device("cpu"))
    assert chosen.sources.describe() == "3 draws of 3; set aside: 2"
    torch.manual_seed(0)
    network = chosen.build()
    optimizer = torch.optim.Adam(network.parameters(), 1e-2)
    generator = torch.Generator().manual_seed(0)
    for _ in range(40):
        batch = chosen.draw(0.0, generator)
        assert chosen.pictures_in(batch) == 4
        loss, figures = chosen.loss(network, batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert figures["told"] > 0.9
    with torch.no_grad():
        told = chosen.validate(network.eval())
    assert told["told"] > 0.9  # noise is far from blocks of one color
    assert told["best"] <= told["first"]


def test_distances_of_draws_are_relative_to_their_mean() -> None:
    truth = torch.full((1, 1, 2, 3, 4), 16)
    near, far = truth + 2, truth - 6
    distances = relative_distances(torch.cat([truth, near, far], 1))
    torch.testing.assert_close(distances, torch.tensor([[0.5, 1.5]]))


def test_draws_of_a_checkpoint_are_shown_and_judged(
    packs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prior = checkpoint(packs, tmp_path / "checkpoint.pt")
    words = [str(prior), "--data", str(packs), "-n", "3"]
    judge_samples.main([*words, "-o", str(tmp_path / "sheet.png"), "--pictures", "2"])
    figures = json.loads(capsys.readouterr().out)
    assert all(math.isfinite(value) for value in figures.values())
    assert figures["best"] > figures["mean"]
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.size == (5 * 64, 2 * 64)  # gray, truth, three draws


def test_true_draws_are_judged_perfect() -> None:
    pixels = (torch.rand(1, 3, 8, 8) * 255).round().repeat_interleave(8, 2).repeat_interleave(8, 3)
    bins = bins_from_chroma(grid_of(chroma_of(pixels / 255)))
    figures = judge_samples.figures(pixels.byte(), [bins.expand(2, -1, -1, -1)])
    assert figures["best"] > 15  # what is left is the rounding to bins
    assert figures["apart"] == 0
    assert figures["kinds"] == figures["overlap"] == 1
    assert figures["chroma"] == pytest.approx(1, abs=0.1)
