"""Why a server could not listen at an address, in words."""

from __future__ import annotations

import errno
import socket

__all__ = ["bind_problem"]


def bind_problem(host: str, port: int) -> str:
    """Say why ``host`` and ``port`` cannot be bound, by trying it once more."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError):
        return (
            f"The name {host} cannot be found: give an address of this machine, or 0.0.0.0 for all "
            "that it has."
        )
    reason = "a moment ago"
    try:
        with socket.socket(family, kind, protocol) as probe:
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            return (
                f"{host} is no address of this machine: give one of its own, or 0.0.0.0 for all "
                "that it has."
            )
        is_taken = error.errno == errno.EADDRINUSE
        reason = "another program listens there" if is_taken else str(error.strerror)
    return f"{host}:{port} cannot be used ({reason}): choose another port."
