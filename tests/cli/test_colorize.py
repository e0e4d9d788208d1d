from __future__ import annotations

import json
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
import tifffile
import torch
from restore_colorize.engines import KnownColors
from restore_colorize.imaging import Picture, read_picture

from tests.cli.desk import Desk, FakeBackend


def samples(path: Path) -> np.ndarray:
    return read_picture(path).quantize()


def test_one_picture_becomes_one_file(desk: Desk, backend: FakeBackend) -> None:
    target, reference = desk.gray("old.png"), desk.color("ref.png")
    result = desk.run("colorize", target, "-r", reference, "-o", desk / "new.png")
    assert (result.exit_code, result.stderr) == (0, "")
    assert str(desk / "new.png") in result.stdout
    assert samples(desk / "new.png").shape == (8, 12, 3)
    assert backend.is_closed


def test_options_reach_the_request(desk: Desk, backend: FakeBackend) -> None:
    target = desk.color("old.png")
    mask = desk.gray("mask.png")
    hints = desk.color("strokes.png", alpha=True)
    words = ["--selection", mask, "--hints", hints, "--known-colors", "outside-selection"]
    words += ["--strength", 0.5, "--saturation", 2, "--model", "m", "--seed", 7]
    words += ["--candidates", 3, "--working-size", 128, "-r", desk.color("r.png")]
    result = desk.run("colorize", target, *words, "-o", desk / "new.png")
    assert result.exit_code == 0, result.output
    (request,) = backend.requests
    options = request.options
    assert (options.strength, options.saturation, options.candidates) == (0.5, 2.0, 3)
    assert options.known_colors is KnownColors.OUTSIDE_SELECTION
    assert options.working_short_side == 128
    assert (request.model, request.seed) == ("m", 7)
    assert request.selection is not None
    assert isinstance(request.hints, Picture)
    assert [reference.name for reference in request.references] == ["r.png"]


def test_depth_of_the_target_is_kept(desk: Desk, backend: FakeBackend) -> None:
    target = desk.gray("old.tif", depth=16)
    desk.run("colorize", target, "-r", desk.color("r.png"), "-o", desk / "new.tif")
    assert samples(desk / "new.tif").dtype == np.uint16


@pytest.mark.parametrize("depth", [8, 16])
def test_pixels_outside_the_selection_are_byte_identical(
    desk: Desk, backend: FakeBackend, depth: int
) -> None:
    target = desk.gray("old.png", depth=depth)
    mask = torch.zeros(1, 8, 12)
    mask[:, 2:5, 3:9] = 1
    mask[:, 3, 3] = 0.5
    selection = desk.write("mask.png", Picture(mask))
    result = desk.run(
        "colorize",
        target,
        "-r",
        desk.color("r.png"),
        "-o",
        desk / "new.png",
        "--selection",
        selection,
    )
    assert result.exit_code == 0, result.output
    before = np.repeat(samples(target), 3, axis=2)
    after = samples(desk / "new.png")
    outside = mask[0].numpy() == 0
    assert after.dtype == before.dtype
    assert (after[outside] == before[outside]).all()
    assert (after[~outside] != before[~outside]).any(axis=1).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_samples_in_a_profile_are_identical_outside_the_selection(
    desk: Desk, backend: FakeBackend, dtype: type
) -> None:
    generator = np.random.default_rng(3)  # also colors that sRGB does not hold
    stored = generator.integers(0, np.iinfo(dtype).max, (8, 12, 3), dtype, endpoint=True)
    target = desk / "adobe.tif"
    profile = bytes(imagecodecs.cms_profile("adobergb"))
    tifffile.imwrite(target, stored, photometric="rgb", iccprofile=profile)
    mask = torch.zeros(1, 8, 12)
    mask[:, :4] = 1
    selection = desk.write("mask.png", Picture(mask))
    words = ["colorize", target, "-r", desk.color("r.png"), "-o", desk / "new.tif"]
    result = desk.run(*words, "--selection", selection)
    assert result.exit_code == 0, result.output
    written = tifffile.imread(desk / "new.tif")
    assert (written[4:] == stored[4:]).all()
    assert (written[:4] != stored[:4]).any()


def test_candidates_are_numbered_and_fewer_may_come(desk: Desk, backend: FakeBackend) -> None:
    words = ["colorize", desk.gray("old.png"), "-r", desk.color("r.png"), "-o", desk / "new.png"]
    result = desk.run(*words, "--candidates", 3)
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in desk.folder.glob("new*")) == ["new-1.png", "new-2.png"]
    assert result.stdout.count("\n") == 2


def test_nothing_is_overwritten_unless_asked(desk: Desk, backend: FakeBackend) -> None:
    words = ["colorize", desk.gray("old.png"), "-r", desk.color("r.png"), "-o", desk / "new.png"]
    (desk / "new.png").write_bytes(b"mine")
    result = desk.run(*words)
    assert result.exit_code == 1
    assert "exists already; --overwrite replaces it" in result.stderr
    assert (desk / "new.png").read_bytes() == b"mine"
    assert not backend.requests
    assert desk.run(*words, "--overwrite").exit_code == 0
    assert (desk / "new.png").read_bytes() != b"mine"


def test_no_candidate_is_overwritten_unless_asked(desk: Desk, backend: FakeBackend) -> None:
    words = ["colorize", desk.gray("old.png"), "-r", desk.color("r.png"), "-o", desk / "new.png"]
    (desk / "new-2.png").write_bytes(b"mine")
    result = desk.run(*words, "--candidates", 2)
    assert result.exit_code == 1
    assert "new-2.png exists already" in result.stderr
    assert (desk / "new-2.png").read_bytes() == b"mine"
    assert not (desk / "new-1.png").exists()


def test_inputs_are_never_written_even_when_asked(desk: Desk, backend: FakeBackend) -> None:
    target = desk.gray("old.png")
    before = target.read_bytes()
    result = desk.run("colorize", target, "-r", desk.color("r.png"), "-o", target, "--overwrite")
    assert result.exit_code == 2
    assert "never written" in result.stderr
    assert target.read_bytes() == before


def test_a_folder_continues_where_it_stopped(desk: Desk, backend: FakeBackend) -> None:
    for name in ("a.png", "b.png", "c.png"):
        desk.gray(f"scans/{name}")
    words = ["colorize", desk / "scans", "-r", desk.color("r.png"), "-o", desk / "out"]
    desk.gray("scans/b.png", width=17)  # interrupts the run
    result = desk.run(*words)
    assert result.exit_code == 130
    assert [path.name for path in (desk / "out").iterdir()] == ["a.png"]
    desk.gray("scans/b.png")
    result = desk.run(*words, "--json")
    assert result.exit_code == 0
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line.get("skipped", False) for line in lines] == [True, False, False]
    assert sorted(path.name for path in (desk / "out").iterdir()) == ["a.png", "b.png", "c.png"]


def test_one_failed_picture_is_named_and_the_others_continue(
    desk: Desk, backend: FakeBackend
) -> None:
    desk.gray("scans/a.png")
    desk.gray("scans/b.png", width=13)
    desk.gray("scans/c.png", width=19)
    (desk / "scans/d.png").write_bytes(b"no picture")
    desk.gray("scans/e.png")
    result = desk.run("colorize", desk / "scans", "-r", desk.color("r.png"), "-o", desk / "out")
    assert result.exit_code == 1
    assert sorted(path.name for path in (desk / "out").iterdir()) == ["a.png", "e.png"]
    assert "b.png: Thirteen columns bring bad luck." in result.stderr
    assert "c.png: Something went wrong inside the program (ZeroDivisionError)" in result.stderr
    assert "d.png" in result.stderr
    assert "3 of 5 pictures failed" in result.stderr
    assert "Traceback" not in result.output
    assert "secret" not in result.output


def test_debug_shows_the_traceback(
    desk: Desk, backend: FakeBackend, capfd: pytest.CaptureFixture[str]
) -> None:
    target, reference = desk.gray("old.png", width=19), desk.color("r.png")
    for words in (["--debug", "colorize"], ["colorize", "--debug"]):
        result = desk.run(*words, target, "-r", reference, "-o", desk / "new.png")
        assert result.exit_code == 1
        assert "ZeroDivisionError: a secret detail" in result.stderr


def test_pairs_come_from_a_table(desk: Desk, backend: FakeBackend) -> None:
    desk.gray("a.png")
    desk.gray("b.tif", depth=16)
    for name in ("r.png", "s.png", "t.png"):
        desk.color(name)
    (desk / "table.csv").write_text("target,reference\na.png,r.png;s.png\nb.tif,\n")
    words = ["colorize", "--pairs", desk / "table.csv", "-r", desk / "t.png", "-o", desk / "out"]
    result = desk.run(*words, "--format", "png", "--json")
    assert result.exit_code == 0, result.output
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert [Path(item["path"]).name for item in first["references"]] == ["r.png", "s.png"]
    assert [Path(item["path"]).name for item in second["references"]] == ["t.png"]
    assert samples(desk / "out/b.png").dtype == np.uint16


def test_json_is_all_that_standard_output_holds(desk: Desk, backend: FakeBackend) -> None:
    desk.gray("scans/a.png")
    desk.gray("scans/b.png", width=13)
    result = desk.run(
        "colorize", desk / "scans", "-r", desk.color("r.png"), "-o", desk / "out", "--json"
    )
    made, failed = (json.loads(line) for line in result.stdout.splitlines())
    assert made == {
        "target": str(desk / "scans/a.png"),
        "output": str(desk / "out/a.png"),
        "candidate": 0,
        "label": "result 0",
        "model": "fake",
        "seed": 0,
        "references": [{"path": str(desk / "r.png"), "related": 0.5, "score": 0.5}],
        "warnings": [],
        "timings_s": {"colorize": 0.25},
    }
    assert failed["error"] == {"code": "request", "text": "Thirteen columns bring bad luck."}


def test_warnings_are_told(desk: Desk, backend: FakeBackend) -> None:
    words = ["colorize", desk.gray("old.png"), "--hints", desk.color("h.png", alpha=True)]
    result = desk.run(*words, "-o", desk / "new.png", "--json")
    assert "Warning: There is little color." in result.stderr
    assert json.loads(result.stdout)["warnings"] == [
        {"code": "few-colors", "text": "There is little color."}
    ]


def several(path: Path) -> Path:
    """Write a TIFF file of three gray pictures."""
    pages = np.zeros((3, 8, 12), np.uint8)
    tifffile.imwrite(path, pages, photometric="minisblack", metadata=None)
    return path


def test_that_only_the_first_picture_of_a_file_counts_is_told(
    desk: Desk, backend: FakeBackend
) -> None:
    for name in ("a.tif", "b.png"):
        desk.gray(f"scans/{name}")
    several(desk / "scans/a.tif")
    words = ["-r", several(desk / "r.tif"), "-o", desk / "new", "--json"]
    result = desk.run("colorize", desk / "scans", *words)
    assert result.exit_code == 0, result.output
    first, second = (json.loads(line)["warnings"] for line in result.stdout.splitlines())
    said = "{} holds 3 pictures; only the first is worked on.".format
    assert [warning["text"] for warning in first] == [said(f"{name}.tif") for name in "ar"]
    assert {warning["code"] for warning in first} == {"several-pictures"}
    assert second == []
    assert result.stderr.count(f"Warning: {said('a.tif')}") == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-r", "r.png", "-o", "new.png"], "at least one target"),
        (["old.png", "-r", "r.png"], "Say with -o"),
        (["old.png", "-r", "none.png", "-o", "new.png"], "none.png"),
        (["old.png", "-r", "r.png", "-o", "new.gif"], "no known kind"),
        (["old.png", "-r", "r.png", "-o", "n.png", "--strength", "2"], "range"),
        (["old.png", "-r", "r.png", "-o", "n.png", "--working-size", "9"], "range"),
        (
            ["old.png", "-r", "r.png", "-o", "n.png", "--known-colors", "outside-selection"],
            "needs a --selection",
        ),
        (["--server", "old.png", "-r", "r.png", "-o", "n.png"], "no HOST:PORT"),
        (["old.png", "-r", "r.png", "-o", "n.png", "--device", "cpu", "--server"], "server's own"),
        (["old.png", "--pairs", "t.csv", "-o", "out"], "not both"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(
    desk: Desk,
    backend: FakeBackend,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(desk.folder)
    desk.gray("old.png")
    desk.color("r.png")
    (desk / "t.csv").write_text("old.png,r.png,new.png\n")
    result = desk.run("colorize", *words)
    assert result.exit_code == 2, result.output
    assert message in result.stderr
    assert not backend.requests


def test_an_interrupted_picture_leaves_nothing(desk: Desk, backend: FakeBackend) -> None:
    target = desk.gray("old.png", width=17)
    result = desk.run("colorize", target, "-r", desk.color("r.png"), "-o", desk / "o/new.png")
    assert result.exit_code == 130
    assert "Stopped; nothing" in result.stderr
    assert not (desk / "o").exists()
    assert backend.is_closed
