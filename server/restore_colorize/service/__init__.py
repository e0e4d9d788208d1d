"""Service: the contract over gRPC, from the port down to the engines' threads.

Receipts are offered lazily, since they know pictures and so need torch: a server binds its port
before it spends seconds on importing that.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from restore_colorize.service.certificate import fingerprint, make_certificate
from restore_colorize.service.limits import Limits
from restore_colorize.service.rendezvous import state_folder
from restore_colorize.service.server import ServeOptions, serve
from restore_colorize.service.tokens import add_token, read_tokens

if TYPE_CHECKING:
    from restore_colorize.service.receipts import (
        check_receipt,
        check_samples,
        forced_environment,
        repeated_request,
        samples_sha256,
        write_receipt,
    )

__all__ = [
    "Limits",
    "ServeOptions",
    "add_token",
    "check_receipt",
    "check_samples",
    "fingerprint",
    "forced_environment",
    "make_certificate",
    "read_tokens",
    "repeated_request",
    "samples_sha256",
    "serve",
    "state_folder",
    "write_receipt",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.receipts"), name)
