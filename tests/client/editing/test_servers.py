"""Which server is used, how it is started, and what is said where it cannot be."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from restore_colorize_client import ConnectError, NotRunningError, TokenError
from restore_colorize_client.editing import ServerPlace, sandbox_of

from tests.client.conftest import FakeServer

HOME = str(Path(sys.executable).parent)
SERVE = ["serve", "--idle-exit", "15"]


def test_a_program_that_the_user_named_once_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "server.json"
    ServerPlace(python="/home/anna/.local/bin/restore-colorize").save(file)
    place = ServerPlace.load(file)
    assert place.start_command == ["/home/anna/.local/bin/restore-colorize", *SERVE]


def test_a_python_starts_the_package() -> None:
    place = ServerPlace(python="/opt/venv/bin/python")
    assert place.start_command == ["/opt/venv/bin/python", "-m", "restore_colorize", *SERVE]
    assert ServerPlace().start_command is None


@pytest.mark.parametrize(
    ("variables", "words"),
    [({"SNAP": HOME}, ["from Snap", "--at-login"]), ({}, ["“Server…”", "install-plug"])],
)
def test_where_no_server_can_be_started_a_sentence_says_what_to_do(
    variables: dict[str, str],
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RESTORE_COLORIZE_STATE_DIR", str(tmp_path))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    place = ServerPlace(python="/usr/bin/python3" if variables else "")
    with pytest.raises(NotRunningError) as caught:
        place.connect("test")
    assert all(word in str(caught.value) for word in words)
    with pytest.raises(NotRunningError, match="not running: start it"):
        place.connect("test", start=False)


def test_a_snap_is_recognized() -> None:
    assert sandbox_of({"SNAP": HOME}) == "Snap"
    assert sandbox_of({"SNAP": "/snap/terminal/1"}) == ""
    assert sandbox_of({}) == ""


def test_a_wrong_token_says_where_to_enter_the_right_one(server: FakeServer) -> None:
    with pytest.raises(TokenError, match="“Server…”"):
        ServerPlace(server.address, "wrong").connect("test")


def test_a_damaged_certificate_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(ConnectError, match="holds no certificate"):
        ServerPlace("host.example:1", "secret", ca_file=str(tmp_path / "ca.pem")).connect("test")
