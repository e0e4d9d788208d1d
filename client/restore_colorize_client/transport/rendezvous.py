"""Where a local server leaves its port and token, and whether what lies there can be trusted."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from ..errors import ConnectError
from ..translation import _

__all__ = ["Found", "Rendezvous", "look", "process_start", "state_dirs"]

APP = "restore-colorize"
FILE = "server.json"
MAX_BYTES = 4096  # a rendezvous file has under 200
_NONBLOCK = getattr(os, "O_NONBLOCK", 0)  # Windows has none, and no such pipes


class Found(Enum):
    """What lies at the place of the rendezvous file."""

    ABSENT = "absent"
    CORRUPT = "corrupt"
    STALE = "stale"  # the process that wrote it is gone
    GOOD = "good"


@dataclass(frozen=True)
class Rendezvous:
    """What a server wrote: where it listens, its secret, and who it is."""

    host: str
    port: int
    token: str
    pid: int
    started: int  # field 22 of /proc/PID/stat on Linux, 0 where it is unknown
    version: str


def state_dirs(
    environ: Mapping[str, str], platform: str, homes: Sequence[Path]
) -> tuple[Path, ...]:
    """Return the folders where a server may have left its file, the usual one first.

    They are those of ``platformdirs.user_state_dir("restore-colorize")``, which an editor lacks.
    Sandboxes show an editor another home and other variables than the server has, so every home
    that is known follows. ``platform`` is that of ``sys.platform``.
    """
    if platform == "win32":
        local = environ.get("LOCALAPPDATA", "").strip()
        folders = [Path(local)] if local else [home / "AppData" / "Local" for home in homes]
        return tuple(dict.fromkeys(folder / APP / APP for folder in folders))
    if platform == "darwin":
        return tuple(dict.fromkeys(home / "Library/Application Support" / APP for home in homes))
    given = environ.get("XDG_STATE_HOME", "").strip()
    folders = [Path(given)] if given.startswith("/") else []
    folders += [home / ".local" / "state" for home in homes]
    return tuple(dict.fromkeys(folder / APP for folder in folders))


def look(folder: Path) -> tuple[Found, Rendezvous | None]:
    """Return what lies in ``folder``, with its contents where they are good.

    Raises ConnectError where others could have written the file or can read its token.
    """
    path = folder / FILE
    try:
        # A pipe in its place must not hold the editor until somebody writes.
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | _NONBLOCK)) as file:
            _check_owner(path, os.fstat(file.fileno()))
            data = file.read(MAX_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return Found.ABSENT, None
    except OSError as error:
        raise ConnectError(
            _("{file} cannot be read ({reason}): delete it.").format(
                file=path, reason=error.strerror
            )
        ) from None
    rendezvous = _parse(data)
    if rendezvous is None:
        return Found.CORRUPT, None
    if not _may_run(rendezvous):
        return Found.STALE, None
    return Found.GOOD, rendezvous


def process_start(pid: int) -> int | None:
    """Return when a process of this Linux started, in clock ticks since boot; None if it is gone.

    Two processes that got the same number one after the other differ in it.
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    state, *rest = text.rpartition(")")[2].split()  # the name in between may hold anything
    return None if state in "ZX" else int(rest[18])


def _check_owner(path: Path, status: os.stat_result) -> None:
    # Windows keeps the folder apart by its profile's access list; modes say nothing there.
    if sys.platform == "win32":
        return
    if not stat.S_ISREG(status.st_mode):
        raise ConnectError(_("{file} is not a plain file: delete it.").format(file=path))
    if status.st_uid != os.getuid():
        raise ConnectError(_("{file} belongs to another user: delete it.").format(file=path))
    if status.st_mode & 0o077:
        raise ConnectError(
            _(
                "{file} holds the server's token but other users can read it: stop the server, "
                "delete the file and try again."
            ).format(file=path)
        )


def _parse(data: bytes) -> Rendezvous | None:
    try:
        fields = json.loads(data)
        rendezvous = Rendezvous(
            host=fields["host"],
            port=fields["port"],
            token=fields["token"],
            pid=fields["pid"],
            started=fields.get("started") or 0,
            version=fields.get("version", ""),
        )
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    texts = (rendezvous.host, rendezvous.token, rendezvous.version)
    numbers = (rendezvous.port, rendezvous.pid)
    if not all(isinstance(text, str) for text in texts) or not rendezvous.token:
        return None
    if not all(isinstance(number, int) for number in numbers):
        return None
    return rendezvous if 0 < rendezvous.port < 65536 and rendezvous.pid > 0 else None


def _may_run(rendezvous: Rendezvous) -> bool:
    if sys.platform == "win32" or Path("/.flatpak-info").exists():
        return True  # Windows has no cheap question, Flatpak shows other process numbers
    if sys.platform == "linux":
        start = process_start(rendezvous.pid)
        return start is not None and rendezvous.started in (0, start)
    try:
        os.kill(rendezvous.pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
