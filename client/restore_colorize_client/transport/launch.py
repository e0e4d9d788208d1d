"""Starting the local server so that it outlives the editor and inherits nothing of it."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import LaunchError
from ..translation import _

__all__ = ["STATE_DIR_VARIABLE", "Starter", "clean_environment", "default_command"]

STATE_DIR_VARIABLE = "RESTORE_COLORIZE_STATE_DIR"
LOG_FILE = "server.log"
MAX_LOG_BYTES = 1 << 20
RETRY_S = 2.0

# Editors set these for their own Python, Qt and libraries; they break any other Python.
_FOREIGN = ("PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "GI_TYPELIB_PATH")
_FOREIGN_PREFIX = "QT_"

# Servers that this process started. They outlive every object here, and a Popen that is dropped
# while its process runs makes Python warn.
_started: list[subprocess.Popen[bytes]] = []


def default_command() -> list[str]:
    """Return the command for the Python that runs this: outside of editors the right one."""
    return [sys.executable, "-m", "restore_colorize", "serve", "--idle-exit", "15"]


def clean_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return a copy without what an editor sets for itself."""
    return {
        name: value
        for name, value in environ.items()
        if name not in _FOREIGN and not name.startswith(_FOREIGN_PREFIX)
    }


class Starter:
    """Starts a server that keeps its file in ``folder``, detached; its output goes to a log."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self._command = list(command)
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._started = -math.inf
        self.log_path = folder / LOG_FILE

    def ensure_started(self) -> None:
        """Start the server unless the one from here still runs.

        It ends without a failure where another server holds the place. That one's file is there
        soon, or else it is on its way out: then, after a while, another try.

        Raises LaunchError where the folder cannot be written, or the command cannot be run or ended
        with a failure.
        """
        status = self._process.poll() if self._process else 0
        if status:
            raise LaunchError(
                _(
                    "The server ended with status {status} while it started: {file} says why, and "
                    "“restore-colorize doctor” how to mend it."
                ).format(status=status, file=self.log_path)
            )
        if status == 0 and time.monotonic() - self._started > RETRY_S:
            self._start()
            self._started = time.monotonic()

    def _start(self) -> None:
        _started[:] = [process for process in _started if process.poll() is None]
        environment = {**clean_environment(os.environ), STATE_DIR_VARIABLE: str(self._folder)}
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            log = self._open_log()
        except OSError as error:
            raise LaunchError(
                _(
                    "The server's folder {folder} cannot be written ({reason}): mend that, or name "
                    "another one in the variable {variable}."
                ).format(folder=self._folder, reason=error.strerror, variable=STATE_DIR_VARIABLE)
            ) from None
        try:
            with log:
                self._process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self._folder,
                    env=environment,
                    **_detached(),
                )
        except OSError as error:
            raise LaunchError(
                _(
                    "The server could not be started ({reason}: {file}): install the plug-in again "
                    "with “restore-colorize install-plugins”."
                ).format(reason=error.strerror, file=error.filename)
            ) from None
        _started.append(self._process)

    def _open_log(self) -> BinaryIO:
        is_long = self.log_path.exists() and self.log_path.stat().st_size > MAX_LOG_BYTES
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | (os.O_TRUNC if is_long else 0)
        return os.fdopen(os.open(self.log_path, flags, 0o600), "ab")


def _detached() -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}
