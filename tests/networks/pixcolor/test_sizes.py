from __future__ import annotations

import json

import pytest
from restore_colorize.errors import ModelError
from restore_colorize.networks import (
    PixColorCriticSizes,
    PixColorPriorSizes,
    PixColorRefinementSizes,
    PixColorSizes,
)


@pytest.mark.parametrize("kind", [PixColorPriorSizes, PixColorRefinementSizes])
def test_a_config_survives_json(kind) -> None:
    for sizes in (kind(), kind.paper()):
        assert kind.from_config(json.loads(json.dumps(sizes.to_config()))) == sizes


@pytest.mark.parametrize("critic", [None, PixColorCriticSizes(widths=(4, 6))])
def test_a_file_may_hold_a_critic(critic) -> None:
    sizes = PixColorSizes(critic=critic)
    assert PixColorSizes.from_config(json.loads(json.dumps(sizes.to_config()))) == sizes


@pytest.mark.parametrize("config", [{"widths": [4]}, {"widths": [4, 0]}, {"condition": 7}])
def test_a_critic_that_cannot_be_is_refused(config) -> None:
    with pytest.raises(ModelError):
        PixColorSizes.from_config({"critic": config})


@pytest.mark.parametrize(
    "config",
    [
        {"depth": 3},
        {"trunk": "vgg"},
        {"trunk_widths": [8, 8]},
        {"trunk_blocks": [1]},
        {"adaptation": []},
        {"maps": 0},
        {"has_second_head": False, "maps": 7},
        {"memory_heads": -1},
        {"far_looks": -1},
        {"trunk_widths": [8, 8, 8, 6]},
    ],
)
def test_a_prior_that_cannot_be_is_refused(config) -> None:
    with pytest.raises(ModelError):
        PixColorPriorSizes.from_config(config)


@pytest.mark.parametrize("config", [{"low": [1, 2]}, {"mid": [0, 4]}, {"decoder": [1, 2, 3, 4]}])
def test_a_refinement_that_cannot_be_is_refused(config) -> None:
    with pytest.raises(ModelError):
        PixColorRefinementSizes.from_config(config)
