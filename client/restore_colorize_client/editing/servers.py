"""Which server an editor uses: this user's own, or one elsewhere that the user named."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from ..client import Client, connect
from ..transport import default_command

__all__ = ["ServerPlace"]


@dataclass(frozen=True)
class ServerPlace:
    """Where the server is; kept in a file that only the user can read.

    address: ``HOST:PORT`` of one that runs elsewhere; empty for the local one. token, fingerprint:
    of that one. python: starts the local one; empty where the plug-in may not start any.
    """

    address: str = ""
    token: str = ""
    fingerprint: str = ""
    python: str = ""

    @classmethod
    def load(cls, file: Path, python: str = "") -> ServerPlace:
        """Read the user's choice, or return the local server; a damaged file counts as none."""
        told: dict[str, str] = {}
        with contextlib.suppress(OSError, ValueError):
            read = json.loads(file.read_text(encoding="utf-8"))
            if isinstance(read, dict):
                known = {field.name for field in fields(cls)}
                told = {key: str(value) for key, value in read.items() if key in known}
        return cls(**{"python": python, **told})

    def save(self, file: Path) -> None:
        """Write the choice. Raises OSError."""
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(file.name + ".part")
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            told = {key: value for key, value in asdict(self).items() if key != "python"}
            json.dump(told, stream)
        os.replace(part, file)

    def connect(
        self,
        client_id: str,
        *,
        on_start: Callable[[str, float], None] | None = None,
        start: bool = True,
    ) -> Client:
        """Return a client of that server, starting the local one on demand. Raises ConnectError."""
        if self.address:
            return connect(
                self.address,
                self.token,
                client_id=client_id,
                on_start=on_start,
                fingerprint=self.fingerprint,
            )
        command = [self.python, *default_command()[1:]] if self.python else None
        return connect(
            client_id=client_id,
            on_start=on_start,
            start=start and command is not None,
            command=command,
        )
