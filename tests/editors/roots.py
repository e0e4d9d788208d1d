"""The private roots in which real editors run, as tools/editors/editor-root makes them."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

PROJECT = Path(__file__).resolve().parents[2]
EDITOR_ROOT = PROJECT / "tools" / "editors" / "editor-root"


@dataclass(frozen=True)
class Finished:
    """How a command in a root ended; ``returncode`` is None when its time limit ended it."""

    returncode: int | None
    stdout: str
    stderr: str
    wall_s: float


@dataclass(frozen=True)
class Visit:
    """What a command finds inside: its HOME, the folder at /out, further (host, inside, mode)."""

    home: Path
    out: Path
    binds: tuple[tuple[Path, str, str], ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    has_network: bool = True

    def options(self) -> list[str]:
        """Write it down as editor-root reads it; the project itself lies read-only at /src."""
        options = ["--home", str(self.home), "--out", str(self.out), "--src", str(PROJECT)]
        for source, place, mode in self.binds:
            options += ["--bind", str(source), place, mode]
        for name, value in self.env.items():
            options += ["--env", f"{name}={value}"]
        return options if self.has_network else [*options, "--no-net"]


@dataclass(frozen=True)
class Root:
    """One editor's root; ``name`` is what editor-root calls it, such as ``gimp-3.0``."""

    name: str

    def why_not(self) -> str | None:
        """Return the sentence that says why it cannot be used, or None when it is ready."""
        answer = subprocess.run([EDITOR_ROOT, "ready", self.name], capture_output=True, text=True)
        return None if answer.returncode == 0 else (answer.stdout + answer.stderr).strip()

    def prepared_home(self) -> Path:
        """Return the HOME in which this editor has started once; copy it, never use it."""
        command = [EDITOR_ROOT, "home", self.name]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
        return Path(answer.stdout.strip())

    def start(
        self,
        command: Sequence[str],
        visit: Visit,
        *,
        has_screen: bool = False,
        log: IO[str] | None = None,
    ) -> subprocess.Popen[str]:
        """Start a command inside, with pipes (errors go to ``log``); end it with ``kill``."""
        kind = "xrun" if has_screen else "run"
        return subprocess.Popen(
            [str(EDITOR_ROOT), kind, self.name, *visit.options(), "--", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log or subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(
        self,
        command: Sequence[str],
        visit: Visit,
        *,
        timeout_s: float,
        has_screen: bool = False,
    ) -> Finished:
        """Run a command inside to its end, or to the time limit."""
        started = time.monotonic()
        process = self.start(command, visit, has_screen=has_screen)
        returncode: int | None = None
        try:
            stdout, stderr = process.communicate(timeout=timeout_s)
            returncode = process.returncode
        except subprocess.TimeoutExpired:
            kill(process)
            stdout, stderr = process.communicate()
        except BaseException:
            kill(process)
            raise
        return Finished(returncode, stdout, stderr, time.monotonic() - started)


def kill(process: subprocess.Popen[str]) -> None:
    """End a command in a root at once, with everything that it started inside."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)  # its pid name space dies with it
