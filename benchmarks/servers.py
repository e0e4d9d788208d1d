"""Servers in processes of their own, and clients of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc
from restore_colorize_client import Client, NotRunningError, connect
from restore_colorize_client.transport import STATE_DIR_VARIABLE

REAL = (sys.executable, "-m", "restore_colorize", "serve")
_POLL_S = 0.02


@dataclass(frozen=True)
class Served:
    """A running server: a client of it, and what its rendezvous file says."""

    client: Client
    pid: int
    token: str

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """What calls of other clients must carry."""
        return (("authorization", f"Bearer {self.token}"), ("rc-client", "benchmarks"))

    def grpcio_channel(self) -> grpc.Channel:
        """Return a channel of grpcio's own client to this server."""
        return grpc.insecure_channel(self.client.address, [("grpc.enable_http_proxy", 0)])


@contextmanager
def served(command: tuple[str, ...] = REAL) -> Iterator[Served]:
    """Start a server with a folder of its own, give it when it is ready, and end it.

    Raises:
        RuntimeError: it ended while it started; with the end of what it printed.
    """
    with tempfile.TemporaryDirectory() as name, open(Path(name) / "log", "w+b") as log:
        folder = Path(name)
        environment = os.environ | {STATE_DIR_VARIABLE: name}
        with subprocess.Popen(command, env=environment, stdout=log, stderr=log) as process:
            try:
                with _connected(process, folder) as client:
                    record = json.loads((folder / "server.json").read_text())
                    yield Served(client, record["pid"], record["token"])
            finally:
                process.terminate()


def _connected(process: subprocess.Popen[bytes], folder: Path) -> Client:
    while process.poll() is None:
        try:
            return connect(state_dir=folder, start=False, timeout_s=300.0)
        except NotRunningError:
            time.sleep(_POLL_S)
    raise RuntimeError(f"The server ended: {(folder / 'log').read_text()[-300:]}")
