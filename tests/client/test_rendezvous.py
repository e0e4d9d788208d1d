"""Finding a local server: what lies at the place, and whether it can be trusted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from platformdirs.macos import MacOS
from platformdirs.unix import Unix
from platformdirs.windows import Windows
from restore_colorize.service.rendezvous import ServerRecord
from restore_colorize.service.rendezvous import process_start as server_process_start
from restore_colorize_client import ConnectError
from restore_colorize_client.transport import Found, look, process_start, state_dirs

HOME = Path("/home/someone")
GOOD: dict[str, Any] = {
    "version": "0.1.0",
    "host": "127.0.0.1",
    "port": 50051,
    "token": "secret",
    "pid": os.getpid(),
    "started": process_start(os.getpid()),
}


def write(folder: Path, data: object, mode: int = 0o600) -> Path:
    path = folder / "server.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data), "utf-8")
    path.chmod(mode)
    return path


@pytest.mark.parametrize("given", [None, "/var/some/state", "", "not/absolute"])
def test_linux_folders_are_those_of_platformdirs(
    monkeypatch: pytest.MonkeyPatch, given: str | None
) -> None:
    monkeypatch.setenv("HOME", str(HOME))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    if given is not None:
        monkeypatch.setenv("XDG_STATE_HOME", given)
    expected = Path(Unix("restore-colorize").user_state_dir)
    found = state_dirs(os.environ, "linux", [HOME, Path("/home/grace")])
    assert found[0] == expected
    assert HOME / ".local/state/restore-colorize" in found
    assert found[-1] == Path("/home/grace/.local/state/restore-colorize")


def test_macos_folder_is_that_of_platformdirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(HOME))
    expected = Path(MacOS("restore-colorize").user_state_dir)
    assert state_dirs(os.environ, "darwin", [HOME, HOME]) == (expected,)


def test_windows_folder_is_that_of_platformdirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.windows.get_win_folder", lambda name: "/Users/x/Local")
    expected = Path(Windows("restore-colorize").user_state_dir.replace("\\", "/"))
    assert state_dirs({"LOCALAPPDATA": "/Users/x/Local"}, "win32", [HOME]) == (expected,)
    assert state_dirs({}, "win32", [HOME]) == (
        HOME / "AppData/Local/restore-colorize/restore-colorize",
    )


def test_this_system_is_looked_at_where_the_server_writes() -> None:
    found = state_dirs(os.environ, sys.platform, [Path.home()])
    assert found[0] == Path(platformdirs.user_state_dir("restore-colorize"))


def test_nothing_there_is_absent(tmp_path: Path) -> None:
    assert look(tmp_path) == (Found.ABSENT, None)
    assert look(tmp_path / "neither") == (Found.ABSENT, None)


def test_what_a_server_writes_is_read(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    found, rendezvous = look(tmp_path)
    assert found is Found.GOOD
    assert rendezvous is not None
    assert vars(rendezvous) == GOOD
    assert set(vars(rendezvous)) == set(ServerRecord.__dataclass_fields__)


def test_unknown_fields_of_newer_servers_are_ignored(tmp_path: Path) -> None:
    write(tmp_path, {**GOOD, "certificate": "…"})
    assert look(tmp_path)[0] is Found.GOOD


@pytest.mark.parametrize(
    "data",
    [
        "",
        "{",
        "[]",
        "7",
        "null",
        "\ufffd" * 9000,
        {},
        {**GOOD, "port": "50051"},
        {**GOOD, "port": 0},
        {**GOOD, "port": 65536},
        {**GOOD, "token": ""},
        {**GOOD, "token": None},
        {**GOOD, "pid": -1},
        {**GOOD, "host": 7},
    ],
)
def test_what_no_server_writes_is_corrupt(tmp_path: Path, data: object) -> None:
    write(tmp_path, data)
    assert look(tmp_path) == (Found.CORRUPT, None)


def test_bytes_that_are_no_text_are_corrupt(tmp_path: Path) -> None:
    write(tmp_path, GOOD).write_bytes(b"\xff\xfe\x00{")
    assert look(tmp_path) == (Found.CORRUPT, None)


def test_a_process_that_is_gone_makes_it_stale(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    write(tmp_path, {**GOOD, "pid": gone.pid, "started": 0})
    assert look(tmp_path) == (Found.STALE, None)


def test_another_process_of_the_same_number_makes_it_stale(tmp_path: Path) -> None:
    write(tmp_path, {**GOOD, "started": GOOD["started"] - 1})
    assert look(tmp_path) == (Found.STALE, None)
    write(tmp_path, {**GOOD, "started": 0})  # a system that cannot tell
    assert look(tmp_path)[0] is Found.GOOD


def test_a_process_that_ended_but_was_not_reaped_is_gone() -> None:
    zombie = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    assert zombie.stdout is not None
    zombie.stdout.read()
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
    assert process_start(zombie.pid) is None
    zombie.stdout.close()
    zombie.wait()


def test_start_times_are_those_that_the_server_writes() -> None:
    assert process_start(os.getpid()) == server_process_start(os.getpid())
    assert process_start(2**22 + 1) is None


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_that_others_can_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    path = write(tmp_path, GOOD, mode)
    with pytest.raises(ConnectError, match="other users") as caught:
        look(tmp_path)
    assert str(path) in str(caught.value)
    assert GOOD["token"] not in str(caught.value)


def test_a_file_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, GOOD)
    monkeypatch.setattr(os, "getuid", lambda: os.geteuid() + 1)
    with pytest.raises(ConnectError, match="another user"):
        look(tmp_path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "server.json").mkdir()
    with pytest.raises(ConnectError, match=r"server\.json"):
        look(tmp_path)


def test_a_pipe_in_its_place_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "server.json", 0o600)
    with pytest.raises(ConnectError, match="plain file"):
        look(tmp_path)
