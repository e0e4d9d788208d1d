"""The installed weights on the photographs of ``samples/``, as a user would type it."""

from __future__ import annotations

from pathlib import Path

import imagecodecs
import numpy as np
import pytest
import tifffile
import torch
from restore_colorize.imaging import Picture, luma_of, read_picture
from restore_colorize.models import ModelStore

from tests.cli.desk import Desk

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
TARGET = SAMPLES / "historic2-savings-bank-buffalo.jpg"
REFERENCE = SAMPLES / "pair2-lake-reference.jpg"

pytestmark = pytest.mark.skipif(
    not any(not model.problem for model in ModelStore.default().models),
    reason="no trained weights are installed",
)


def colorize(desk: Desk, target: Path, output: Path, *more: object) -> None:
    words = ["colorize", target, "-r", REFERENCE, "-o", output, "--device", "cpu", *more]
    result = desk.run(*words)
    assert result.exit_code == 0, result.output


def mean_chroma(path: Path) -> float:
    planes = read_picture(path).planes
    return float((planes.amax(0) - planes.amin(0)).mean())


def test_a_photograph_gets_colors_and_keeps_its_luma(desk: Desk) -> None:
    colorize(desk, TARGET, desk / "new.png")
    change = luma_of(read_picture(TARGET)) - luma_of(read_picture(desk / "new.png"))
    assert float(change.abs().mean()) <= 0.25
    assert float(change.abs().max()) <= 0.75
    assert mean_chroma(desk / "new.png") > 0.01


def test_a_16_bit_lzw_scan_with_a_gamma_profile_keeps_its_luma(desk: Desk) -> None:
    gray = read_picture(TARGET).planes[0].numpy()
    noise = np.random.default_rng(5).uniform(0, 256, gray.shape)
    stored = np.clip(gray.astype(np.float64) * 65280 + noise, 0, 65535).astype(np.uint16)
    scan = desk / "scan.tif"
    profile = bytes(imagecodecs.cms_profile("gray", gamma=2.2))
    tifffile.imwrite(scan, stored, compression="lzw", iccprofile=profile)
    colorize(desk, scan, desk / "new.tif")
    new = read_picture(desk / "new.tif")
    change = luma_of(read_picture(scan)) - luma_of(new)
    assert new.depth == 16
    assert float(change.abs().max()) <= 0.02
    assert mean_chroma(desk / "new.tif") > 0.01


def test_outside_the_selection_a_photograph_is_byte_identical(desk: Desk) -> None:
    before = read_picture(TARGET)
    mask = torch.zeros(1, *before.size)
    mask[:, :300, :400] = torch.linspace(0, 1, 400)
    selection = desk.write("mask.png", Picture(mask, depth=16))
    colorize(desk, TARGET, desk / "new.png", "--selection", selection)
    old = np.repeat(before.quantize(), 3 if before.is_gray else 1, axis=2)
    new = read_picture(desk / "new.png").quantize()
    outside = mask[0].numpy() == 0
    assert (new[outside] == old[outside]).all()
    assert (new[~outside] != old[~outside]).any()
