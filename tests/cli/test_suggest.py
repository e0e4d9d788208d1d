from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from restore_colorize.engines import Control, Request, SuggestOptions, Verdict

from tests.cli.desk import Desk, FakeResult


@dataclass
class FakeSuggester:
    """Suggests all pictures of the first folder, the later in the alphabet the better."""

    requests: list[Request] = field(default_factory=list)

    @contextmanager
    def run(self, request: Request, control: Control) -> Iterator[FakeResult]:
        self.requests.append(request)
        options = request.options
        assert isinstance(options, SuggestOptions)
        control.progress("index", 0.5)
        control.warn("unreadable", "What cannot be read was left out: torn.jpg.")
        files = sorted(Path(options.folders[0]).iterdir(), reverse=True)
        files = [path for path in files if str(path) not in options.excluded]
        reasons = (("layout", "textures"), ("brightness",), ())
        verdicts = tuple(
            Verdict(0, 0.5, 0.9 - place / 10, str(path), reasons[min(place, 2)])
            for place, path in enumerate(files)
        )
        yield FakeResult(request, (), verdicts[: options.count])

    def close(self) -> None:
        pass


@pytest.fixture
def suggester(monkeypatch: pytest.MonkeyPatch) -> FakeSuggester:
    fake = FakeSuggester()
    monkeypatch.setattr("restore_colorize.cli.backends.open_backend", lambda *_: fake)
    return fake


@pytest.fixture
def album(desk: Desk) -> Path:
    for name in ("a.png", "b.png", "c.png"):
        desk.color(f"album/{name}")
    return desk / "album"


def test_suggestions_are_printed_best_first_with_reason_and_path(
    desk: Desk, album: Path, suggester: FakeSuggester
) -> None:
    target = desk.gray("old.png")
    result = desk.run("suggest", target, "--from", album, "-n", 2)
    assert result.exit_code == 0
    first, second = result.stdout.splitlines()
    assert first.split() == ["1", "0.90", "same", "layout,", "same", "textures", f"{album}/c.png"]
    assert second.split() == ["2", "0.80", "same", "brightness", f"{album}/b.png"]
    assert "torn.jpg" in result.stderr
    (request,) = suggester.requests
    assert request.options == SuggestOptions(
        count=2, folders=(str(album),), excluded=(str(target),)
    )


def test_as_json_each_suggestion_is_one_object(
    desk: Desk, album: Path, suggester: FakeSuggester
) -> None:
    result = desk.run("suggest", desk.gray("old.png"), "--from", album, "--json")
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert [record["rank"] for record in records] == [1, 2, 3]
    assert records[0] == {
        "rank": 1,
        "score": 0.9,
        "related": 0.5,
        "reasons": ["layout", "textures"],
        "path": f"{album}/c.png",
    }
    assert records[2]["reasons"] == []


def test_the_target_itself_is_no_reference(
    desk: Desk, album: Path, suggester: FakeSuggester
) -> None:
    result = desk.run("suggest", album / "c.png", "--from", album, "-n", 2, "--json")
    paths = [Path(json.loads(line)["path"]).name for line in result.stdout.splitlines()]
    assert paths == ["b.png", "a.png"]


def test_folders_are_named_from_the_root_and_must_exist(
    desk: Desk, album: Path, suggester: FakeSuggester, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = desk.gray("old.png")
    monkeypatch.chdir(desk.folder)
    assert desk.run("suggest", target, "--from", "album").exit_code == 0
    assert suggester.requests[0].options.folders == (str(album.resolve()),)  # type: ignore[attr-defined]
    assert desk.run("suggest", target, "--from", "gone").exit_code == 2
    assert desk.run("suggest", target).exit_code == 2


def test_an_empty_folder_is_told(desk: Desk, suggester: FakeSuggester) -> None:
    (desk / "empty").mkdir()
    result = desk.run("suggest", desk.gray("old.png"), "--from", desk / "empty")
    assert result.exit_code == 0
    assert not result.stdout
    assert "No photograph" in result.stderr
