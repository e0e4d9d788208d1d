"""The command line over the real engine, with a tiny untrained network."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
import tifffile
import torch
from restore_colorize.imaging import Picture, luma_of, read_picture
from restore_colorize.models import ModelStore

from tests.cli.desk import Desk
from tests.models.folders import write_model_folder


@pytest.fixture(autouse=True)
def tiny_model(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a tiny untrained network the only model."""
    folder = tmp_path_factory.mktemp("models")
    write_model_folder(folder)
    monkeypatch.setattr(ModelStore, "default", classmethod(lambda cls: cls([folder])))
    return folder


def colorize(desk: Desk, target: Path, output: Path, *more: object) -> None:
    """Colorize with a reference; a failure shows what was printed."""
    reference = desk.color("reference.png", (40, 50))
    words = ["colorize", target, "-r", reference, "-o", output, "--device", "cpu", *more]
    result = desk.run(*words)
    assert result.exit_code == 0, result.output


def luma_change(before: Path, after: Path) -> torch.Tensor:
    return (luma_of(read_picture(before)) - luma_of(read_picture(after))).abs()


@pytest.mark.parametrize(
    ("depth", "mean", "largest"), [(8, 0.25, 0.75), (16, 0.02, 0.02)], ids=["8 bit", "16 bit"]
)
def test_luma_is_kept_in_the_file(desk: Desk, depth: int, mean: float, largest: float) -> None:
    target = desk.gray("old.png", width=60, depth=depth)
    colorize(desk, target, desk / "new.png", "--saturation", 2)
    change = luma_change(target, desk / "new.png")
    assert float(change.mean()) <= mean
    assert float(change.max()) <= largest
    assert read_picture(desk / "new.png").depth == depth


def test_a_16_bit_gray_lzw_scan_with_a_gamma_profile_is_colored_at_its_depth(desk: Desk) -> None:
    profile = bytes(imagecodecs.cms_profile("gray", gamma=2.2))
    ramp = np.linspace(0, 65535, 40 * 60).reshape(40, 60).astype(np.uint16)
    target = desk / "scan.tif"
    tifffile.imwrite(target, ramp, compression="lzw", iccprofile=profile, resolution=(600, 600))
    colorize(desk, target, desk / "new.tif", "--saturation", 2)
    new = read_picture(desk / "new.tif")
    assert new.depth == 16
    assert not new.is_gray
    assert new.metadata.resolution == (600, 600)
    assert float(luma_change(target, desk / "new.tif").max()) <= 0.02


def test_candidates_come_from_all_references_from_each_and_from_trust(desk: Desk) -> None:
    target, second = desk.gray("old.png", width=40), desk.color("second.png", (30, 30))
    colorize(desk, target, desk / "new.png", "-r", second, "--candidates", 5)
    assert len(list(desk.folder.glob("new-*.png"))) == 4


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_reference_may_have_a_name_that_is_no_text(desk: Desk) -> None:
    name = os.fsdecode(b"\xff.png")
    reference = desk.color(name, (40, 50))
    colorize(desk, desk.gray("old.png"), desk / "new.png", "-r", reference)
    texts = read_picture(desk / "new.png").metadata.text
    assert "\\ufffd.png" in texts["restore-colorize"]


@pytest.mark.parametrize("kind", ["plain", "hints", "known colors"])
def test_a_result_is_repeated_to_the_byte(desk: Desk, kind: str) -> None:
    target = desk.color("old.png", (40, 60))
    selection = desk.write("mask.png", Picture(torch.ones(1, 40, 60).tril()))
    used: list[object] = []
    if kind == "hints":
        used = ["--hints", desk.color("hints.png", (40, 60), alpha=True)]
    masks: list[object] = ["--selection", selection]
    if kind == "known colors":
        used = ["--known-colors", "outside-selection"]
    colorize(desk, target, desk / "new.png", *used, *masks, "--strength", 0.7, "--candidates", 2)
    (desk / "reference.png").unlink()
    result = desk.run("repeat", desk / "new-1.png", target, "-o", desk / "again.png", *masks)
    assert result.exit_code == 0, result.output
    assert (desk / "again.png").read_bytes() == (desk / "new-1.png").read_bytes()


def test_what_keeps_a_result_from_being_repeated_is_named(desk: Desk, tiny_model: Path) -> None:
    target = desk.gray("old.png", width=40)
    colorize(desk, target, desk / "new.png")
    words = ["repeat", desk / "new.png", desk.gray("other.png", width=41), "-o", desk / "o.png"]
    result = desk.run(*words)
    assert result.exit_code == 1
    assert "the target is not that of the receipt" in result.stderr
    write_model_folder(tiny_model, tensors=None, name="other")
    words[2] = target
    result = desk.run(*words)
    assert result.exit_code == 1
    assert "'tiny' is not installed" in result.stderr
    assert not (desk / "o.png").exists()


def test_pictures_without_receipt_are_told(desk: Desk) -> None:
    target = desk.gray("old.png")
    result = desk.run("repeat", desk.color("plain.png"), target, "-o", desk / "o.png")
    assert result.exit_code == 1
    assert "carries no receipt" in result.stderr


def test_an_unknown_model_and_device_are_told(desk: Desk) -> None:
    words = ["colorize", desk.gray("old.png"), "-r", desk.color("r.png"), "-o", desk / "o.png"]
    for more, message in ((["--model", "none"], "no model none"), (["--device", "tpu"], "unknown")):
        result = desk.run(*words, *more)
        assert result.exit_code == 1
        assert message in result.stderr
        assert "Traceback" not in result.stderr
