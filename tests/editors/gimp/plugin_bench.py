"""Our plug-in in a GIMP of a test, and the server that it is told to use."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from restore_colorize.cli.install_plugins import install_gimp_plugin
from restore_colorize.models import ModelStore

from tests.editors.gimp.bench import Bench

MIRROR = Path(__file__).resolve().parent / "mirror_server.py"
TASKS = Path(__file__).resolve().parent / "task_server.py"
REAL = Path(__file__).resolve().parent / "real_server.py"  # the engines that ship
START_S = 180.0


def needs_model(role: str) -> pytest.MarkDecorator:
    """Return the mark of a test that asks the engines that ship for a role."""
    roles = {model.entry.role for model in ModelStore.default().models}
    return pytest.mark.skipif(role not in roles, reason=f"no model for {role} is installed")


def install(bench: Bench, python: str = "") -> None:
    """Install the plug-in as ``restore-colorize install-plugins`` does."""
    install_gimp_plugin(bench.profile / "plug-ins", python)


@contextmanager
def mirror(bench: Bench, state: Path, program: Path = MIRROR) -> Iterator[subprocess.Popen[bytes]]:
    """Run the server that gives targets back, or another, outside; the plug-in will use it."""
    state.mkdir()
    env = {**os.environ, "OUT": str(bench.out)}
    with (bench.out / "server.log").open("w") as log:
        process = subprocess.Popen([sys.executable, str(program), str(state)], stderr=log, env=env)
        try:
            _await(process, state)
            tell_server(bench, state)
            yield process
        finally:
            process.terminate()
            process.wait(START_S)


def tell_server(bench: Bench, state: Path, **changes: str) -> None:
    """Write where the server is to where the plug-in keeps the user's choice."""
    (file,) = state.glob("*.json")
    record = json.loads(file.read_text())
    place = {"address": f"127.0.0.1:{record['port']}", "token": record["token"], **changes}
    (bench.profile / "restore-colorize-server.json").write_text(json.dumps(place))


def _await(process: subprocess.Popen[bytes], state: Path) -> None:
    end = time.monotonic() + START_S
    while not list(state.glob("*.json")):
        assert time.monotonic() < end, "the server did not start, see server.log"
        assert process.poll() is None, "the server ended, see server.log"
        time.sleep(0.1)
