"""The contract's service on grpc.aio: a thin coat over the core."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager

import grpc
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb
from restore_colorize_proto.v1.restore_colorize_pb2_grpc import RestoreColorizeServicer

from restore_colorize.errors import NotAvailableError, RangeError
from restore_colorize.service.auth import address_of, holder_of
from restore_colorize.service.core import Core
from restore_colorize.service.refusals import refusals_logged
from restore_colorize.service.statuses import failure_of
from restore_colorize.service.tokens import Keyring

__all__ = ["MAX_GRACE_S", "Servicer"]

MAX_GRACE_S = 3600.0
_MAX_CLIENT = 64


class Servicer(RestoreColorizeServicer):
    """Answers calls from one core; ``stop`` is called with a grace in seconds."""

    def __init__(self, core: Core, keyring: Keyring, stop: Callable[[float], None]) -> None:
        self._core = core
        self._keyring = keyring
        self._stop = stop

    async def Describe(  # noqa: N802 (the contract's name)
        self, request: pb.DescribeRequest, context: grpc.aio.ServicerContext
    ) -> pb.DescribeReply:
        """Say what this server can do."""
        async with _failing_in_words(context):
            return self._core.describe(request.nonce)

    async def Run(  # noqa: N802 (the contract's name)
        self, request_iterator: AsyncIterator[pb.RunRequest], context: grpc.aio.ServicerContext
    ) -> None:
        """Carry out one job; a cancelled call closes it."""
        async with (
            _failing_in_words(context),
            aclosing(self._core.run(request_iterator, self._line(context))) as events,
        ):
            async for event in events:
                await context.write(event)

    async def Shutdown(  # noqa: N802 (the contract's name)
        self, request: pb.ShutdownRequest, context: grpc.aio.ServicerContext
    ) -> pb.ShutdownReply:
        """End the server once this reply has left."""
        async with _failing_in_words(context):
            with refusals_logged(self._line(context)):
                self._check_shutdown(request)
            context.add_done_callback(lambda _: self._stop(request.grace_s))
            return pb.ShutdownReply(running=self._core.running)

    def _check_shutdown(self, request: pb.ShutdownRequest) -> None:
        if not self._core.loopback:
            raise NotAvailableError(
                "This server is shared by several machines; only who runs it can stop it."
            )
        if not 0.0 <= request.grace_s <= MAX_GRACE_S:
            raise RangeError(
                f"The grace of {request.grace_s:g} seconds is outside of 0 to {MAX_GRACE_S:g}."
            )

    def _line(self, context: grpc.aio.ServicerContext) -> str:
        """Return who shares a line of the queue with whom.

        Programs of one user name themselves, or have a line per connection. On a shared server it
        is people who take turns: by their tokens' names, or by their machines where all have one
        token; what a client calls itself would let it take more turns than others.
        """
        metadata = context.invocation_metadata()
        if self._core.loopback:
            return str(dict(metadata).get("rc-client") or context.peer())[:_MAX_CLIENT]
        return holder_of(metadata, self._keyring) or address_of(context)


@asynccontextmanager
async def _failing_in_words(context: grpc.aio.ServicerContext) -> AsyncIterator[None]:
    """End the call with a status of the table if the body fails."""
    try:
        yield
    except Exception as error:
        failure = failure_of(error)
        code = grpc.StatusCode[failure.status]
        await context.abort(code, failure.sentence, failure.metadata)
