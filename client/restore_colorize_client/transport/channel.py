"""A gRPC channel to one server, and what its failures mean. Everything here runs in the loop."""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
import ssl
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from .. import messages
from .._vendor.google.protobuf.message import DecodeError
from .._vendor.grpclib.client import Channel as GrpcChannel
from .._vendor.grpclib.client import Handler, Stream
from .._vendor.grpclib.const import Cardinality, Status
from .._vendor.grpclib.encoding.base import CodecBase
from .._vendor.grpclib.exceptions import GRPCError, ProtocolError, StreamTerminatedError
from .._vendor.grpclib.metadata import decode_grpc_message
from .._vendor.grpclib.protocol import H2Protocol
from .._vendor.h2.exceptions import H2Error
from ..description import Description
from ..errors import (
    ClientError,
    ConnectError,
    ConnectionLostError,
    DeadlineError,
    ForeignServerError,
    InternalError,
    UnreachableError,
    error_from_status,
)
from ..messages import pb
from ..translation import N_, _
from .trust import broken_tls, trust

__all__ = ["PROTOCOL", "Address", "Channel", "status_error"]

CLIENT_FAULT = N_("The client failed unexpectedly: please report what you did.")
PROTOCOL = 1  # of the contract; a server of another one refuses the job in words
SERVICE = "/restore_colorize.v1.RestoreColorize/"
HEALTH = "/grpc.health.v1.Health/Check"
ANSWER_S = 5.0  # for calls that a living server answers at once
CONNECT_S = 10.0  # for a connection to another machine; this one answers or refuses at once


@dataclass(frozen=True)
class Address:
    """Where a server listens, and how it is spoken to."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None

    @classmethod
    def parse(cls, text: str, tls: ssl.SSLContext | None = None) -> Address:
        """Read ``HOST:PORT``. Another machine is always spoken to by TLS, or the token leaks.

        Raises ConnectError where the text is something else.
        """
        host, port = text.strip().rpartition(":")[::2]
        host = host.strip("[]")
        if not host or not port.isdecimal() or not 0 < int(port) < 65536:
            raise ConnectError(
                _(
                    "“{text}” is no server address: write it like 127.0.0.1:50051 or name:50051."
                ).format(text=text)
            )
        if tls is None and not _is_loopback(host):
            tls = trust()
        if tls is not None:
            tls.set_alpn_protocols(["h2"])
        return cls(host, int(port), tls)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _is_sendable(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Codec(CodecBase):
    """Messages as they are, and bytes as they are for the health service's one-byte message."""

    __content_subtype__ = "proto"

    def encode(self, message: Any, message_type: Any) -> bytes:
        return message if message_type is bytes else message.SerializeToString()

    def decode(self, data: bytes, message_type: Any) -> Any:
        return data if message_type is bytes else message_type.FromString(data)


class _Protocol(H2Protocol):
    """Knows whether the other side is a server of HTTP/2, before it is told anything secret.

    Such a server begins with a frame of settings (RFC 9113, 3.4): three bytes of length, type 4.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._first = b""
        self.answered = asyncio.Event()  # or lost
        super().connection_made(transport)

    @property
    def is_http2(self) -> bool:
        return self._first[3:] == b"\x04"

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self.answered.is_set():
            self._first = (self._first + data)[:4]
            if len(self._first) == 4:
                self.answered.set()

    def connection_lost(self, exc: BaseException | None) -> None:
        super().connection_lost(exc)
        self.answered.set()


class _GrpcChannel(GrpcChannel):
    def _protocol_factory(self) -> H2Protocol:
        return _Protocol(Handler(), self._config, self._h2_config)


class Channel:
    """A connection to one server that carries the token with every call."""

    def __init__(self, address: Address, token: str, client_id: str) -> None:
        if not _is_sendable(token):
            raise ConnectError(_("The token has characters that cannot be sent: enter it again."))
        if not _is_sendable(client_id):
            raise ConnectError("The client's name has characters that cannot be sent.")
        self.address = address
        self._has_met = False
        self._metadata = [("authorization", f"Bearer {token}"), ("rc-client", client_id or "-")]
        self._grpc = _GrpcChannel(
            address.host, address.port, ssl=address.tls, codec=_Codec(), status_details_codec=None
        )

    async def connect(self, timeout_s: float = CONNECT_S) -> None:
        """Open the connection unless it is, and make sure that a server of HTTP/2 answers.

        Nothing secret was sent before. Raises UnreachableError, ForeignServerError, or
        ConnectionLostError where a server was met before.
        """
        protocol = await self._in_time(self._grpc.__connect__(), timeout_s)
        await self._in_time(protocol.answered.wait(), ANSWER_S)
        if not protocol.is_http2 and self._has_met:
            raise ConnectionLostError()  # the server was about to end
        if not protocol.is_http2:
            raise ForeignServerError(
                _(
                    "What answers at {address} is not a Restore & Colorize server: check the "
                    "address, and give its certificate's fingerprint if it uses TLS."
                ).format(address=self.address)
            )
        self._has_met = True

    async def _in_time(self, step: Coroutine[Any, Any, Any], timeout_s: float) -> Any:
        # Not by wait_for, which loses some cancellations before Python 3.12.
        task = asyncio.ensure_future(step)
        try:
            await asyncio.wait({task}, timeout=timeout_s)
        finally:
            task.cancel()
        if task.cancelled() or not task.done():
            raise _unreachable(self.address)
        error = task.exception()
        if error is not None:
            raise _unreachable(self.address, error)
        return task.result()

    async def close(self) -> None:
        """Close the connection and end the calls on it."""
        protocol = self._grpc._protocol
        transport = getattr(protocol.connection, "_transport", None) if protocol else None
        self._grpc.close()
        if transport is not None:
            transport.abort()  # what a server does not read would hold the socket open
            await asyncio.sleep(0)

    async def is_serving(self) -> bool:
        """Ask the health service whether the server has loaded what it needs.

        The messages are those of grpc.health.v1: an empty request, and status 1 is SERVING.
        """
        return await self._unary(HEALTH, b"", bytes, bytes) == b"\x08\x01"

    async def describe(self) -> Description:
        """Ask what the server can do. Raises ForeignServerError unless it proves who it is."""
        nonce = secrets.token_hex(16)
        reply = await self._unary(
            SERVICE + "Describe",
            pb.DescribeRequest(nonce=nonce),
            pb.DescribeRequest,
            pb.DescribeReply,
        )
        if reply.nonce != nonce or reply.protocol != PROTOCOL:
            raise ForeignServerError()
        return messages.read(Description, reply)

    async def shutdown(self, grace_s: float) -> int:
        """Ask the server to end after its running jobs or the grace time; return their number."""
        request = pb.ShutdownRequest(grace_s=grace_s)
        reply = await self._unary(
            SERVICE + "Shutdown", request, pb.ShutdownRequest, pb.ShutdownReply
        )
        return int(reply.running)

    @asynccontextmanager
    async def run(self, timeout_s: float | None) -> AsyncIterator[Stream[Any, Any]]:
        """Open a Run call: its request is sent, reading may begin. Failures are ClientErrors."""
        async with self._open(
            SERVICE + "Run", Cardinality.STREAM_STREAM, pb.RunRequest, pb.RunEvent, timeout_s
        ) as stream:
            yield stream

    async def _unary(self, path: str, request: Any, form: Any, reply_form: Any) -> Any:
        try:
            async with self._open(
                path, Cardinality.UNARY_UNARY, form, reply_form, ANSWER_S
            ) as stream:
                await stream.send_message(request, end=True)
                reply = await stream.recv_message()
                await stream.recv_trailing_metadata()
        except DeadlineError:
            raise _unreachable(self.address) from None
        if reply is None:
            raise ForeignServerError()
        return reply

    @asynccontextmanager
    async def _open(
        self, path: str, kind: Cardinality, form: Any, reply_form: Any, timeout_s: float | None
    ) -> AsyncIterator[Stream[Any, Any]]:
        stream: Stream[Any, Any] = self._grpc.request(
            path, kind, form, reply_form, timeout=timeout_s, metadata=self._metadata
        )
        try:
            await self.connect()
            async with stream:
                await stream.send_request()
                yield stream
        except Exception as error:
            raise _failure(stream, error) from error


def _unreachable(address: Address, error: BaseException | None = None) -> UnreachableError:
    refusals = (ssl.SSLError, ConnectionResetError, ConnectionAbortedError)
    if address.tls is not None and isinstance(error, refusals):
        return UnreachableError(broken_tls(address, error))
    return UnreachableError(
        _(
            "Nothing answers at {address}: check that the server runs there and that the address "
            "is right."
        ).format(address=address)
    )


def status_error(stream: Stream[Any, Any]) -> ClientError | None:
    """Return what the status that the server ended the call with means; None without a failure.

    grpclib shows it only after our sending side was closed, and a refusal comes before; so it is
    read from the (pinned, vendored) stream itself.
    """
    raw = getattr(stream, "_stream", None)
    headers = dict((raw.trailers or raw.headers or ()) if raw is not None else ())
    try:
        status = Status(int(headers["grpc-status"]))
    except (KeyError, ValueError):
        return None
    if status is Status.OK:
        return None
    return error_from_status(
        status.name,
        decode_grpc_message(headers.get("grpc-message", "")),
        headers.get("rc-reason", ""),
        headers.get("retry-after-ms", ""),
    )


def _failure(stream: Stream[Any, Any], error: Exception) -> ClientError:
    """Return what a failed call means to a user.

    A status that the server sent counts more than what broke on our side in consequence.
    """
    if isinstance(error, ClientError):
        return error
    said = status_error(stream)
    if said is not None:
        return said
    if isinstance(error, GRPCError):
        if error.status is Status.UNKNOWN:  # no gRPC at all
            return ForeignServerError()
        return error_from_status(error.status.name)
    if isinstance(error, asyncio.TimeoutError):
        return DeadlineError()
    if isinstance(error, (DecodeError, H2Error, AssertionError, NotImplementedError)):
        return ForeignServerError()
    if isinstance(error, (StreamTerminatedError, ProtocolError, OSError)):
        return ConnectionLostError()
    return InternalError(_(CLIENT_FAULT))
