"""Starting the local server on demand."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from restore_colorize_client import (
    Client,
    ConnectError,
    LaunchError,
    NotRunningError,
    connect,
)
from restore_colorize_client.transport import (
    clean_environment,
    default_command,
    launch,
    process_start,
)

from tests.client import fake_server
from tests.client.conftest import FakeServer, wait_for
from tests.client.fake_server import TOKEN

pytestmark = pytest.mark.usefixtures("leaves_nothing")

COMMAND = [sys.executable, fake_server.__file__]


def pids(folder: Path) -> list[int]:
    path = folder / "started.txt"
    return [int(line) for line in path.read_text().split()] if path.exists() else []


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Return a state folder; whatever was started for it is killed at the end."""
    folder = tmp_path / "state"
    yield folder
    for process in launch._started:
        process.kill()
        process.wait()
    launch._started.clear()


def connected(folder: Path, *options: str, **more: object) -> Client:
    return connect(state_dir=folder, command=[*COMMAND, *options], **more)  # type: ignore[arg-type]


def write(folder: Path, data: object, mode: int = 0o600) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / "server.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    path.chmod(mode)


def test_a_server_is_started_waited_for_and_used_again(folder: Path) -> None:
    told: list[str] = []
    with connected(folder, "--load", on_start=lambda stage, waited_s: told.append(stage)) as first:
        assert set(told) == {"start", "load"}
        told.clear()
        with connected(folder, on_start=lambda stage, waited_s: told.append(stage)) as second:
            assert first.address == second.address
            assert told == []
            assert second.describe().version == "0.1.0"
    assert len(pids(folder)) == 1
    os.kill(pids(folder)[0], 0)  # it outlives its clients


def test_it_is_detached_with_a_clean_environment_and_a_log(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "PYTHONHOME",
        "PYTHONPATH",
        "LD_LIBRARY_PATH",
        "GI_TYPELIB_PATH",
        "QT_PLUGIN_PATH",
    ):
        monkeypatch.setenv(name, "/an/editor")
    monkeypatch.setenv("LANG", "C.UTF-8")
    connected(folder).close()
    (pid,) = pids(folder)
    assert os.getsid(pid) == pid
    log = folder / "server.log"
    assert log.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    wait_for(lambda: "serving with" in log.read_text())
    said = log.read_text()
    assert "'LANG'" in said
    assert "'RESTORE_COLORIZE_STATE_DIR'" in said
    for name in ("PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH", "GI_TYPELIB_PATH", "QT_"):
        assert name not in said
    assert clean_environment({"QT_X": "1", "PYTHONPATH": "2", "PATH": "3"}) == {"PATH": "3"}


def test_two_clients_at_once_get_one_server(folder: Path) -> None:
    clients: list[Client] = []
    threads = [
        threading.Thread(target=lambda: clients.append(connected(folder, "--load")))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({client.address for client in clients}) == 1
    for client in clients:
        client.close()
    assert len(pids(folder)) == 1


def test_without_leave_to_start_nothing_is_started(folder: Path) -> None:
    with pytest.raises(NotRunningError, match="restore-colorize serve"):
        connected(folder, start=False)
    assert not folder.exists()


def test_the_variable_names_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    monkeypatch.setenv("RESTORE_COLORIZE_STATE_DIR", folder.name)
    connect(command=COMMAND).close()
    assert len(pids(folder)) == 1


@pytest.mark.parametrize("left", ["corrupt", "stale", "foreign port", "closed port"])
def test_what_a_dead_server_left_is_replaced(folder: Path, left: str, background: object) -> None:
    record = {"host": "127.0.0.1", "port": 9, "token": "old", "pid": os.getpid(), "started": 0}
    foreign = FakeServer(background)  # type: ignore[arg-type]
    foreign.service.nonce = "guessed"
    if left == "corrupt":
        write(folder, "{")
    elif left == "stale":
        write(folder, {**record, "started": 1})
    elif left == "foreign port":
        write(folder, {**record, "port": foreign.port, "token": TOKEN})
    else:
        write(folder, record)
    with connected(folder) as client:
        assert client.address != foreign.address
    assert len(pids(folder)) == 1
    foreign.stop()


def test_a_file_that_others_can_read_is_never_used(folder: Path) -> None:
    write(folder, {}, 0o644)
    with pytest.raises(ConnectError, match="other users"):
        connected(folder)
    assert pids(folder) == []


def test_a_killed_server_is_started_anew(folder: Path) -> None:
    connected(folder).close()
    os.kill(pids(folder)[0], signal.SIGKILL)
    wait_for(lambda: process_start(pids(folder)[0]) is None)  # nobody asked for its end yet
    connected(folder).close()
    assert len(pids(folder)) == 2


def test_a_server_that_fails_is_told_with_its_log(folder: Path) -> None:
    with pytest.raises(LaunchError, match="status 1") as caught:
        connected(folder, "--fail")
    log = folder / "server.log"
    assert str(log) in str(caught.value)
    assert "it cannot work" in log.read_text()


def test_a_command_that_is_not_there_is_told(folder: Path) -> None:
    with pytest.raises(LaunchError, match="/no/such/python"):
        connect(state_dir=folder, command=["/no/such/python", "-m", "restore_colorize"])


@pytest.mark.parametrize("obstacle", ["a file above it", "a folder for its log"])
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, obstacle: str) -> None:
    folder = tmp_path / "place" / "state"
    if obstacle == "a file above it":
        folder.parent.touch()
    else:
        (folder / "server.log").mkdir(parents=True)
    with pytest.raises(LaunchError) as caught:
        connect(state_dir=folder, command=COMMAND)
    said = str(caught.value)
    assert f"folder {folder} cannot be written" in said
    assert "RESTORE_COLORIZE_STATE_DIR" in said
    assert "install" not in said


def test_the_wait_ends_with_the_time(folder: Path) -> None:
    with pytest.raises(LaunchError, match="did not become ready"):
        connected(folder, "--hang", timeout_s=0.3)


def test_the_caller_may_end_the_wait(folder: Path) -> None:
    def stop(stage: str, waited_s: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        connected(folder, "--hang", on_start=stop)


def test_a_long_log_begins_anew(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    log = folder / "server.log"
    log.write_bytes(b"x" * (launch.MAX_LOG_BYTES + 1))
    with pytest.raises(LaunchError):
        connected(folder, "--fail")
    assert log.stat().st_size < 1000


def test_by_default_this_python_serves() -> None:
    assert default_command() == [
        sys.executable,
        "-m",
        "restore_colorize",
        "serve",
        "--idle-exit",
        "15",
    ]
