"""Which server an editor uses: this user's own, or one elsewhere that the user named."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from ..client import Client, connect
from ..errors import NotRunningError, TokenError
from ..translation import _
from ..transport import default_command

__all__ = ["ServerPlace", "sandbox_of"]


@dataclass(frozen=True)
class ServerPlace:
    """Where the server is; kept in a file that only the user can read.

    address: ``HOST:PORT`` of one that runs elsewhere; empty for the local one. token: of that one.
    fingerprint, ca_file: of its certificate, and a PEM file that vouches for it; one suffices.
    python: starts the local one, a Python that has Restore & Colorize or the command
    ``restore-colorize`` itself; empty where none is known.
    """

    address: str = ""
    token: str = ""
    fingerprint: str = ""
    python: str = ""
    ca_file: str = ""

    @classmethod
    def load(cls, file: Path, python: str = "") -> ServerPlace:
        """Read the user's choice, or return the local server; a damaged file counts as none.

        python: what the installer recorded, if it did; it is newer than what the user named.
        """
        told: dict[str, str] = {}
        with contextlib.suppress(OSError, ValueError):
            read = json.loads(file.read_text(encoding="utf-8"))
            if isinstance(read, dict):
                known = {field.name for field in fields(cls)}
                told = {key: str(value) for key, value in read.items() if key in known}
        if python:
            told["python"] = python
        return cls(**told)

    def save(self, file: Path) -> None:
        """Write the choice. Raises OSError."""
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(file.name + ".part")
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(asdict(self), stream)
        os.replace(part, file)

    @property
    def start_command(self) -> list[str] | None:
        """The command that starts the local server; None where none is known or allowed."""
        if not self.python or sandbox_of(os.environ):
            return None
        is_command = Path(self.python).stem == "restore-colorize"
        return [self.python, *default_command()[3 if is_command else 1 :]]

    def connect(
        self,
        client_id: str,
        *,
        on_start: Callable[[str, float], None] | None = None,
        start: bool = True,
    ) -> Client:
        """Return a client of that server, starting the local one on demand.

        Raises ConnectError; NotRunningError says what the user can do about it.
        """
        if self.address:
            return self._connect_there(client_id, on_start)
        command = self.start_command
        try:
            return connect(
                client_id=client_id,
                on_start=on_start,
                start=start and command is not None,
                command=command,
            )
        except NotRunningError:
            raise NotRunningError(self.how_to_start() if start else "") from None

    def _connect_there(
        self, client_id: str, on_start: Callable[[str, float], None] | None
    ) -> Client:
        try:
            return connect(
                self.address,
                self.token,
                client_id=client_id,
                on_start=on_start,
                fingerprint=self.fingerprint,
                ca_file=Path(self.ca_file) if self.ca_file else None,
            )
        except TokenError as error:
            text = _(
                "The server at {address} did not accept the token: enter the one that whoever runs "
                "it gave you in “Server…”."
            )
            raise TokenError(text.format(address=self.address), reason=error.reason) from None

    def how_to_start(self) -> str:
        """Return the sentence on a local server that does not run: who can start it, and how."""
        if self.start_command:
            return _("The server is not running; it starts when it is first needed.")
        sandbox = sandbox_of(os.environ)
        if sandbox:
            return _(
                "The server is not running, and a program from {sandbox} cannot start it: run "
                "“restore-colorize serve” in a terminal, or once “restore-colorize serve "
                "--at-login”."
            ).format(sandbox=sandbox)
        return _(
            "The server is not running, and its program is not known here: name it once in "
            "“Server…”, or run “restore-colorize install-plugins”."
        )


def sandbox_of(environ: Mapping[str, str]) -> str:
    """Return the name of the sandbox that this process is kept in, which may start no server."""
    if Path("/.flatpak-info").exists():
        return "Flatpak"
    snap = environ.get("SNAP")  # also set in what a program from a snap starts outside of it
    return "Snap" if snap and sys.executable.startswith(f"{snap}/") else ""
