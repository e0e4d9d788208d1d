"""The door: find or start a server, prove that it is one, ask it, run jobs on it."""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from .description import Description
from .errors import CancelledError
from .job import RunningJob
from .requests import JobRequest
from .transport import (
    STATE_DIR_VARIABLE,
    Address,
    Channel,
    LoopThread,
    Starter,
    Wait,
    cancel_others,
    default_command,
    reach,
    reach_local,
    state_dirs,
    trust,
)

__all__ = ["Client", "connect"]


class Client:
    """A connection to one server; made by ``connect``. All methods may be used by any thread.

    They block: an editor calls them from a worker thread. Where the server went away meanwhile
    (an idle one ends by itself) they raise UnreachableError: connect again.
    """

    def __init__(self, loop: LoopThread, channel: Channel, description: Description) -> None:
        self._loop = loop
        self._channel = channel
        self._chunk_bytes = description.limits.max_chunk_bytes
        atexit.register(self.close)

    @property
    def address(self) -> str:
        """Where the server listens, as ``HOST:PORT``."""
        return str(self._channel.address)

    def describe(self) -> Description:
        """Ask what the server can do now."""
        return self._loop.call(self._channel.describe())

    def run(self, request: JobRequest, timeout_s: float | None = None) -> RunningJob:
        """Start a job; its upload runs on in the background.

        timeout_s: for the whole call, renders included; DeadlineError ends it then.

        Raises RefusedError for a request that cannot even be sent. Everything else is told by the
        job itself.
        """
        return RunningJob(self._loop, self._channel, request, self._chunk_bytes, timeout_s)

    def shutdown(self, grace_s: float = 0.0) -> int:
        """Ask the server to end after its running jobs or the grace time; return their number."""
        return self._loop.call(self._channel.shutdown(grace_s))

    def close(self) -> None:
        """Cancel what runs and close the connection; again is harmless. The server lives on."""
        atexit.unregister(self.close)
        _close(self._loop, self._channel)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def connect(
    address: str | None = None,
    token: str | None = None,
    *,
    client_id: str = "client",
    start: bool = True,
    on_start: Callable[[str, float], None] | None = None,
    timeout_s: float = 60.0,
    command: Sequence[str] | None = None,
    state_dir: Path | None = None,
    fingerprint: str = "",
    ca_file: Path | None = None,
) -> Client:
    """Return a client of a server that is ready.

    Without an address it is this user's local server, which is started where none runs (unless
    ``start`` is False) and which ends by itself when idle. Two clients that start one at the same
    time get the same one.

    client_id: short ASCII; jobs of one name wait in one line. on_start: is told, while the server
    starts, what it does ("start" or "load") and for how many seconds; what it raises ends the
    wait. timeout_s: for everything until the server is ready. command: starts the server.
    state_dir: where it leaves its file; the environment variable RESTORE_COLORIZE_STATE_DIR or the
    user's state folder otherwise.

    A server on another machine is spoken to by TLS only, and one on this machine where a
    fingerprint or ca_file is given. fingerprint: of its certificate, ``SHA256:`` and hex digits;
    no other server gets the token. ca_file: PEM file of who vouches for it; the system's trust
    otherwise.

    Raises ConnectError.
    """
    wait = Wait(on_start or (lambda stage, waited_s: None), timeout_s)
    loop = LoopThread()
    try:
        if address is not None:
            tls = trust(fingerprint, ca_file) if fingerprint or ca_file else None
            server = Address.parse(address, tls)
            met = reach(loop, server, token or "", client_id, wait)
        else:
            folders = _state_dirs(state_dir)
            starter = Starter(command or default_command(), folders[0]) if start else None
            met = reach_local(loop, folders, starter, client_id, wait)
    except BaseException:
        loop.stop()
        raise
    return Client(loop, *met)


def _state_dirs(given: Path | None) -> tuple[Path, ...]:
    folder = given or os.environ.get(STATE_DIR_VARIABLE)
    if folder:
        return (Path(folder).absolute(),)
    homes = [Path.home()]
    if sys.platform != "win32":
        import pwd

        homes.append(Path(pwd.getpwuid(os.getuid()).pw_dir))  # Snap changes the other one
    return state_dirs(os.environ, sys.platform, homes)


def _close(loop: LoopThread, channel: Channel) -> None:
    async def farewell() -> None:
        await cancel_others()
        await channel.close()

    with contextlib.suppress(CancelledError):  # closed before
        loop.call(farewell())
    loop.stop()
