from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import restore_colorize

from tests.cli.desk import Desk

COMMANDS = (
    "colorize",
    "repeat",
    "serve",
    "certificate",
    "token",
    "models",
    "doctor",
    "install-plugins",
)
HEAVY = {
    "torch",
    "numpy",
    "grpc",
    "PIL",
    "google",
    "safetensors",
    "tifffile",
    "imagecodecs",
    "tqdm",
}


def python(*words: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, timeout=60, check=False, **options
    )  # type: ignore[call-overload, no-any-return]


def test_importing_the_commands_imports_nothing_heavy() -> None:
    code = (
        "import sys, restore_colorize.cli as cli;"
        "[command.get_params for command in cli.commands.commands.values()];"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    found = set(python("-c", code).stdout.split())
    assert "click" in found
    assert not found & HEAVY


def test_help_runs_as_a_module() -> None:
    done = python("-m", "restore_colorize", "--help")
    assert done.returncode == 0, done.stderr
    assert all(name in done.stdout for name in COMMANDS)


def test_the_workers_of_openmp_are_told_to_sleep(tmp_path: Path) -> None:
    # Set before torch is imported, and left alone where the user has set it.
    code = (
        "import os, sys; sys.argv[1:] = ['--version'];"
        "from restore_colorize.cli import main;"
        "import atexit; atexit.register(lambda: print(os.environ['OMP_WAIT_POLICY'])); main()"
    )
    plain = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    assert python("-c", code, env=plain).stdout.split()[-1] == "PASSIVE"
    active = plain | {"OMP_WAIT_POLICY": "ACTIVE"}
    assert python("-c", code, env=active).stdout.split()[-1] == "ACTIVE"


def test_a_narrow_encoding_does_not_end_a_command() -> None:
    narrow = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = python("-m", "restore_colorize", "colorize", "--help", env=narrow)
    assert done.returncode == 0, done.stderr
    assert "OUT-1" in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(desk: Desk, name: str) -> None:
    result = desk.run(name, "--help")
    assert result.exit_code == 0
    assert f"Usage: commands {name}" in result.stdout


def test_the_version_is_the_package_s(desk: Desk) -> None:
    assert restore_colorize.__version__ in desk.run("--version").stdout


def test_unknown_commands_and_options_are_wrong_usage(desk: Desk) -> None:
    for words in (["colorise"], ["models", "--jason"]):
        result = desk.run(*words)
        assert result.exit_code == 2
        assert "No such" in result.stderr


def test_an_unforeseen_error_is_one_sentence(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a secret detail")

    monkeypatch.setattr("restore_colorize.cli.backends.open_backend", fail)
    words = ["colorize", desk.gray("a.png"), "-r", desk.color("r.png"), "-o", desk / "b.png"]
    result = desk.run(*words)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: Something went wrong inside the program")
    assert result.stderr.count("\n") == 1
    assert "secret" not in result.stderr
    assert "secret" in desk.run(*words, "--debug").stderr


def test_a_closed_pipe_ends_quietly() -> None:
    shell = f'"{sys.executable}" -m restore_colorize --help | true'
    done = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals of a terminal are POSIX's")
def test_control_c_ends_a_real_process_cleanly(desk: Desk) -> None:
    target, reference = desk.gray("old.png"), desk.color("r.png")
    code = f"""
import contextlib, signal, sys, time
from restore_colorize.cli import backends, main

signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it

class Slow:
    @contextlib.contextmanager
    def run(self, request, control, **_):
        print("running", flush=True)
        time.sleep(60)
        yield
    def close(self):
        print("closed", flush=True)

backends.open_backend = lambda *_: Slow()
sys.argv[1:] = ["colorize", {str(target)!r}, "-r", {str(reference)!r}, "-o", {str(desk / "out")!r}]
main()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "running\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert out == "closed\n"
    assert "Stopped" in err
    assert "Traceback" not in err
    assert not (desk / "out").exists()
