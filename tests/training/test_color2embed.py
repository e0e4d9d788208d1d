"""Color2Embed's loss, recipe and registration."""

from __future__ import annotations

import io
import math
import tarfile
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from restore_colorize.imaging.color import lab_to_srgb
from restore_colorize.networks import Color2EmbedSizes
from restore_colorize_training import RECIPES
from restore_colorize_training.color2embed import (
    Color2EmbedLoss,
    Color2EmbedRecipe,
    srgb_for_losses,
)
from torch import Tensor

CONFIG = Path(__file__).parents[2] / "training" / "configs" / "color2embed.toml"


def planes(seed: int) -> tuple[Tensor, Tensor, Tensor]:
    g = torch.Generator().manual_seed(seed)
    luma = torch.rand(2, 1, 16, 16, generator=g) * 2 - 1
    chroma, predicted = (torch.rand(2, 2, 2, 16, 16, generator=g) - 0.5) * 0.6
    return luma, chroma, predicted


def test_beta_1_is_half_the_squared_error() -> None:
    luma, chroma, predicted = planes(1)
    loss, _ = Color2EmbedLoss(beta=1.0)(predicted, luma, chroma)
    torch.testing.assert_close(loss, (predicted - chroma).square().mean() / 2)


def test_beta_0_is_the_absolute_error() -> None:
    luma, chroma, predicted = planes(1)
    loss, _ = Color2EmbedLoss(beta=0.0)(predicted, luma, chroma)
    torch.testing.assert_close(loss, (predicted - chroma).abs().mean())


def test_perceptual_term_sees_rgb_and_adds_its_weight() -> None:
    luma, chroma, predicted = planes(1)
    seen = []

    def distance(made: Tensor, truth: Tensor) -> Tensor:
        seen.append((made, truth))
        return (made - truth).abs().mean()

    plain, parts = Color2EmbedLoss()(predicted, luma, chroma)
    assert "perceptual" not in parts
    both, parts = Color2EmbedLoss(perceptual=distance)(predicted, luma, chroma)
    torch.testing.assert_close(both, plain + 0.1 * parts["perceptual"])
    assert seen[0][0].shape == seen[0][1].shape == (2, 3, 16, 16)


def test_rgb_for_losses_is_the_color_it_says() -> None:
    luma, chroma, _ = planes(2)
    lab = torch.cat([luma * 50 + 50, chroma * 20], 1)  # inside of the gamut, or nearly
    made = srgb_for_losses(luma, chroma * 20 / 110)
    torch.testing.assert_close(made, lab_to_srgb(lab), atol=0.01, rtol=0)


@pytest.mark.parametrize("level", [-1.0, -0.2, 1.0])
def test_rgb_for_losses_has_gradients_outside_of_the_gamut(level: float) -> None:
    chroma = torch.full((1, 2, 4, 4), 0.9, requires_grad=True)
    srgb_for_losses(torch.full((1, 1, 4, 4), level), chroma).sum().backward()
    assert torch.isfinite(chroma.grad).all()
    assert (chroma.grad != 0).all()


def test_committed_config_is_the_lite_shape_with_self_references_alone() -> None:
    config = tomllib.loads(CONFIG.read_text())
    assert RECIPES[config["recipe"]] is Color2EmbedRecipe
    assert Color2EmbedSizes.from_config(config["network"]) == Color2EmbedSizes.lite()
    assert config["references"]["self_share"] == 1
    assert Color2EmbedLoss(**config["loss"]).perceptual is None


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Colored noise in packs of the training's form: photographs, and pairs with their index."""
    folder = tmp_path_factory.mktemp("packs")
    names = [f"scene-train-{index}" for index in range(3)]
    rows = [f"{name}\tgroup-{name}\tsomewhere" for name in names]
    index = "\n".join(["name\tgroup\tsource", *rows]).encode()
    pairs = {f"{name}-{side}.png": noise_png() for name in names for side in "ab"}
    write_tar(folder / "pairs.tar", {"index.tsv": index, **pairs})
    for pack in ("large.tar", "small.tar"):
        write_tar(folder / pack, {f"{number}.png": noise_png() for number in range(4)})
    return folder


def noise_png() -> bytes:
    pixels = np.random.default_rng(5).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).resize((256, 256)).save(stream, "PNG")
    return stream.getvalue()


def write_tar(path: Path, members: dict[str, bytes]) -> None:
    with tarfile.open(path, "w") as archive:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


def small_config(warp: str) -> dict[str, Any]:
    config = tomllib.loads(CONFIG.read_text())
    config["network"] |= {"down": [8] * 5, "up": [8] * 4, "embedding": 8}
    config["data"] = {"held_out_groups": 1, "validation_packs": ["large.tar"]}
    config["data"]["validation_every"] = 4
    source = {"packs": ["small.tar"], "side": 32, "pair_side": 32, "batch": 4, "share": 1.0}
    return config | {"sources": [source], "self_reference": {"warp": warp}}


@pytest.mark.parametrize("warp", ["grid", "diagonal"])
def test_recipe_learns_from_packs(packs: Path, warp: str) -> None:
    recipe = Color2EmbedRecipe(small_config(warp), packs, torch.device("cpu"))
    torch.manual_seed(0)
    network = recipe.build()
    optimizer = torch.optim.Adam(network.parameters(), 1e-2)
    generator = torch.Generator().manual_seed(0)
    losses = []
    for _ in range(10):
        batch = recipe.draw(0.0, generator)
        assert batch.references.shape == (4, 1, 3, 32, 32)
        assert 0 <= batch.references.min() <= batch.references.max() <= 1
        loss, figures = recipe.loss(network, batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(figures["l1"].item())
    assert losses[-1] < 0.9 * losses[0]
    with torch.no_grad():
        figures = recipe.validate(network.eval())
    assert {"gray", "self", "unrel", "pairs"} <= figures.keys()
    assert all(math.isfinite(value) for value in figures.values())


def test_unknown_warp_is_refused(packs: Path) -> None:
    with pytest.raises(ValueError, match="grid or diagonal"):
        Color2EmbedRecipe(small_config("cubic"), packs, torch.device("cpu"))
