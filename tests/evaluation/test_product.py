from __future__ import annotations

from pathlib import Path

import pytest
import torch
from restore_colorize.imaging import Picture, luma_of
from restore_colorize.models import ModelStore

from evaluation.baselines import gray_target
from evaluation.product import installed
from tests.engines.restoration_folder import add_model
from tests.evaluation.pictures import picture
from tests.models.folders import write_model_folder


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    write_model_folder(tmp_path)
    add_model(tmp_path)
    return ModelStore([tmp_path])


def test_colors_come_from_the_product(store: ModelStore) -> None:
    found = installed(store=store, threads=1)
    assert found.problems == ()
    (model,) = found.colorizers
    assert (model.name, model.is_default, model.dtype) == ("tiny", True, "")
    target = gray_target(picture(40, 52))
    colored = model.colorize(target, picture(seed=5))
    assert (luma_of(colored.picture) - luma_of(target)).abs().mean() < 0.25  # it keeps L
    assert colored.related is not None
    assert colored.seconds > 0
    assert model.dtype in ("float32", "bfloat16")


def test_restoring_has_a_row_for_each_choice_and_the_default_is_last(store: ModelStore) -> None:
    restorers = installed(store=store, threads=1).restorers
    assert [one.name for one in restorers] == [
        "tiny-restoration-eager",
        "tiny-restoration-tone",
        "tiny-restoration-painted",
        "tiny-restoration",
    ]
    assert [one.is_default for one in restorers] == [False, False, False, True]
    assert {one.model for one in restorers} == {"tiny-restoration"}
    damaged = gray_target(picture(40, 52))
    results: list[Picture] = []
    for one in restorers:
        results += one.restore(damaged)
    assert [result.size for result in results] == [(40, 52)] * 4
    assert all(result.is_gray for result in results)
    assert not torch.equal(results[0].planes, results[1].planes)


def test_painted_damage_alone_is_repaired_and_the_detector_looks_for_it(store: ModelStore) -> None:
    found = installed(store=store, threads=1)
    painted = next(one for one in found.restorers if one.name.endswith("painted"))
    damaged, mask = gray_target(picture(40, 52)), torch.zeros(40, 52)
    mask[10:14, 20:30] = 0.5
    (repaired,) = painted.restore(damaged, mask)
    changed = (repaired.planes[0] - damaged.planes[0]).abs() > 1e-4
    assert changed.any()
    brushed = torch.zeros_like(changed)
    brushed[9:15, 19:31] = True  # a little more than there is
    assert not (changed & ~brushed).any()
    (suspected,) = found.detectors[0].suspect(damaged)
    assert suspected.shape == (40, 52)


def test_what_is_not_there_is_told(store: ModelStore, tmp_path: Path) -> None:
    found = installed(["absent", "tiny"], store=store)
    assert [model.name for model in found.colorizers] == ["tiny"]
    assert found.restorers == ()
    assert found.problems == ("There is no model absent to evaluate.",)
    (tmp_path / "tiny.safetensors").write_bytes(b"no weights")
    broken = installed(store=ModelStore([tmp_path]))
    assert broken.colorizers == ()
    assert "tiny" in broken.problems[0]
