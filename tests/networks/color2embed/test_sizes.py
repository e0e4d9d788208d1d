from __future__ import annotations

import json

import pytest
from restore_colorize.errors import ModelError
from restore_colorize.networks.color2embed import Color2Embed, Color2EmbedSizes
from torch import nn


def parameters(*modules: nn.Module) -> int:
    return sum(p.numel() for module in modules for p in module.parameters())


@pytest.fixture(scope="module")
def paper() -> Color2Embed:
    return Color2Embed(Color2EmbedSizes.paper())


def test_paper_shape_has_the_counts_of_the_public_code(paper: Color2Embed) -> None:
    assert parameters(paper.content_encoder, paper.pffn) == 19_413_954
    assert parameters(paper.color_encoder) == 28_742_720
    assert parameters(paper.color_encoder.to_embedding) == 13_437_952


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("content_encoder.inc", 37_824),
        ("content_encoder.down1", 369_344),
        ("content_encoder.down2", 1_475_968),
        ("content_encoder.down3", 5_901_056),
        ("content_encoder.down4", 9_178_112),
        ("pffn.up1", 1_606_656),
        ("pffn.up2", 434_688),
        ("pffn.up3", 190_720),
        ("pffn.up4", 181_504),
        ("pffn.outc", 38_082),
        ("color_encoder.vgg", 15_304_768),
        ("color_encoder.to_embedding.0", 4_194_816),
        ("color_encoder.to_embedding.2", 2_359_808),
        ("color_encoder.to_embedding.4", 4_194_816),
        ("color_encoder.to_embedding.6", 2_359_808),
    ],
)
def test_every_row_of_the_tables_has_its_count(paper: Color2Embed, path: str, count: int) -> None:
    assert parameters(paper.get_submodule(path)) == count


def test_mlp_of_the_paper_shape_has_its_count(paper: Color2Embed) -> None:
    head = paper.color_encoder.to_embedding
    assert parameters(head[9], head[11], head[13]) == 328_704


def test_lite_shape_has_its_counts() -> None:
    lite = Color2Embed(Color2EmbedSizes.lite())
    assert parameters(lite.content_encoder, lite.pffn) == 2_824_450
    assert parameters(lite.color_encoder) == 692_704


@pytest.mark.parametrize("sizes", [Color2EmbedSizes.paper(), Color2EmbedSizes.lite()])
def test_sizes_survive_the_way_through_json(sizes: Color2EmbedSizes) -> None:
    assert Color2EmbedSizes.from_config(json.loads(json.dumps(sizes.to_config()))) == sizes


def test_empty_config_is_the_paper_shape() -> None:
    assert Color2EmbedSizes.from_config({}) == Color2EmbedSizes.paper()


@pytest.mark.parametrize(
    "config",
    [
        {"depth": 3},
        {"encoder": "resnet"},
        {"down": [8, 8]},
        {"up": [8, 8, 8, 0]},
        {"sdft_kernels": [3, 3, 4, 3]},
        {"embedding": 0},
    ],
)
def test_sizes_that_do_not_fit_are_refused(config: dict[str, object]) -> None:
    with pytest.raises(ModelError):
        Color2EmbedSizes.from_config(config)
