"""The service over the real engines, with a tiny untrained network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from restore_colorize.engines import Engines
from restore_colorize.engines.suggest_eye import CACHE_VARIABLE
from restore_colorize.errors import ModelError
from restore_colorize.models import ModelStore
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from tests.engines.feature_folder import add_feature_model
from tests.engines.restoration_folder import add_model
from tests.models.folders import write_model_folder
from tests.service.harness import (
    chunks,
    finish,
    gray,
    header,
    image,
    in_loop,
    kinds,
    plane,
    refusal,
    rig,
    talk,
    upload,
)


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[Engines]:
    before = torch.get_num_threads()
    write_model_folder(tmp_path)
    yield Engines(ModelStore([tmp_path]), "cpu", threads=1)
    torch.set_num_threads(before)


def test_a_receipt_repeats_the_bytes_of_a_real_engine(engines: Engines) -> None:
    @in_loop
    async def main() -> None:
        target = gray(70, 90)
        random = np.random.default_rng(0)
        reference = random.integers(0, 256, (40, 50, 3), np.uint8)
        hints = random.integers(0, 256, (70, 90, 4), np.uint8)
        job = [
            header(
                plane(target),
                plane(reference, pb.REFERENCE, 2, name="aunt.png"),
                plane(hints, pb.HINTS, 3),
                deliver=1,
                preview_short_side=32,
                explain=True,
            ),
            *chunks(target, size=4000),
            *chunks(reference, 2, 4000),
            *chunks(hints, 3, 40_000),
            finish(p1=target.nbytes, p2=reference.nbytes, p3=hints.nbytes),
        ]
        async with rig(engines) as server:
            first = await talk(server.call(), job)
            receipt = first[-1].done.receipt
            again = upload(target, repeat=receipt, deliver=1)
            second = await talk(server.call(), again)
        assert kinds(first)[-1] == "done"
        assert next(event.verdict.plane for event in first if event.HasField("verdict")) == 2
        results = [event.result for event in first if event.HasField("result")]
        whole = next(number for number, one in enumerate(results) if one.kind == pb.IMAGE)
        assert image(first, whole)[1].shape == (70, 90, 3)
        assert np.array_equal(image(first, whole)[1], image(second, 0)[1])
        assert second[-1].done.receipt == receipt

    main()


def test_a_restoration_with_colors_is_repeated_from_its_receipt(
    tmp_path: Path, engines: Engines
) -> None:
    add_model(tmp_path)
    both = Engines(ModelStore([tmp_path]), "cpu", threads=1)

    @in_loop
    async def main() -> None:
        target = gray(70, 90)
        reference = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
        task = pb.Restore(strength=1, colorize=True, colors=pb.Colorize(strength=1, saturation=1.5))
        planes = plane(target), plane(reference, pb.REFERENCE, 2)
        job = [
            header(*planes, restore=task, deliver=1),
            *chunks(target, size=4000),
            *chunks(reference, 2, 4000),
            finish(p1=target.nbytes, p2=reference.nbytes),
        ]
        async with rig(both) as server:
            first = await talk(server.call(), job)
            receipt = first[-1].done.receipt
            second = await talk(server.call(), upload(target, repeat=receipt, deliver=1))
        assert (receipt.model, receipt.color_model) == ("tiny-restoration", "tiny")
        assert receipt.restore.colors.model == "tiny"
        assert np.array_equal(image(first, 0)[1], image(second, 0)[1])
        assert second[-1].done.receipt == receipt
        receipt.color_weights_sha256 = "0" * 64
        async with rig(both) as server:
            _, _, sentence = await refusal(server, upload(target, repeat=receipt, deliver=1))
        assert "'tiny' is another one" in sentence

    main()


@pytest.mark.parametrize("kind", ["restore", "colorize"])
def test_one_call_takes_the_reference_that_suits_best_from_a_folder(
    tmp_path: Path, engines: Engines, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    add_model(tmp_path)
    add_feature_model(tmp_path)
    every = Engines(ModelStore([tmp_path]), "cpu", threads=1)
    album = tmp_path / "album"
    album.mkdir()
    random = np.random.default_rng(0)
    alike = random.integers(0, 256, (8, 8, 3), np.uint8).repeat(8, 0).repeat(8, 1)
    target = alike.mean(2, keepdims=True).astype(np.uint8)
    Image.fromarray(alike).save(album / "alike.png")
    Image.fromarray(alike).save(album / "older.png")
    Image.fromarray(np.roll(alike, 20, (0, 1))[::-1] // 4).save(album / "other.png")

    @in_loop
    async def main() -> None:
        colors = pb.Colorize(strength=1, saturation=1, folders=[str(album)])
        colors.excluded.append(str(album / "older.png"))
        tasks = {
            "colorize": {"colorize": colors},
            "restore": {
                "colorize": None,
                "restore": pb.Restore(strength=1, colorize=True, colors=colors),
            },
        }
        async with rig(every) as server:
            first = await talk(server.call(), upload(target, deliver=1, **tasks[kind]))
            receipt = first[-1].done.receipt
            for path in album.iterdir():  # repeating reads no folder
                path.unlink()
            second = await talk(server.call(), upload(target, repeat=receipt, deliver=1))
            colors.folders[0] = str(tmp_path / "gone")
            _, _, missing = await refusal(server, upload(target, **tasks["colorize"]))
            colors.folders[0] = str(album)
            _, _, empty = await refusal(server, upload(target, **tasks["colorize"]))
            planes = plane(target), plane(alike, pb.REFERENCE, 2)
            both = [
                header(*planes, colorize=colors),
                *chunks(target, size=2**20),
                *chunks(alike, 2, 2**20),
                finish(p1=target.nbytes, p2=alike.nbytes),
            ]
            _, _, contradiction = await refusal(server, both)
        verdicts = [event.verdict for event in first if event.HasField("verdict")]
        assert [(one.plane, one.path) for one in verdicts] == [(0, str(album / "alike.png"))]
        assert [one.name for one in receipt.references] == ["alike.png"]
        assert str(album) not in str(receipt)
        assert np.array_equal(image(first, 0)[1], image(second, 0)[1])
        assert second[-1].done.receipt == receipt
        assert "cannot be read" in missing
        assert "no photograph with colors" in empty
        assert "leave one of them out" in contradiction

    main()


def test_what_no_model_can_do_is_refused_with_what_to_do_instead(engines: Engines) -> None:
    @in_loop
    async def main() -> None:
        target = gray(20, 30)
        drawn = pb.Sample(temperature=1.0, top_p=1.0)
        async with rig(engines) as server:
            _, code, sentence = await refusal(server, upload(target, colorize=None, sample=drawn))
            assert code == "not-available"
            assert "color from a reference or from painted hints" in sentence
            _, _, sentence = await refusal(server, upload(target, colorize=None, restore={}))
            assert "install one" in sentence

    main()


def test_a_running_server_keeps_its_weights_and_a_new_one_refuses_changed_ones(
    tmp_path: Path, engines: Engines
) -> None:
    target = gray(70, 90)
    reference = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
    job = [
        header(plane(target), plane(reference, pb.REFERENCE, 2), deliver=1),
        *chunks(target, size=4000),
        *chunks(reference, 2, 4000),
        finish(p1=target.nbytes, p2=reference.nbytes),
    ]

    @in_loop
    async def main() -> None:
        weights = tmp_path / "tiny.safetensors"
        async with rig(engines) as server:
            before = await talk(server.call(), job)
            changed = bytearray(weights.read_bytes())
            changed[-1] ^= 1
            weights.write_bytes(changed)
            again = await talk(server.call(), job)
            assert np.array_equal(image(before)[1], image(again)[1])
            assert before[-1].done.receipt == again[-1].done.receipt
        with pytest.raises(ModelError, match="is not the one that was published"):
            Engines(ModelStore([tmp_path]), "cpu", threads=1).load()

    main()
