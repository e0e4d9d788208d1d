"""Pik-Fix as a colorizer, through the engines' door, with a tiny untrained network."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import torch
from restore_colorize.engines import Engines, SilentControl
from restore_colorize.imaging import Picture, luma_of
from restore_colorize.models import ModelStore
from restore_colorize.networks import PikFixColor, PikFixSizes
from safetensors.torch import save_file

from tests.engines.test_colorize import Listener, picture, request, whole
from tests.models.folders import write_model_folder
from tests.networks.pikfix.tiny import TINY

SHAPES = {
    "full size": TINY,
    "half size": PikFixSizes(
        **{**TINY.__dict__, "stem_stride": 2, "starts_at_match": True, "sees_best_match": True}
    ),
}


@pytest.fixture(scope="module", params=SHAPES)
def engines(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Engines:
    """Two models fill the role: the default, and Pik-Fix beside it."""
    folder: Path = tmp_path_factory.mktemp("models")
    write_model_folder(folder)
    torch.manual_seed(0)
    network = PikFixColor(SHAPES[request.param])
    with torch.no_grad():
        network.unet.out.weight.mul_(50)  # a fresh one hardly colors
    save_file(network.state_dict(), folder / "pikfix.safetensors")
    entry = {
        "name": "pikfix-tiny",
        "file": "pikfix.safetensors",
        "sha256": hashlib.sha256((folder / "pikfix.safetensors").read_bytes()).hexdigest(),
        "role": "colorize.exemplar",
        "network": "pikfix",
        "config": network.sizes.to_config(),
    }
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["models"].append(entry)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return Engines(ModelStore([folder]), "cpu", threads=1)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (7, 50), (40, 33)])
def test_any_size_gets_colors_under_its_own_luma(engines: Engines, height: int, width: int) -> None:
    target = picture(height, width, channels=1)
    job = request(target, picture(30, 44, seed=1), picture(64, 20, seed=2), model="pikfix-tiny")
    outcome = engines.run(job, SilentControl())
    assert outcome.facts.model == "pikfix-tiny"
    made = whole(outcome)
    assert made.planes.shape == (3, height, width)
    torch.testing.assert_close(luma_of(made), luma_of(target), atol=0.6, rtol=0)
    if height > 1:
        assert (made.planes.amax(0) - made.planes.amin(0)).max() > 0.01


def test_another_reference_gives_other_colors(engines: Engines) -> None:
    target = picture(32, 32, channels=1)
    tints = torch.tensor([[0.9, 0.3, 0.2], [0.2, 0.4, 0.9]])
    made = [
        whole(
            engines.run(
                request(target, Picture(tint.view(3, 1, 1) * picture(32, 32).planes),
                        model="pikfix-tiny"),
                SilentControl(),
            )
        ).planes
        for tint in tints
    ]  # fmt: skip
    assert (made[0] - made[1]).abs().max() > 0.01


def test_hints_that_it_cannot_follow_are_named(engines: Engines) -> None:
    painted = Picture(torch.full((3, 32, 32), 0.5), torch.ones(32, 32))
    listener = Listener()
    job = request(picture(32, 32), picture(32, 32), hints=painted, model="pikfix-tiny")
    engines.run(job, listener)
    assert "hints-unused" in listener.warnings


def test_it_is_offered_beside_the_default(engines: Engines) -> None:
    (info,) = engines.describe()
    assert info.models == ("tiny", "pikfix-tiny")
