"""Reaching a server that is ready and has proved who it is, starting the local one on demand."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ..description import Description
from ..errors import (
    ConnectionLostError,
    ForeignServerError,
    LaunchError,
    NotAvailableError,
    NotRunningError,
    UnreachableError,
)
from ..translation import _
from .channel import CONNECT_S, Address, Channel
from .launch import Starter
from .loop import LoopThread
from .rendezvous import Rendezvous, look

__all__ = ["Wait", "reach", "reach_local"]

POLL_S = 0.1
LOCAL_CONNECT_S = 0.5

# What it looks like when the server of a rendezvous file is gone, or another program has its port.
_GONE = (UnreachableError, ForeignServerError, ConnectionLostError)


class Wait:
    """Patience with a server that starts: ``tell`` hears what it does and since when."""

    def __init__(self, tell: Callable[[str, float], None], timeout_s: float) -> None:
        self._tell = tell
        self._begun = time.monotonic()
        self._timeout_s = timeout_s

    def pause(self, stage: str) -> bool:
        """Tell the stage and sleep a little; False once the time is up."""
        waited_s = time.monotonic() - self._begun
        self._tell(stage, waited_s)
        if waited_s >= self._timeout_s:
            return False
        time.sleep(POLL_S)
        return True


def reach(
    loop: LoopThread, address: Address, token: str, client_id: str, wait: Wait
) -> tuple[Channel, Description]:
    """Return a channel to the server at an address. Raises ConnectError."""
    while (met := loop.call(_greet(address, token, client_id, CONNECT_S))) is None:
        if not wait.pause("load"):
            raise UnreachableError(
                _(
                    "The server at {address} is still loading its models: try again in a moment."
                ).format(address=address)
            )
    return met


def reach_local(
    loop: LoopThread,
    folders: Sequence[Path],
    starter: Starter | None,
    client_id: str,
    wait: Wait,
) -> tuple[Channel, Description]:
    """Return a channel to this user's server, which ``starter`` starts where none runs.

    Raises ConnectError.
    """
    while True:
        is_there = False
        rendezvous = _find(folders)
        if rendezvous is not None:
            address = Address.parse(f"{rendezvous.host}:{rendezvous.port}")
            with contextlib.suppress(*_GONE):
                met = loop.call(_greet(address, rendezvous.token, client_id, LOCAL_CONNECT_S))
                if met is not None:
                    return met
                is_there = True
        if not is_there:
            if starter is None:
                raise NotRunningError()
            starter.ensure_started()
        if not wait.pause("load" if is_there else "start"):
            if starter is None:
                raise LaunchError(
                    _("The server did not become ready in time: try again in a moment.")
                )
            raise LaunchError(
                _("The server did not become ready in time: {file} says more.").format(
                    file=starter.log_path
                )
            )


def _find(folders: Sequence[Path]) -> Rendezvous | None:
    for folder in folders:
        _, rendezvous = look(folder)
        if rendezvous is not None:
            return rendezvous
    return None


async def _greet(
    address: Address, token: str, client_id: str, connect_s: float
) -> tuple[Channel, Description] | None:
    """Return the channel and what the server says; None while the server still loads."""
    channel = Channel(address, token, client_id)
    met = None
    try:
        await channel.connect(connect_s)
        if await channel.is_serving():
            met = channel, await channel.describe()
    except NotAvailableError:  # it speaks gRPC, but not about this
        raise ForeignServerError() from None
    finally:
        if met is None:
            await channel.close()
    return met
