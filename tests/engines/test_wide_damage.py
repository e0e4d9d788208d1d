"""Damage that only shows in a reduced picture, with a tiny random network."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from restore_colorize.engines import (
    DetectOptions,
    Engines,
    Request,
    RestoreOptions,
    SilentControl,
)
from restore_colorize.engines import wide_damage as module
from restore_colorize.engines.devices import choose_device
from restore_colorize.engines.tiled import TileRun, restore_content
from restore_colorize.engines.wide_damage import wide_damage
from restore_colorize.models import ModelStore
from restore_colorize.networks import Restored
from torch import Tensor

from tests.engines.restoration_folder import add_model, tiny_network
from tests.engines.test_restore import Listener, picture


@pytest.fixture(autouse=True)
def small_pictures_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SHORT_SIDE_PX", 40)


def logit(made: Restored) -> Tensor:
    return made.mask_logit


def run(control: Listener | None = None) -> TileRun:
    return TileRun(tiny_network(), choose_device("cpu", 1), control or Listener())


def test_it_is_what_the_reduced_picture_shows_and_a_little_more() -> None:
    gray, control = picture(161, 203).planes[0], Listener()
    found = wide_damage(gray, run(control), logit, 0.4)
    assert found is not None
    assert found.shape == gray.shape
    assert set(found.unique().tolist()) <= {0.0, 1.0}
    reduced = F.avg_pool2d(F.pad(gray[None, None], (0, 1, 0, 3), mode="reflect"), 4)[0, 0]
    seen = (restore_content(reduced, None, run(), logit) > 0.4).float()
    core = F.interpolate(seen[None], scale_factor=4)[0, 0][:161, :203]
    assert bool(core.any())
    assert bool((found >= core).all())
    near = F.max_pool2d(core[None, None], 17, 1, 8)[0, 0]
    assert bool((found <= near).all())
    assert max(control.fractions) <= 0.1


def test_small_pictures_and_intact_ones_have_none() -> None:
    assert wide_damage(picture(79, 300).planes[0], run(), logit, -100) is None
    assert wide_damage(picture(80, 90).planes[0], run(), logit, 100) is None


def test_restoring_fills_it_and_detecting_marks_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_model(tmp_path)
    engines = Engines(ModelStore([tmp_path]), "cpu", threads=1)
    target = picture(160, 200)

    def results() -> tuple[Tensor, Tensor]:
        restored = engines.run(Request("restore", RestoreOptions(), target), SilentControl())
        asked = Request("detect_damage", DetectOptions(), target)
        mask = engines.run(asked, SilentControl()).damage_mask
        assert mask is not None
        whole = restored.render(0, strength=1.0, saturation=1.0, control=SilentControl())
        return whole.planes[0], mask

    hole = torch.zeros(160, 200)
    hole[50:90, 60:120] = 1
    monkeypatch.setattr("restore_colorize.engines.restore.wide_damage", lambda *_: None)
    without, unmarked = results()
    monkeypatch.setattr("restore_colorize.engines.restore.wide_damage", lambda *_: hole)
    filled, marked = results()
    assert not torch.allclose(filled[60:80, 70:110], without[60:80, 70:110], atol=1e-3)
    assert bool((marked[hole > 0] == 1).all())
    assert torch.equal(marked[hole == 0], unmarked[hole == 0])
