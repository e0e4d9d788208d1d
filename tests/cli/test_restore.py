"""``restore`` and ``detect`` over the real engine, with a tiny random network."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import tifffile
import torch
from restore_colorize.engines.suggest_eye import CACHE_VARIABLE
from restore_colorize.imaging import Picture, read_picture
from restore_colorize.models import ModelStore

from tests.cli.desk import Desk
from tests.engines.feature_folder import add_feature_model
from tests.engines.restoration_folder import add_model
from tests.models.folders import write_model_folder


@pytest.fixture(autouse=True)
def tiny_model(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make tiny random networks the only models."""
    folder = tmp_path_factory.mktemp("models")
    write_model_folder(folder)
    add_model(folder)
    add_feature_model(folder)
    monkeypatch.setenv(CACHE_VARIABLE, str(folder / "cache"))
    monkeypatch.setattr(ModelStore, "default", classmethod(lambda cls: cls([folder])))


def done(desk: Desk, *words: object) -> str:
    """Run a command that succeeds; return what it printed."""
    result = desk.run(*words, "--device", "cpu")
    assert result.exit_code == 0, result.output
    return result.output


def mask(desk: Desk, name: str, size: tuple[int, int]) -> Path:
    planes = torch.zeros(1, *size)
    planes[:, :3, :4] = 1
    return desk.write(name, Picture(planes))


def test_a_picture_is_restored_in_its_own_depth_and_says_so(desk: Desk) -> None:
    target = desk.gray("old.tif", width=40, depth=16)
    done(desk, "restore", target, "-o", desk / "new.tif", "--tone", "--eagerness", 1)
    new, old = read_picture(desk / "new.tif"), read_picture(target)
    assert new.depth == 16
    assert new.is_gray
    assert not torch.equal(new.planes, old.planes)
    assert "restored by a network" in new.metadata.text["Comment"]


def test_a_damage_mask_confines_the_repair_to_the_last_bit(desk: Desk) -> None:
    target, damage = desk.color("old.png", (40, 60)), mask(desk, "mask.png", (40, 60))
    done(desk, "restore", target, "-o", desk / "new.png", "--damage", damage)
    new, old = read_picture(desk / "new.png").planes, read_picture(target).planes
    changed = (new != old).any(0)
    assert bool(changed.any())
    changed[:3, :4] = False
    assert not bool(changed.any())


def test_that_only_the_first_picture_of_a_file_counts_is_told(desk: Desk) -> None:
    target = desk / "old.tif"
    pages = np.zeros((2, 8, 20), np.uint8)
    tifffile.imwrite(target, pages, photometric="minisblack", metadata=None)
    for command in ("restore", "detect"):
        said = done(desk, command, target, "-o", desk / f"{command}.png")
        assert "Warning: old.tif holds 2 pictures; only the first is worked on." in said


def test_what_detect_finds_restore_repairs_in_folders_and_both_continue(desk: Desk) -> None:
    for name, seed in (("a.png", 20), ("b.jpg", 30)):
        desk.gray(f"scans/{name}", width=seed)
    done(desk, "detect", desk / "scans", "-o", desk / "masks")
    found = sorted(path.name for path in (desk / "masks").iterdir())
    assert found == ["a.png", "b.png"]
    assert read_picture(desk / "masks/a.png").size == (8, 20)
    again = done(desk, "detect", desk / "scans", "-o", desk / "masks")
    assert again.count("skipped") == 2

    words = ["restore", desk / "scans", "-o", desk / "new", "--damage", desk / "masks"]
    done(desk, *words)
    (desk / "new/a.png").unlink()
    again = done(desk, *words)
    assert again.count("skipped") == 1
    assert (desk / "new/a.png").exists()


def test_pictures_that_differ_in_their_suffix_have_masks_of_their_own(desk: Desk) -> None:
    for name, width in (("s.tif", 20), ("s.jpg", 30)):
        desk.gray(f"scans/{name}", width=width)
    done(desk, "detect", desk / "scans", "-o", desk / "masks")
    found = {path.name: read_picture(path).width for path in (desk / "masks").iterdir()}
    assert found == {"s-tif.png": 20, "s-jpg.png": 30}
    assert done(desk, "detect", desk / "scans", "-o", desk / "masks").count("skipped") == 2
    words = ["--damage", desk / "masks", "--format", "png", "-o", desk / "new"]
    done(desk, "restore", desk / "scans", *words)
    restored = {path.name: read_picture(path).width for path in (desk / "new").iterdir()}
    assert restored == found


def test_a_folder_without_the_mask_of_a_picture_fails_that_picture(desk: Desk) -> None:
    desk.gray("scans/a.png", width=20)
    desk.gray("scans/b.png", width=20)
    mask(desk, "masks/b.png", (8, 20))
    result = desk.run(
        "restore", desk / "scans", "-o", desk / "new", "--damage", desk / "masks", "--json"
    )
    assert result.exit_code == 1
    assert "holds no mask called a" in result.output
    assert [path.name for path in (desk / "new").iterdir()] == ["b.png"]


def test_detection_tells_how_much_is_damaged(desk: Desk) -> None:
    target = desk.gray("old.png", width=30)
    line = done(desk, "detect", target, "-o", desk / "mask.png", "--json", "--sensitivity", 1)
    told = json.loads(line)
    assert told["model"] == "tiny-restoration"
    share = float((read_picture(desk / "mask.png").planes > 0.5).float().mean())
    assert told["damaged_share"] == pytest.approx(share, abs=0.01)


def test_outputs_are_not_replaced_unasked_and_inputs_never(desk: Desk) -> None:
    target = desk.gray("old.png", width=20)
    assert desk.run("restore", target, "-o", target).exit_code == 2
    desk.gray("there.png", width=20)
    result = desk.run("restore", target, "-o", desk / "there.png")
    assert result.exit_code == 1
    assert "--overwrite" in result.output
    done(desk, "restore", target, "-o", desk / "there.png", "--overwrite")


def test_a_mask_in_a_folder_is_an_input_too(desk: Desk) -> None:
    desk.gray("scans/a.png", width=20)
    damage = mask(desk, "masks/a.png", (8, 20))
    before = damage.read_bytes()
    words = ["restore", desk / "scans", "--damage", desk / "masks", "-o", desk / "masks"]
    result = desk.run(*words, "--overwrite")
    assert result.exit_code == 2
    assert "one of the inputs" in result.output
    assert damage.read_bytes() == before


def test_a_restored_picture_is_repeated_exactly_from_its_receipt(desk: Desk) -> None:
    target, damage = desk.gray("old.png", width=40), mask(desk, "mask.png", (8, 40))
    done(desk, "restore", target, "-o", desk / "new.png", "--damage", damage)
    words = ["repeat", desk / "new.png", target, "-o", desk / "same.png"]
    result = desk.run(*words, "--damage", damage)
    assert result.exit_code == 0, result.output
    same, new = read_picture(desk / "same.png"), read_picture(desk / "new.png")
    assert torch.equal(same.planes, new.planes)
    without = desk.run(*words, "--overwrite")
    assert without.exit_code == 1
    assert "mask" in without.output


def test_a_restored_picture_gets_the_colors_of_a_reference_in_the_same_run(desk: Desk) -> None:
    target, reference = desk.gray("old.tif", width=48, depth=16), desk.color("ref.png", (40, 60))
    words = ["restore", target, "--colorize", "-r", reference, "--saturation", 2]
    done(desk, *words, "-o", desk / "new.tif")
    new = read_picture(desk / "new.tif")
    assert (new.depth, new.is_gray) == (16, False)
    assert new.size == read_picture(target).size
    again = desk.run("repeat", desk / "new.tif", target, "-o", desk / "again.tif")
    assert again.exit_code == 0, again.output
    assert torch.equal(read_picture(desk / "again.tif").planes, new.planes)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--colorize"], "needs a --reference"),
        (["--color-model", "tiny"], "need --colorize"),
        (["--colorize", "-r", "REF", "--reference-from", "."], "not both"),
        (["--server=local", "--threads", "2"], "give them to `serve`"),
        (["--token-file", "TOKEN"], "need --server HOST:PORT"),
    ],
)
def test_what_cannot_work_together_is_said_at_the_door(
    desk: Desk, words: list[str], sentence: str
) -> None:
    (desk / "token").write_text("secret")
    target = desk.gray("old.png", width=20)
    files = {"TOKEN": desk / "token", "REF": target}
    given = [files.get(word, word) for word in words]
    result = desk.run("restore", target, "-o", desk / "new.png", *given)
    assert result.exit_code == 2
    assert sentence in result.output
    assert not (desk / "new.png").exists()


def test_the_colors_come_from_the_photograph_of_a_folder_that_suits_best(desk: Desk) -> None:
    target = desk.gray("album/old.png", width=48)
    for name in ("a.png", "b.png"):
        desk.color(f"album/{name}", (40, 60))
    words = ["restore", target, "--colorize", "--reference-from", desk / "album"]
    (line,) = done(desk, *words, "-o", desk / "new.png", "--json").splitlines()
    (reference,) = json.loads(line)["references"]
    assert Path(reference["path"]).parent == desk / "album"
    assert Path(reference["path"]).name in ("a.png", "b.png")
    assert not read_picture(desk / "new.png").is_gray


@pytest.mark.parametrize("words", [["restore", "--colorize"], ["colorize"]])
def test_a_found_reference_is_used_as_if_it_had_been_named(desk: Desk, words: list[str]) -> None:
    target = desk.gray("old.png", width=48)
    for name in ("a.png", "b.png"):
        desk.color(f"album/{name}", (40, 60))
    (line,) = done(
        desk, *words, target, "--reference-from", desk / "album", "-o", desk / "1.png", "--json"
    ).splitlines()
    (found,) = json.loads(line)["references"]
    done(desk, *words, target, "-r", found["path"], "-o", desk / "2.png")
    first, second = (read_picture(desk / name).planes for name in ("1.png", "2.png"))
    assert torch.equal(first, second)
    repeated = desk.run("repeat", desk / "1.png", target, "-o", desk / "3.png")
    assert repeated.exit_code == 0, repeated.output
    assert torch.equal(read_picture(desk / "3.png").planes, first)


def test_an_output_that_is_replaced_is_never_the_chosen_reference(desk: Desk) -> None:
    target = desk.gray("old.png", width=48)
    desk.color("album/only.png", (40, 60))
    words = ["restore", target, "--colorize", "--reference-from", desk / "album", "--overwrite"]
    result = desk.run(*words, "-o", desk / "album/only.png")
    assert result.exit_code == 1
    assert "no photograph with colors" in result.output
    assert read_picture(desk / "album/only.png").size == (40, 60)


def test_no_candidate_that_is_replaced_is_the_chosen_reference(desk: Desk) -> None:
    target = desk.gray("old.png", width=48)
    for name in ("new-1.png", "new-2.png"):
        desk.color(f"album/{name}", (40, 60))
    words = ["colorize", target, "--reference-from", desk / "album", "--overwrite"]
    result = desk.run(*words, "--candidates", 2, "-o", desk / "album/new.png")
    assert result.exit_code == 1
    assert "no photograph with colors" in result.output


def test_a_folder_without_colors_is_a_sentence(desk: Desk) -> None:
    target = desk.gray("album/old.png", width=48)
    result = desk.run(
        "restore", target, "--colorize", "--reference-from", desk / "album", "-o", desk / "new.png"
    )
    assert result.exit_code == 1
    assert "no photograph with colors" in result.output
    assert not (desk / "new.png").exists()
