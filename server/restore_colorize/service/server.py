"""The embedded server: one process, one port, from binding to the last reply."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio as health_aio
from restore_colorize_proto.v1.restore_colorize_pb2_grpc import (
    add_RestoreColorizeServicer_to_server,
)

import restore_colorize
from restore_colorize.errors import RangeError, RestoreError
from restore_colorize.service.adapter import MAX_GRACE_S, Servicer
from restore_colorize.service.auth import TokenCheck
from restore_colorize.service.core import Core
from restore_colorize.service.lifecycle import Ending, signals_end, watch_idleness
from restore_colorize.service.limits import Limits
from restore_colorize.service.rendezvous import Rendezvous, ServerRecord, process_start

if TYPE_CHECKING:
    from restore_colorize.service.job import ServedEngines

__all__ = ["GrpcServer", "ServeOptions", "serve"]

_log = logging.getLogger(__name__)

_SERVICE = "restore_colorize.v1.RestoreColorize"
_SERVING = health_pb2.HealthCheckResponse.SERVING
_NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
# Time for the last statuses to leave, once all jobs have ended.
_LAST_WORDS_S = 0.5


@dataclass(frozen=True)
class ServeOptions:
    """How a server runs.

    state_dir: folder of the rendezvous file. port: 0 lets the system choose. device, threads: as
    in ``Engines``. idle_exit_s: end after so long without an open call; None never. grace_s: what
    running jobs get when the server is told to end.

    Raises:
        RangeError: a number that makes no sense.
    """

    state_dir: Path
    host: str = "127.0.0.1"
    port: int = 0
    device: str = "auto"
    threads: int = 0
    idle_exit_s: float | None = None
    grace_s: float = 10.0
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if not 0 <= self.port < 65536:
            raise RangeError(f"There is no port {self.port}: take 1 to 65535, or 0 for a free one.")
        if self.idle_exit_s is not None and not self.idle_exit_s > 0:
            raise RangeError(f"The idle time of {self.idle_exit_s:g} seconds is not positive.")
        if not 0.0 <= self.grace_s <= MAX_GRACE_S:
            raise RangeError(
                f"The grace of {self.grace_s:g} seconds is outside of 0 to {MAX_GRACE_S:g}."
            )
        if not _is_loopback(self.host):
            raise RangeError(
                f"The address {self.host} can be reached by other machines, which needs TLS; this "
                "version serves its own machine only: take 127.0.0.1."
            )


class GrpcServer:
    """A core behind a port: token check, contract and health service.

    Args:
        stop: called with a grace in seconds when a client asks for the server's end.

    Raises:
        OSError: the port is taken.
    """

    def __init__(
        self, core: Core, host: str, port: int, token: str, stop: Callable[[float], None]
    ) -> None:
        # Without the option two servers would share one port and each get half of the calls.
        self._server = grpc.aio.server(
            interceptors=[TokenCheck(token)], options=[("grpc.so_reuseport", 0)]
        )
        self._health = health_aio.HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        add_RestoreColorizeServicer_to_server(Servicer(core, stop), self._server)
        self._core = core
        address = f"[{host}]" if ":" in host else host
        try:
            self.port = self._server.add_insecure_port(f"{address}:{port}")
        except RuntimeError:
            self.port = 0
        if not self.port:
            raise OSError(
                f"{host}:{port} cannot be used, perhaps because another program listens there: "
                "choose another port."
            )

    async def start(self) -> None:
        """Listen; health says NOT_SERVING."""
        await self._say(_NOT_SERVING)
        await self._server.start()

    async def open(self, open_engines: Callable[[], ServedEngines]) -> None:
        """Load the engines and take jobs; health says SERVING afterwards.

        Raises:
            RestoreError: what the engines could not find or load.
        """
        await self._core.open(open_engines)
        await self._say(_SERVING)

    async def stop(self, deadline: Callable[[], float]) -> bool:
        """Take no more jobs, let running ones end before ``deadline()``, and close the port.

        Returns whether the worker's thread ended too.
        """
        await self._health.enter_graceful_shutdown()
        await self._core.drain(deadline)
        await self._server.stop(_LAST_WORDS_S)
        return self._core.close()

    async def _say(self, status: health_pb2.HealthCheckResponse.ServingStatus) -> None:
        for service in ("", _SERVICE):
            await self._health.set(service, status)


def serve(options: ServeOptions, open_engines: Callable[[], ServedEngines] | None = None) -> int:
    """Run the local server until it is told to end; blocking, in the main thread.

    Args:
        open_engines: makes the engines, on the worker's thread; None makes those that are
            installed.

    Returns:
        The exit code: 0, also if another server of this user runs already, or 1 after a failure
        that was told in one sentence on stderr.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    rendezvous = Rendezvous(options.state_dir)
    try:
        if not rendezvous.claim():
            print("A server of this user runs already; clients will find it.", file=sys.stderr)
            return 0
        try:
            asyncio.run(_serve(options, rendezvous, open_engines or _installed(options)))
        finally:
            rendezvous.withdraw()
    except (RestoreError, OSError) as error:
        print(f"The server cannot run: {error}", file=sys.stderr)
        return 1
    return 0


async def _serve(
    options: ServeOptions, rendezvous: Rendezvous, open_engines: Callable[[], ServedEngines]
) -> None:
    core, ending = Core(options.limits), Ending()
    token = secrets.token_urlsafe(32)
    host = "127.0.0.1" if options.host == "localhost" else options.host
    server = GrpcServer(
        core, host, options.port, token, lambda grace_s: ending.ask(grace_s, "Shutdown")
    )
    await server.start()
    pid, version = os.getpid(), restore_colorize.__version__
    rendezvous.publish(ServerRecord(version, host, server.port, token, pid, process_start(pid)))
    _log.info("listening on %s:%d; loading the engines", host, server.port)
    opening = asyncio.create_task(_open(server, open_engines, ending))
    tasks = [opening]
    if options.idle_exit_s is not None:
        tasks.append(
            asyncio.create_task(
                watch_idleness(ending, lambda: core.idle_since, options.idle_exit_s)
            )
        )
    with signals_end(ending, options.grace_s):
        await ending.asked.wait()
        _log.info("ending because of %s", ending.why)
        rendezvous.withdraw()  # so that the next client starts another server
        ended = await server.stop(lambda: ending.deadline)
    for task in tasks:
        task.cancel()
    if opening.done():
        opening.result()
    _log.info("ended")
    if not ended:
        # A thread in native code would crash in an orderly exit, which destroys what it uses.
        logging.shutdown()
        os._exit(0)


async def _open(
    server: GrpcServer, open_engines: Callable[[], ServedEngines], ending: Ending
) -> None:
    try:
        await server.open(open_engines)
        _log.info("serving")
    except Exception:
        ending.ask(0.0, "a failure")
        raise


def _installed(options: ServeOptions) -> Callable[[], ServedEngines]:
    def open_engines() -> ServedEngines:
        from restore_colorize.engines import Engines
        from restore_colorize.models import ModelStore

        return Engines(ModelStore.default(), options.device, options.threads)

    return open_engines


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
