"""Draws without a reference, measured with a tiny untrained PixColor."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from restore_colorize.engines import Engines
from restore_colorize.models import ModelStore
from skimage.metrics import structural_similarity

from evaluation import metrics
from evaluation.__main__ import main
from evaluation.packs import Photograph
from evaluation.sample_hints import AREA_OVER_STROKE, PaintedObject, object_table
from evaluation.sampled import Drawer, sample_tables
from tests.engines.pixcolor_folder import add_model
from tests.evaluation.pictures import picture, rgb

NAMES = ("one", "two", "three")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    add_model(folder)
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packs")
    for pack, names in (("validation-256", NAMES), ("old-photos", ["9-target", "9-published"])):
        (folder / pack).mkdir()
        for seed, name in enumerate(names):
            Image.fromarray(rgb(64, 80, seed)).save(folder / pack / f"{name}.png")
    return folder


def test_a_run_writes_figures_floors_and_pages(models: Path, data: Path, tmp_path: Path) -> None:
    words = ["--data", data, "--models", models, "--out", tmp_path, "--pages", tmp_path / "page"]
    assert main(["--about", "samples", *map(str, words)]) == 0
    report = json.loads((tmp_path / "sample.json").read_text())
    rows = {
        table["name"]: {row["name"]: row["figures"] for row in table["rows"]}
        for table in report["tables"]
    }
    likelihood = rows["likelihood"]
    assert likelihood["marginal"]["of_marginal"][0] == pytest.approx(1)
    assert likelihood["tiny-pixcolor"]["of_marginal"][0] > 1  # untrained
    samples = rows["samples"]
    assert samples["gray"]["ab_ratio"][0] == pytest.approx(1, abs=0.01)
    assert samples["tiny-pixcolor-best"]["psnr"][0] >= samples["tiny-pixcolor"]["psnr"][0]
    assert {"marginal", "tiny-pixcolor-first", "tiny-pixcolor-likeliest"} <= set(samples)
    assert rows["refinement"]["bilinear"]["psnr"][0] > rows["refinement"]["gray"]["psnr"][0]
    assert {one["figure"] for one in report["floors"]} >= {"samples.histogram", "samples.ab_ratio"}
    page = (tmp_path / "page" / "index.html").read_text()
    assert page.count("<figure>") == len(NAMES) * (2 + 8) + (1 + 8)
    assert "9-published" not in page


def test_a_folder_without_the_pack_is_told(models: Path, tmp_path: Path, capsys) -> None:
    words = ["--data", str(tmp_path), "--models", str(models)]
    assert main(["--about", "samples", *words]) == 2
    assert "validation-256" in capsys.readouterr().err


def test_without_a_critic_there_is_no_first(tmp_path: Path) -> None:
    network = add_model(tmp_path, has_critic=False)
    photographs = [Photograph("a", picture(64, 80))]
    _, samples, _ = sample_tables(photographs, Drawer("tiny", "tiny", network))
    assert "tiny-first" not in [row.answers.name for row in samples.rows]
    assert not samples.exhibits


def test_a_stroke_is_inside_of_its_object_and_a_tenth_at_most() -> None:
    mask = np.zeros((60, 80), bool)
    mask[10:50, 20:70] = True
    painted = PaintedObject.of(mask)
    assert painted.stroke.any()
    assert not (painted.stroke & ~mask).any()
    assert mask.sum() / painted.stroke.sum() >= AREA_OVER_STROKE
    assert not (painted.rest & painted.stroke).any()
    assert not (painted.around & mask).any()


def test_objects_that_are_there_are_painted(models: Path, tmp_path: Path) -> None:
    mask = np.zeros((64, 80), np.uint8)
    mask[16:56, 16:64] = 255
    Image.fromarray(mask).save(tmp_path / "b.png")
    photographs = [Photograph(name, picture(64, 80)) for name in ("a", "b")]
    engines = Engines(ModelStore([models]), "cpu", threads=1)
    (table,) = object_table(photographs, engines, "tiny-pixcolor", tmp_path)
    assert table.pictures == ("b",)
    figures = table.rows[0].figures
    assert figures["area"].value >= 10
    assert figures["luma_error"].value < 0.5
    assert object_table(photographs[:1], engines, "tiny-pixcolor", tmp_path) == []


def test_committed_objects_are_masks_of_one_piece() -> None:
    from scipy import ndimage

    from evaluation.sample_hints import OBJECTS

    paths = sorted(OBJECTS.glob("*.png"))
    assert len(paths) == 12
    for path in paths:
        mask = np.array(Image.open(path).convert("L")) > 127
        assert ndimage.label(mask)[1] == 1
        assert 0.01 < mask.mean() < 0.2
        assert path.stat().st_size < 4000


def test_ms_ssim_of_equal_pictures_is_1_and_falls_with_noise() -> None:
    one = rgb(180, 200)
    assert metrics.ms_ssim(one, one) == pytest.approx(1)
    noise = np.random.default_rng(0).integers(-40, 41, one.shape)
    worse = np.clip(one + noise, 0, 255)
    assert 0.2 < metrics.ms_ssim(worse, one) < 0.95


def test_each_scale_of_ms_ssim_is_that_of_another_library() -> None:
    one, other = rgb(40, 50, 1), rgb(40, 50, 2)
    planes = [torch.from_numpy(part.astype(float)).movedim(-1, 0)[:, None] for part in (one, other)]
    mine, _ = metrics._ssim_parts(*planes)
    theirs = []
    for channel in range(3):
        whole = structural_similarity(
            one[..., channel].astype(float),
            other[..., channel].astype(float),
            data_range=255.0,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
            full=True,
        )[1]
        theirs.append(whole[5:-5, 5:-5].mean())
    np.testing.assert_allclose(mine.numpy(), theirs, rtol=1e-6)
