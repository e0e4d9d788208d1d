"""Suggesting references, over a tiny random network: what is equal looks alike to it too."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from restore_colorize.engines import (
    Engines,
    Reference,
    Request,
    SilentControl,
    SuggestOptions,
    Verdict,
)
from restore_colorize.engines import suggest as suggest_module
from restore_colorize.engines.suggest_eye import CACHE_VARIABLE
from restore_colorize.errors import CancelledError, ModelError, RangeError, RequestError
from restore_colorize.imaging import Picture, write_picture
from restore_colorize.models import ModelStore

from tests.engines.feature_folder import TINY_CELLS, add_cells_model, add_feature_model


def scene(seed: int, height: int = 48, width: int = 64) -> Picture:
    """A color picture of soft shapes, at 8 bit."""
    random = torch.Generator().manual_seed(seed)
    small = torch.rand((1, 3, 6, 8), generator=random)
    planes = torch.nn.functional.interpolate(small, (height, width), mode="bilinear")[0]
    return Picture.from_samples(Picture(planes).quantize())


def in_gray(picture: Picture) -> Picture:
    gray = picture.planes.mean(0, keepdim=True)
    return Picture.from_samples(Picture(gray).quantize())


@dataclass
class Noting(SilentControl):
    """Keeps what is told; stops at its ``stop_at``-th check."""

    warnings: list[tuple[str, str]] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)
    stop_at: int = 0
    checks: int = 0

    def progress(self, stage: str, fraction: float, remaining_s: float = 0.0) -> None:
        self.stages.append(stage)

    def warn(self, code: str, text: str) -> None:
        self.warnings.append((code, text))

    def check(self) -> None:
        self.checks += 1
        if self.checks == self.stop_at:
            raise CancelledError("The job was stopped.")


Suggest = Callable[..., tuple[tuple[Verdict, ...], Noting]]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Three color pictures, one of them deeper, and what must not be suggested."""
    album = tmp_path / "album"
    (album / "deep").mkdir(parents=True)
    (album / ".hidden").mkdir()
    write_picture(scene(1), album / "one.png")
    write_picture(scene(2), album / "two.jpg")
    write_picture(scene(3), album / "deep" / "three.WEBP")
    write_picture(scene(1), album / ".hidden" / "one.png")
    write_picture(in_gray(scene(1)), album / "gray.png")
    (album / "notes.txt").write_text("no picture")
    (album / "torn.jpg").write_bytes(b"\xff\xd8\xff and then nothing")
    return album


@pytest.fixture
def suggest(tmp_path: Path, cache: Path) -> Suggest:
    models = tmp_path / "models"
    models.mkdir()
    add_feature_model(models)
    engines = Engines(ModelStore([models]), "cpu", threads=1)

    def ask(
        target: Picture, *folders: Path, control: Noting | None = None, **given: object
    ) -> tuple[tuple[Verdict, ...], Noting]:
        control = control or Noting()
        count = given.pop("count", 9)
        options = SuggestOptions(count=count, folders=tuple(map(str, folders)))  # type: ignore[arg-type]
        job = Request("suggest_references", options, target, **given)  # type: ignore[arg-type]
        return engines.run(job, control).verdicts, control

    return ask


def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect the names of files that are read from now on."""
    seen: list[str] = []
    read = suggest_module.read_picture

    def noting(path: str, **given: int) -> Picture:
        seen.append(Path(path).name)
        return read(path, **given)

    monkeypatch.setattr(suggest_module, "read_picture", noting)
    return seen


def names(verdicts: tuple[Verdict, ...]) -> list[str]:
    return [Path(one.path).name for one in verdicts]


def test_the_picture_of_the_same_scene_comes_first_with_reasons(
    suggest: Suggest, album: Path
) -> None:
    for seed, name in ((1, "one.png"), (2, "two.jpg"), (3, "three.WEBP")):
        verdicts, _ = suggest(in_gray(scene(seed)), album)
        assert len(verdicts) == 3
        best = verdicts[0]
        assert Path(best.path).name == name
        assert best.path == os.path.realpath(best.path)
        assert best.score > verdicts[1].score
        assert best.reasons == ("layout", "textures", "brightness")
        assert 0 < verdicts[-1].related < best.related < 1


def test_pictures_without_colors_are_left_out_also_toned_ones(
    suggest: Suggest, album: Path
) -> None:
    gray = in_gray(scene(4)).planes
    toned = Picture(torch.cat([gray, gray**1.3, gray**1.8]))
    write_picture(toned, album / "sepia.png")
    verdicts, _ = suggest(in_gray(scene(4)), album)
    assert sorted(names(verdicts)) == ["one.png", "three.WEBP", "two.jpg"]


def test_what_cannot_be_read_is_named_each_time(suggest: Suggest, album: Path) -> None:
    for _ in range(2):
        _, control = suggest(scene(1), album)
        ((code, text),) = control.warnings
        assert code == "unreadable"
        assert "torn.jpg" in text


def test_open_pictures_are_ranked_among_those_in_folders(suggest: Suggest, album: Path) -> None:
    open_ones = tuple(
        Reference(picture=scene(seed, 30, 40), key=key) for seed, key in ((9, 7), (2, 4))
    )
    verdicts, _ = suggest(in_gray(scene(2)), album, references=open_ones)
    assert {one.key for one in verdicts if not one.path} == {7, 4}
    assert {verdicts[0].key, verdicts[1].key} == {4, 0}
    assert len(verdicts) == 5
    assert suggest(in_gray(scene(2)), album, references=open_ones, count=2)[0] == verdicts[:2]
    alone, control = suggest(in_gray(scene(2)), references=open_ones)
    assert [one.key for one in alone] == [4, 7]
    assert not control.warnings


def test_files_are_read_once_and_again_only_when_they_change(
    suggest: Suggest, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = reads(monkeypatch)
    before, _ = suggest(scene(2), album)
    assert sorted(seen) == ["gray.png", "one.png", "three.WEBP", "torn.jpg", "two.jpg"]
    seen.clear()
    assert suggest(scene(2), album)[0] == before
    assert not seen
    write_picture(scene(8), album / "one.png")
    os.utime(album / "one.png", ns=(0, 1_000_000_000))
    (album / "deep" / "three.WEBP").unlink()
    verdicts, _ = suggest(scene(8), album)
    assert seen == ["one.png"]
    assert names(verdicts) == ["one.png", "two.jpg"]


def test_a_folder_that_moved_is_not_read_again(
    suggest: Suggest, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, _ = suggest(scene(2), album)
    moved = album.rename(album.with_name("moved"))
    seen = reads(monkeypatch)
    verdicts, _ = suggest(scene(2), moved)
    assert not seen
    assert names(verdicts) == names(before)
    assert all(one.path.startswith(str(moved.resolve())) for one in verdicts)


def test_cells_are_found_wherever_they_lie(tmp_path: Path, cache: Path) -> None:
    """The target's quarters in other places are no stranger to a network that compares cells."""
    whole = scene(1, 256, 256).planes
    top, bottom = whole.chunk(2, 1)
    turned = torch.cat([torch.cat(part.chunk(2, 2)[::-1], 2) for part in (bottom, top)], 1)
    request = Request(
        "suggest_references",
        SuggestOptions(),
        in_gray(Picture(whole)),
        references=(Reference(Picture(turned), key=1), Reference(scene(2, 256, 256), key=2)),
    )
    scores = []
    for adds in (add_feature_model, add_cells_model):
        adds(tmp_path)
        best, _ = Engines(ModelStore([tmp_path]), "cpu", 1).run(request, SilentControl()).verdicts
        assert best.key == 1
        scores.append(best.score)
    assert scores[1] > max(scores[0], 0.8)


def test_networks_that_see_otherwise_have_an_index_each_and_read_once_for_it(
    tmp_path: Path, cache: Path, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = reads(monkeypatch)
    options = SuggestOptions(folders=(str(album),))
    request = Request("suggest_references", options, in_gray(scene(2)))
    found = []
    for count, adds in enumerate((add_feature_model, add_cells_model), 1):
        adds(tmp_path)
        for _ in range(2):
            engines = Engines(ModelStore([tmp_path]), "cpu", threads=1)
            found.append(engines.run(request, SilentControl()).verdicts)
        assert len(list(cache.iterdir())) == count
        assert len(seen) == 5 * count
    assert found[0] == found[1]
    assert found[2] == found[3]
    assert {one.path for one in found[2]} == {one.path for one in found[0]}
    assert {one.score for one in found[2]} != {one.score for one in found[0]}


def test_a_network_that_compares_no_cells_is_refused_in_words(
    tmp_path: Path, cache: Path, album: Path
) -> None:
    add_feature_model(tmp_path)
    add_cells_model(tmp_path, replace(TINY_CELLS, similarity="one"))
    options = SuggestOptions(folders=(str(album),))
    request = Request("suggest_references", options, in_gray(scene(2)))
    with pytest.raises(ModelError, match="four"):
        Engines(ModelStore([tmp_path]), "cpu", threads=1).run(request, SilentControl())


@pytest.mark.parametrize("harm", ["cut", "foreign", "wrong", "changed"])
def test_a_damaged_index_is_made_anew(
    suggest: Suggest, album: Path, cache: Path, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, _ = suggest(scene(2), album)
    (index,) = cache.iterdir()
    content = index.read_bytes()
    if harm == "cut":
        index.write_bytes(content[: len(content) // 2])
    elif harm == "foreign":
        index.write_bytes(b"something else")
    elif harm == "wrong":
        np.savez(index, head=np.zeros(3, np.uint8))
    else:
        middle = len(content) // 2
        index.write_bytes(content[:middle] + b"\x55" * 64 + content[middle + 64 :])
    seen = reads(monkeypatch)
    assert suggest(scene(2), album)[0] == before
    assert len(seen) == 5
    seen.clear()
    suggest(scene(2), album)
    assert not seen


def test_the_index_is_its_users_alone_and_nothing_lies_beside_it(
    suggest: Suggest, album: Path, cache: Path
) -> None:
    suggest(scene(2), album)
    (index,) = cache.iterdir()
    assert index.stat().st_mode & 0o077 == 0


def test_a_run_that_was_stopped_keeps_what_it_has_seen(
    suggest: Suggest, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggest_module, "_FILES_AT_ONCE", 1)
    with pytest.raises(CancelledError):
        suggest(scene(2), album, control=Noting(stop_at=4))
    seen = reads(monkeypatch)
    suggest(scene(2), album)
    assert len(seen) == 2  # of five


def test_two_programs_do_not_forget_what_the_other_has_seen(
    suggest: Suggest, album: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program writes its index while this one reads pictures."""
    other = tmp_path / "other"
    other.mkdir()
    write_picture(scene(5), other / "five.png")
    read = suggest_module.read_picture
    is_first = True

    def interrupted(path: str, **given: int) -> Picture:
        nonlocal is_first
        if is_first:
            is_first = False
            suggest(scene(5), other)
        return read(path, **given)

    monkeypatch.setattr(suggest_module, "read_picture", interrupted)
    suggest(scene(2), album)
    seen = reads(monkeypatch)
    suggest(scene(2), album, other)
    assert not seen


def test_an_index_that_cannot_be_kept_costs_time_only(
    suggest: Suggest, album: Path, cache: Path
) -> None:
    cache.write_text("in the way")
    verdicts, control = suggest(scene(2), album)
    assert names(verdicts)[0] == "two.jpg"
    assert "index-not-kept" in [code for code, _ in control.warnings]


def test_progress_is_told_while_files_are_read(suggest: Suggest, album: Path) -> None:
    assert "index" in suggest(scene(2), album)[1].stages
    assert "index" not in suggest(scene(2), album)[1].stages


def test_what_cannot_be_done_is_said(suggest: Suggest, album: Path) -> None:
    with pytest.raises(RequestError, match="nowhere"):
        suggest(scene(1))
    with pytest.raises(RequestError, match="gone"):
        suggest(scene(1), album / "gone")
    with pytest.raises(RequestError, match="root"):
        suggest(scene(1), Path("album"))
    with pytest.raises(RangeError):
        SuggestOptions(count=0)
    with pytest.raises(RangeError):
        Request(
            "suggest_references",
            SuggestOptions(),
            scene(1, 2, 2),
            references=(Reference(picture=scene(1, 2, 2)),) * 257,
        )
