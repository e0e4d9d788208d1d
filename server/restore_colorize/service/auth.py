"""Lets in only calls that carry a token, and the question whether the server is well."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

import grpc

from restore_colorize.errors import TokenError
from restore_colorize.service.refusals import TokenRefusals
from restore_colorize.service.statuses import failure_of
from restore_colorize.service.tokens import Keyring

__all__ = ["TokenCheck", "address_of", "holder_of"]

_REFUSAL = failure_of(
    TokenError(
        "The server did not accept the token: ask whoever runs it for a new one, or start it again "
        "if it is your own."
    )
)


# Answers SERVING or NOT_SERVING and nothing else; what watches servers has no place for tokens.
# A wrong one is refused here too, so that its holder need not wait until the server has loaded.
_OPEN = "/grpc.health.v1.Health/Check"


class TokenCheck(grpc.aio.ServerInterceptor):
    """Looks for ``authorization: Bearer TOKEN`` before any servicer is called.

    Health.Check may come without any authorization.
    """

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._refusals = TokenRefusals()

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler:
        """Pass the call on, or answer it with UNAUTHENTICATED."""
        metadata = handler_call_details.invocation_metadata
        is_open = handler_call_details.method == _OPEN and not _authorization(metadata)
        if is_open or holder_of(metadata, self._keyring) is not None:
            return await continuation(handler_call_details)
        # Refuses calls of all four kinds, and does not wait for a message that may never come.
        return grpc.stream_stream_rpc_method_handler(self._refuse)

    async def _refuse(self, _requests: object, context: grpc.aio.ServicerContext) -> None:
        token = _authorization(context.invocation_metadata()).removeprefix("Bearer").strip()
        self._refusals.tell(address_of(context), "a wrong token" if token else "no token")
        code = grpc.StatusCode[_REFUSAL.status]
        await context.abort(code, _REFUSAL.sentence, _REFUSAL.metadata)


def holder_of(metadata: Iterable[tuple[str, str | bytes]] | None, keyring: Keyring) -> str | None:
    """Return whose token a call carries; empty for a token without a name, None for no token."""
    return keyring.holder(_authorization(metadata))


def address_of(context: grpc.aio.ServicerContext) -> str:
    """Return which machine calls, without the port, which differs from call to call."""
    return str(context.peer()).rpartition(":")[0]


def _authorization(metadata: Iterable[tuple[str, str | bytes]] | None) -> str:
    return str(dict(metadata or ()).get("authorization", ""))
