"""The client in the interpreters of others: every Python, nothing from outside."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.client.conftest import FakeServer, wait_for
from tests.client.fake_server import TOKEN, FakeRun

ROOT = Path(__file__).resolve().parents[2]
PROBE = Path(__file__).with_name("probe.py")
MINORS = range(10, 15)


def interpreter(minor: int) -> str:
    """Return a Python 3.minor of this machine, or skip."""
    name = f"python3.{minor}"
    managed = sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/{name}"))
    for path in [shutil.which(name), *map(str, managed)]:
        if (
            path
            and subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0
        ):
            return path
    pytest.skip(f"{name} is not on this machine")


def probe(python: str, options: list[str], *arguments: str, **environ: str) -> list[str]:
    command = [python, *options, "-B", "-W", "error", str(PROBE), *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **environ}
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return list(json.loads(done.stdout))


@pytest.mark.parametrize("minor", MINORS)
def test_a_job_runs_with_nothing_from_outside(server: FakeServer, minor: int) -> None:
    python = interpreter(minor)
    client = [str(ROOT / "client"), "restore_colorize_client", server.address, TOKEN]
    loaded = probe(python, ["-I", "-S"], *client)
    assert set(loaded) <= {"__main__", "restore_colorize_client"}


def test_a_foreign_compiled_protobuf_does_no_harm(server: FakeServer) -> None:
    client = [str(ROOT / "client"), "restore_colorize_client", server.address, TOKEN, "foreign"]
    loaded = probe(sys.executable, [], *client)
    assert "google" in loaded


@pytest.mark.parametrize("wish", ["upb", "cpp", "nonsense"])
def test_a_wish_for_another_implementation_is_not_heard(server: FakeServer, wish: str) -> None:
    client = [str(ROOT / "client"), "restore_colorize_client", server.address, TOKEN]
    probe(sys.executable, ["-S"], *client, PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION=wish)


def test_the_client_works_inside_another_package(server: FakeServer, tmp_path: Path) -> None:
    (tmp_path / "plugin").mkdir()
    (tmp_path / "plugin" / "__init__.py").touch()
    (tmp_path / "plugin" / "inner").symlink_to(ROOT / "client" / "restore_colorize_client")
    client = [str(tmp_path), "plugin.inner", server.address, TOKEN]
    loaded = probe(sys.executable, ["-I", "-S"], *client)
    assert set(loaded) <= {"__main__", "plugin"}


def test_an_interpreter_that_ends_with_an_open_job_cancels_it(server: FakeServer) -> None:
    async def script(run: FakeRun) -> None:
        await run.uploaded()
        await run.wait_for_ever()

    server.service.script = script
    code = (
        "import sys, time; sys.path.insert(0, sys.argv[1]); from restore_colorize_client import *\n"
        "client = connect(sys.argv[2], sys.argv[3])\n"
        "target = Pixels(1, 1, 1, SampleType.UINT8, False, b'x')\n"
        "job = client.run(JobRequest(target=target, task=Colorize()))\n"
        "while not client.describe().queue.running: time.sleep(0.01)\n"
    )
    command = [sys.executable, "-I", "-S", "-B", "-X", "dev", "-W", "error", "-c", code]
    command += [str(ROOT / "client"), server.address, TOKEN]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: server.service.runs and server.service.runs[0].reached.is_set())
    server.service.reply.queue.running = 1
    _, said = process.communicate()
    assert process.returncode == 0
    assert said == ""
    wait_for(server.service.runs[0].cancelled.is_set)
