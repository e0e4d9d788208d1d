"""How clients of the same user find the local server: one file, held by one process at a time."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

__all__ = ["Rendezvous", "ServerRecord", "process_start", "state_folder"]

STATE_VARIABLE = "RESTORE_COLORIZE_STATE_DIR"
FILE = "server.json"
_LOCK = "server.lock"


@dataclass(frozen=True)
class ServerRecord:
    """What the file tells: where the server listens, its secret, and which process it is.

    started: when the process began, in clock ticks since boot as Linux has it; 0 elsewhere. A pid
    alone proves nothing, since numbers are used again.
    """

    version: str
    host: str
    port: int
    token: str
    pid: int
    started: int


def state_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder of the file; for entry points only, which hand it down."""
    given = environ.get(STATE_VARIABLE, "")
    return Path(given or platformdirs.user_state_dir("restore-colorize")).absolute()


def process_start(pid: int) -> int:
    """Return field 22 of /proc/PID/stat, or 0 where there is none."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return 0
    # The second field, the program's name in parentheses, may hold spaces and parentheses.
    return int(text.rpartition(")")[2].split()[19])


class Rendezvous:
    """The one place of one user's server.

    The lock lives as long as its process, so whoever holds it knows that a file lying there is
    stale, however its writer ended.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._lock = FileLock(folder / _LOCK, thread_local=False)
        self._record: ServerRecord | None = None

    def claim(self) -> bool:
        """Take the place; False if a running server has it.

        Raises:
            OSError: the folder cannot be written.
        """
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        self.path.unlink(missing_ok=True)
        return True

    def publish(self, record: ServerRecord) -> None:
        """Write the file whole and readable by its owner only, once the port is bound."""
        # A temporary file is born with mode 0600; replacing is atomic on all systems.
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=FILE)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(asdict(record), file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self.path)
        except BaseException:
            os.unlink(name)
            raise
        self._record = record

    def withdraw(self) -> None:
        """Give the place back; the file is removed only if it is still this server's."""
        if self._record is not None and self._is_ours():
            self.path.unlink(missing_ok=True)
        self._record = None
        self._lock.release()

    def _is_ours(self) -> bool:
        assert self._record is not None
        try:
            found = json.loads(self.path.read_bytes())
        except (OSError, ValueError):
            return False
        return bool(found == asdict(self._record))
