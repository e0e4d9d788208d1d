"""A server that is killed at any moment is replaced, and its clients find the next one."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from restore_colorize_client import (
    Colorize,
    ConnectError,
    ConnectionLostError,
    JobRequest,
    Pixels,
    Reference,
    SampleType,
    connect,
)
from restore_colorize_client.transport import Found, launch, look

from tests.client import tiny_server

COMMAND = [sys.executable, tiny_server.__file__]
ROUNDS = 6

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL"),
]


def picture(width: int, height: int, channels: int) -> Pixels:
    data = random.Random(0).randbytes(width * height * channels)
    return Pixels(width, height, channels, SampleType.UINT8, False, data)


JOB = JobRequest(
    target=picture(900, 700, 1),
    task=Colorize(),
    references=[Reference(picture(300, 200, 3))],
    deliver=1,
)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    for process in launch._started:
        process.kill()
        process.wait()
    launch._started.clear()


class KilledMeanwhileError(Exception):
    """The server was killed when its job was done and before anybody asked for its process."""


def run_job(folder: Path) -> int:
    """Find or start a server, do a job on it, and return the process that did it.

    Raises:
        KilledMeanwhileError: only while something kills servers.
    """
    with connect(command=COMMAND, state_dir=folder) as client, client.run(JOB) as job:
        assert job.result().images
        found = look(folder)[1]
        if found is None:
            raise KilledMeanwhileError
        return found.pid


@pytest.mark.parametrize("seed", [0, 1])
def test_clients_find_the_server_after_a_killed_one(folder: Path, seed: int) -> None:
    dice = random.Random(seed)
    killed = {run_job(folder)}
    for _ in range(ROUNDS // 2):
        state, record = look(folder)
        if state is Found.GOOD and record is not None:  # else it was killed while it started
            after_s = dice.uniform(0, 0.4)
            threading.Timer(after_s, os.kill, (record.pid, signal.SIGKILL)).start()
            killed.add(record.pid)
            end = time.monotonic() + after_s + 0.2
            while time.monotonic() < end:
                try:
                    run_job(folder)
                # Anything else is a failure.
                except (ConnectError, ConnectionLostError, KilledMeanwhileError):
                    break
        assert run_job(folder) not in killed


def test_a_server_killed_while_it_starts_is_replaced(folder: Path) -> None:
    stages: list[str] = []

    def kill_once(stage: str, waited_s: float) -> None:
        record = look(folder)[1]
        if not stages and record is not None:
            os.kill(record.pid, signal.SIGKILL)
            stages.append(stage)

    # The one that was started failed; whoever asks again gets another.
    with pytest.raises(ConnectError):
        connect(command=COMMAND, state_dir=folder, on_start=kill_once).close()
    assert stages
    assert run_job(folder) > 0
