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
        "tiny-restoration",
    ]
    assert [one.is_default for one in restorers] == [False, False, True]
    damaged = gray_target(picture(40, 52))
    results: list[Picture] = []
    for one in restorers:
        results += one.restore(damaged)
    assert [result.size for result in results] == [(40, 52)] * 3
    assert all(result.is_gray for result in results)
    assert not torch.equal(results[0].planes, results[1].planes)


def test_what_is_not_there_is_told(store: ModelStore, tmp_path: Path) -> None:
    found = installed(["absent", "tiny"], store=store)
    assert [model.name for model in found.colorizers] == ["tiny"]
    assert found.restorers == ()
    assert found.problems == ("There is no model absent to evaluate.",)
    (tmp_path / "tiny.safetensors").write_bytes(b"no weights")
    broken = installed(store=ModelStore([tmp_path]))
    assert broken.colorizers == ()
    assert "tiny" in broken.problems[0]
