"""The embedded server: one process, one port, from binding to the last reply."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import os
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
from restore_colorize.errors import RangeError, RequestError, RestoreError
from restore_colorize.service.adapter import MAX_GRACE_S, Servicer
from restore_colorize.service.auth import TokenCheck
from restore_colorize.service.certificate import fingerprint, read_pair
from restore_colorize.service.core import Core
from restore_colorize.service.lifecycle import Ending, signals_end, watch_idleness
from restore_colorize.service.limits import Limits
from restore_colorize.service.listening import bind_problem
from restore_colorize.service.rendezvous import Rendezvous, ServerRecord, process_start
from restore_colorize.service.tokens import Keyring, new_token, read_tokens, watch_tokens

if TYPE_CHECKING:
    from restore_colorize.service.job import ServedEngines

__all__ = ["GrpcServer", "ServeOptions", "serve"]

_log = logging.getLogger(__name__)

_SERVICE = "restore_colorize.v1.RestoreColorize"
_SERVING = health_pb2.HealthCheckResponse.SERVING
_NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
_OPTIONS = [
    # Without it two servers would share one port and each get half of the calls.
    ("grpc.so_reuseport", 0),
    # A client whose machine or network is gone says nothing; its job must not wait for it.
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.http2.ping_timeout_ms", 20_000),  # else a minute, whatever the line above says
]
# Time for the last statuses to leave, once all jobs have ended.
_LAST_WORDS_S = 0.5


@dataclass(frozen=True)
class ServeOptions:
    """How a server runs.

    state_dir: folder of the rendezvous file. port: 0 lets the system choose. device, threads: as
    in ``Engines``. idle_exit_s: end after so long without an open call; None never. grace_s: what
    running jobs get when the server is told to end.

    With a token_file (see ``tokens``) the server is *shared*: it has no rendezvous file, reads no
    paths for its clients and cannot be ended by them. tls_cert, tls_key: PEM files; a shared
    server that other machines can reach must have them.

    Raises:
        RangeError: a number that makes no sense.
        RequestError: an address that other machines reach without TLS or tokens.
    """

    state_dir: Path
    host: str = "127.0.0.1"
    port: int = 0
    device: str = "auto"
    threads: int = 0
    idle_exit_s: float | None = None
    grace_s: float = 10.0
    token_file: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
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
        if (self.tls_cert is None) != (self.tls_key is None):
            raise RequestError("TLS needs both a certificate and its key: name the other file too.")
        if not self.is_shared and (self.tls_cert or not _is_loopback(self.host)):
            raise RequestError(
                f"A server at {self.host} with TLS or for other machines needs tokens that stay: "
                "make a token file with “restore-colorize token”, or take 127.0.0.1 without TLS."
            )
        if self.tls_cert is None and not _is_loopback(self.host):
            raise RequestError(
                f"The address {self.host} can be reached by other machines, which needs TLS: make "
                "a certificate with “restore-colorize certificate”, or take 127.0.0.1."
            )

    @property
    def is_shared(self) -> bool:
        """Whether it serves people with tokens instead of this user's own programs."""
        return self.token_file is not None


class GrpcServer:
    """A core behind a port: token check, contract and health service.

    Args:
        pair: certificate and key as PEM; None speaks without TLS.
        stop: called with a grace in seconds when a client asks for the server's end.

    Raises:
        OSError: the port is taken, or no such address is this machine's.
    """

    def __init__(
        self,
        core: Core,
        host: str,
        port: int,
        keyring: Keyring,
        stop: Callable[[float], None],
        pair: tuple[bytes, bytes] | None = None,
    ) -> None:
        self._server = grpc.aio.server(interceptors=[TokenCheck(keyring)], options=_OPTIONS)
        self._health = health_aio.HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        add_RestoreColorizeServicer_to_server(Servicer(core, keyring, stop), self._server)
        self._core = core
        address = f"[{host}]" if ":" in host else host
        try:
            self.port = self._bind(f"{address}:{port}", pair)
        except RuntimeError:
            self.port = 0
        if not self.port:
            raise OSError(bind_problem(host, port))

    def _bind(self, address: str, pair: tuple[bytes, bytes] | None) -> int:
        if pair is None:
            return int(self._server.add_insecure_port(address))
        certificate, key = pair
        credentials = grpc.ssl_server_credentials([(key, certificate)])
        return int(self._server.add_secure_port(address, credentials))

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
    rendezvous = None if options.is_shared else Rendezvous(options.state_dir)
    try:
        if rendezvous is not None and not rendezvous.claim():
            print("A server of this user runs already; clients will find it.", file=sys.stderr)
            return 0
        try:
            asyncio.run(_serve(options, rendezvous, open_engines or _installed(options)))
        finally:
            if rendezvous is not None:
                rendezvous.withdraw()
    except (RestoreError, OSError) as error:
        print(f"The server cannot run: {error}", file=sys.stderr)
        return 1
    return 0


async def _serve(
    options: ServeOptions,
    rendezvous: Rendezvous | None,
    open_engines: Callable[[], ServedEngines],
) -> None:
    core, ending = Core(options.limits, loopback=not options.is_shared), Ending()
    tokens = read_tokens(options.token_file) if options.token_file else {"": new_token()}
    keyring = Keyring(tokens)
    server = _bound(options, core, keyring, ending)
    await server.start()
    if rendezvous is not None:
        rendezvous.publish(_record(options, server.port, tokens[""]))
    _log.info("listening on %s:%d; loading the engines", options.host, server.port)
    opening = asyncio.create_task(_open(server, open_engines, ending))
    tasks = [opening]
    if options.token_file is not None:
        tasks.append(asyncio.create_task(watch_tokens(keyring, options.token_file)))
    if options.idle_exit_s is not None:
        watch = watch_idleness(ending, lambda: core.idle_since, options.idle_exit_s)
        tasks.append(asyncio.create_task(watch))
    with signals_end(ending, options.grace_s):
        await ending.asked.wait()
        _log.info("ending because of %s", ending.why)
        if rendezvous is not None:
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


def _bound(options: ServeOptions, core: Core, keyring: Keyring, ending: Ending) -> GrpcServer:
    """Bind the port, after the certificate was told to whoever runs the server."""
    pair = None
    if options.tls_cert and options.tls_key:
        pair = read_pair(options.tls_cert, options.tls_key)
        _log.info("the certificate's fingerprint is %s", fingerprint(pair[0]))

    def stop(grace_s: float) -> None:
        ending.ask(grace_s, "Shutdown")

    return GrpcServer(core, _number(options.host), options.port, keyring, stop, pair)


def _number(host: str) -> str:
    """Return the address to bind and publish; the name may stand for ::1, which is another one."""
    return "127.0.0.1" if host == "localhost" else host


def _record(options: ServeOptions, port: int, token: str) -> ServerRecord:
    pid, version = os.getpid(), restore_colorize.__version__
    return ServerRecord(version, _number(options.host), port, token, pid, process_start(pid))


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
