"""Suggesting references over the wire, with a tiny untrained feature network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from restore_colorize.engines import Engines
from restore_colorize.engines.suggest_eye import CACHE_VARIABLE
from restore_colorize.models import ModelStore
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from tests.engines.feature_folder import add_feature_model
from tests.models.folders import write_model_folder
from tests.service.harness import (
    chunks,
    finish,
    header,
    in_loop,
    kinds,
    plane,
    refusal,
    rig,
    talk,
)

_RANDOM = np.random.default_rng(0)
_SHADES = _RANDOM.integers(60, 196, (6, 8, 1)) + _RANDOM.integers(-1, 2, (6, 8, 1)) * (40, 0, -40)
TARGET = _SHADES.astype(np.uint8).repeat(8, 0).repeat(8, 1)


@pytest.fixture
def engines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engines]:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    before = torch.get_num_threads()
    write_model_folder(tmp_path)
    add_feature_model(tmp_path)
    yield Engines(ModelStore([tmp_path]), "cpu", threads=1)
    torch.set_num_threads(before)


def job(count: int, *others: np.ndarray, folders: tuple[str, ...] = ()) -> list[pb.RunRequest]:
    """Compare a target, in gray as photographs are, with pictures and folders."""
    target = TARGET.mean(2, keepdims=True).astype(np.uint8)
    planes = [plane(one, pb.REFERENCE, 2 + n) for n, one in enumerate(others)]
    task = pb.SuggestReferences(count=count, folders=folders)
    counts = {f"p{2 + n}": one.nbytes for n, one in enumerate(others)}
    return [
        header(plane(target), *planes, colorize=None, suggest_references=task),
        *chunks(target, size=2**20),
        *(part for n, one in enumerate(others) for part in chunks(one, 2 + n, 2**20)),
        finish(p1=target.nbytes, **counts),
    ]


def test_verdicts_come_best_first_with_planes_paths_and_reasons(
    engines: Engines, tmp_path: Path
) -> None:
    album = tmp_path / "album"
    album.mkdir()
    Image.fromarray(TARGET).save(album / "same.png")
    Image.fromarray(TARGET[:, :, ::-1] // 2).save(album / "other.png")
    small = TARGET[::-1].copy()

    @in_loop
    async def main() -> None:
        async with rig(engines) as server:
            events = await talk(server.call(), job(5, small, folders=(str(album),)))
        verdicts = [event.verdict for event in events if event.HasField("verdict")]
        assert [Path(one.path).name for one in verdicts if one.path] == ["same.png", "other.png"]
        assert [one.plane for one in verdicts if not one.path] == [2]
        assert verdicts[0].path == str((album / "same.png").resolve())
        assert list(verdicts[0].reasons) == ["layout", "textures", "brightness"]
        assert kinds(events)[-1] == "done"
        assert events[-1].done.receipt.suggest_references.count == 5
        assert not list(events[-1].done.ranking)

    main()


def test_more_pictures_are_compared_than_any_other_job_may_have(engines: Engines) -> None:
    small = TARGET[::4, ::4].copy()

    @in_loop
    async def main() -> None:
        async with rig(engines, max_compared=21) as server:
            events = await talk(server.call(), job(30, *[small] * 20))
            assert sum(event.HasField("verdict") for event in events) == 20
            assert (await refusal(server, job(30, *[small] * 21)))[1] == "too-large"

    main()
