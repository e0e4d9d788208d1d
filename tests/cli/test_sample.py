"""The command ``sample``, with a fake backend, and with a tiny untrained network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from restore_colorize.engines import KnownColors, SampleOptions
from restore_colorize.imaging import Picture, read_picture
from restore_colorize.models import ModelStore
from restore_colorize_client import Sample

from tests.cli.desk import Desk, FakeBackend
from tests.engines.pixcolor_folder import add_model


def test_the_options_become_one_request(desk: Desk, backend: FakeBackend) -> None:
    words = ["-n", 2, "--seed", 7, "--temperature", 0.8, "--top-p", 0.9, "--diversity", 1]
    words += ["--hints", desk.color("strokes.png", alpha=True), "--unrefined", "--model", "mine"]
    result = desk.run("sample", desk.gray("old.png"), "-o", desk / "new.png", *words)
    assert result.exit_code == 0, result.output
    (request,) = backend.requests
    assert (request.engine, request.seed, request.model) == ("sample", 7, "mine")
    assert request.options == SampleOptions(
        candidates=2, temperature=0.8, top_p=0.9, diversity=1.0, refine=False
    )
    assert isinstance(request.hints, Picture)
    assert (desk / "new-1.png").exists()
    assert (desk / "new-2.png").exists()


def test_command_line_client_and_engine_draw_alike_by_themselves(
    desk: Desk, backend: FakeBackend
) -> None:
    desk.run("sample", desk.gray("old.png"), "-o", desk / "new.png")
    (request,) = backend.requests
    assert isinstance(request.options, SampleOptions)
    assert request.options.temperature == SampleOptions.temperature == Sample.temperature


def test_with_a_selection_the_colors_outside_are_known(desk: Desk, backend: FakeBackend) -> None:
    mask = desk.write("mask.png", Picture(torch.ones(1, 8, 12)))
    target = desk.color("colored.png")
    result = desk.run("sample", target, "--selection", mask, "-o", desk / "new.png", "-n", 1)
    assert result.exit_code == 0, result.output
    assert backend.requests[0].options.known_colors is KnownColors.OUTSIDE_SELECTION
    assert (desk / "new.png").exists()


def test_a_folder_is_resumed_and_sheets_are_written(desk: Desk, backend: FakeBackend) -> None:
    for name in ("a", "b"):
        desk.gray(f"scans/{name}.png")
    (desk / "out").mkdir()
    (desk / "out" / "a-1.png").write_bytes(b"done")
    words = ["-n", 2, "--sheet", "--uncertainty"]
    result = desk.run("sample", desk / "scans", *words, "-o", desk / "out")
    assert result.exit_code == 0, result.output
    assert len(backend.requests) == 1
    assert (desk / "out" / "a-1.png").read_bytes() == b"done"
    sheet = read_picture(desk / "out" / "b-sheet.png")
    assert sheet.size == (2 * 16 + 8, 2 * 20 + 8)  # the target and two candidates in two rows
    doubt = read_picture(desk / "out" / "b-uncertainty.png")
    assert doubt.is_gray
    assert doubt.size == (8, 12)


@pytest.mark.parametrize("what", ["sheet", "uncertainty"])
def test_what_comes_beside_the_candidates_never_replaces_an_input(
    desk: Desk, backend: FakeBackend, what: str
) -> None:
    target = desk.gray(f"new-{what}.png")
    before = target.read_bytes()
    words = ["sample", target, "-n", 2, "-o", desk / "new.png", "--overwrite"]
    result = desk.run(*words, f"--{what}")
    assert result.exit_code == 2
    assert f"new-{what}.png is one of the inputs" in " ".join(result.stderr.split())
    assert target.read_bytes() == before
    assert desk.run(*words).exit_code == 0


@pytest.mark.parametrize("what", ["sheet", "uncertainty"])
def test_what_comes_beside_the_candidates_is_not_replaced_unasked(
    desk: Desk, backend: FakeBackend, what: str
) -> None:
    mine = desk / f"new-{what}.png"
    mine.write_bytes(b"mine")
    words = ["sample", desk.gray("old.png"), "-n", 2, "-o", desk / "new.png", f"--{what}"]
    result = desk.run(*words)
    assert result.exit_code == 1
    assert f"new-{what}.png exists already; --overwrite replaces it" in result.stderr
    assert mine.read_bytes() == b"mine"
    assert not backend.requests
    assert desk.run(*words, "--overwrite").exit_code == 0
    assert mine.read_bytes() != b"mine"


def test_a_sheet_is_no_other_targets_output(desk: Desk, backend: FakeBackend) -> None:
    desk.gray("scans/a.png")
    desk.gray("scans/a-sheet.png")
    result = desk.run("sample", desk / "scans", "-n", 1, "--sheet", "-o", desk / "out")
    assert result.exit_code == 2
    assert "would both become" in result.stderr
    assert not backend.requests


def test_a_folder_that_continues_replaces_nothing_that_is_there(
    desk: Desk, backend: FakeBackend
) -> None:
    desk.gray("scans/a.png")
    there = [desk / f"out/a-{what}.png" for what in ("sheet", "uncertainty", "2")]
    (desk / "out").mkdir()
    for path in there:
        path.write_bytes(b"mine")
    words = ["sample", desk / "scans", "-n", 2, "--sheet", "--uncertainty", "-o", desk / "out"]
    result = desk.run(*words, "--json")
    assert result.exit_code == 0, result.output
    assert [path.read_bytes() for path in there] == [b"mine"] * 3
    assert read_picture(desk / "out/a-1.png").size == (8, 12)
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert (first["candidate"], Path(first["output"]).name) == (0, "a-1.png")
    assert (second["skipped"], Path(second["output"]).name) == (True, "a-2.png")
    assert desk.run(*words, "--overwrite").exit_code == 0
    assert b"mine" not in [path.read_bytes() for path in there]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tiny PixColor is all that is installed."""
    folder = tmp_path / "models"
    folder.mkdir()
    add_model(folder)
    monkeypatch.setattr(ModelStore, "default", classmethod(lambda cls: cls([folder])))


@pytest.mark.usefixtures("installed")
def test_without_a_reference_colorize_takes_the_best_sample(desk: Desk) -> None:
    target, alone = desk.gray("old.png", width=40), ["--device", "cpu", "--threads", 1]
    result = desk.run("colorize", target, "-o", desk / "new.png", "--seed", 3, *alone)
    assert result.exit_code == 0, result.output
    words = ["-n", 4, "--seed", 3, "--diversity", 0, "--uncertainty", *alone]
    assert desk.run("sample", target, "-o", desk / "each.png", *words).exit_code == 0
    best, made = read_picture(desk / "each-1.png"), read_picture(desk / "new.png")
    assert torch.equal(best.planes, made.planes)
    assert read_picture(desk / "each-uncertainty.png").is_gray
    again = desk / "again.png"
    assert desk.run("repeat", desk / "new.png", target, "-o", again).exit_code == 0
    assert torch.equal(read_picture(again).planes, made.planes)


@pytest.mark.usefixtures("installed")
def test_one_draw_has_no_uncertainty_to_write(desk: Desk) -> None:
    words = ["-n", 1, "--uncertainty", "--device", "cpu"]
    result = desk.run("sample", desk.gray("old.png"), "-o", desk / "new.png", *words)
    assert result.exit_code != 0
    assert "a single draw" in result.output


@pytest.mark.usefixtures("installed")
def test_a_sample_is_repeated_from_its_receipt(desk: Desk) -> None:
    target = desk.gray("old.png", width=40)
    words = ["-n", 3, "--seed", 3, "--device", "cpu", "--threads", 1]
    assert desk.run("sample", target, "-o", desk / "new.png", *words).exit_code == 0
    again = desk / "again.png"
    result = desk.run("repeat", desk / "new-2.png", target, "-o", again)
    assert result.exit_code == 0, result.output
    one, other = read_picture(desk / "new-2.png"), read_picture(again)
    assert torch.equal(one.planes, other.planes)
    assert not torch.equal(one.planes, read_picture(desk / "new-1.png").planes)
