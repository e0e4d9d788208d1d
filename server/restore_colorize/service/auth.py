"""Lets in only calls that carry the server's token, whatever they ask for."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable

import grpc

from restore_colorize.errors import TokenError
from restore_colorize.service.statuses import failure_of

__all__ = ["TokenCheck"]

_REFUSAL = failure_of(
    TokenError("The server did not accept the token; start it again from the editor.")
)


class TokenCheck(grpc.aio.ServerInterceptor):
    """Compares ``authorization: Bearer TOKEN`` in constant time, before any servicer is called."""

    def __init__(self, token: str) -> None:
        self._wanted = f"Bearer {token}".encode()

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler:
        """Pass the call on, or answer it with UNAUTHENTICATED."""
        metadata = dict(handler_call_details.invocation_metadata)
        given = str(metadata.get("authorization", "")).encode()
        if hmac.compare_digest(given, self._wanted):
            return await continuation(handler_call_details)
        # Refuses calls of all four kinds, and does not wait for a message that may never come.
        return grpc.stream_stream_rpc_method_handler(_refuse)


async def _refuse(_requests: object, context: grpc.aio.ServicerContext) -> None:
    code = grpc.StatusCode[_REFUSAL.status]
    await context.abort(code, _REFUSAL.sentence, _REFUSAL.metadata)
