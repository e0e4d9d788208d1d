"""Every error that this package raises on purpose.

RestoreError            message (one sentence for the user: what happened and what to do)
+ RequestError          the caller's fault
|   - ShapeError        sizes or planes do not fit each other
|   - RangeError        a value lies outside of what is allowed
|   - FormatError       a file or a sample type cannot be read
|   - TooLargeError     larger than the server's limits
+ NotAvailableError     the asked engine is not part of this version yet
+ ModelError            no such model, or its weights are missing, damaged or of another network
+ ResourceError         memory is short, the queue is full, the disk is full
|   - QueueFullError    too many jobs wait already
|   - MemoryShortError  not enough memory, also after every fallback
+ EnvironmentChangedError  a result cannot be repeated exactly here; names what differs
+ CancelledError        the user, the deadline or a vanished client stopped the job
+ ProtocolError         client and server speak different versions of the contract
+ TokenError            the call does not carry the server's token
+ StoppingError         the server is starting or stopping

Anything else that escapes is a bug: the service logs it under an id and tells the user that id.
"""

from __future__ import annotations

import math

__all__ = [
    "CancelledError",
    "EnvironmentChangedError",
    "FormatError",
    "MemoryShortError",
    "ModelError",
    "NotAvailableError",
    "ProtocolError",
    "QueueFullError",
    "RangeError",
    "RequestError",
    "ResourceError",
    "RestoreError",
    "ShapeError",
    "StoppingError",
    "TokenError",
    "TooLargeError",
    "is_memory_short",
]


class RestoreError(Exception):
    """Root of the tree; ``str()`` of it is the sentence that a user reads.

    ``code`` is stable and travels on the wire (metadata key ``rc-reason``), so clients can tell
    cases apart without reading the sentence.
    """

    code = "error"


class RequestError(RestoreError):
    """The request itself is wrong; sending it again cannot help."""

    code = "request"


class ShapeError(RequestError):
    """Sizes, planes or masks do not fit each other."""

    code = "shape"


class RangeError(RequestError):
    """A value lies outside of what is allowed."""

    code = "range"


class FormatError(RequestError):
    """A file, a sample type or a profile cannot be understood."""

    code = "format"


class TooLargeError(RequestError):
    """The picture or an option exceeds a limit of this server."""

    code = "too-large"


class NotAvailableError(RestoreError):
    """The asked engine is not part of this version."""

    code = "not-available"


class ModelError(RestoreError):
    """A model is unknown, or its weights are missing, damaged or belong to another network."""

    code = "model"


class ResourceError(RestoreError):
    """Something that this machine has too little of."""

    code = "resource"


class QueueFullError(ResourceError):
    """Too many jobs wait already; ``retry_after_ms`` says when a place may be free.

    ``what`` is full, as the beginning of a sentence that ends with that time.
    """

    code = "queue-full"

    def __init__(self, what: str, retry_after_ms: int) -> None:
        super().__init__(f"{what}; try again in {math.ceil(retry_after_ms / 1000)} s.")
        self.retry_after_ms = retry_after_ms


class MemoryShortError(ResourceError):
    """Memory is short, also after smaller tiles and the CPU were tried."""

    code = "memory"


class EnvironmentChangedError(RestoreError):
    """A receipt cannot be repeated exactly on this machine."""

    code = "environment"


class CancelledError(RestoreError):
    """The job was stopped by its user, by its deadline or because its client vanished."""

    code = "cancelled"


class ProtocolError(RestoreError):
    """Client and server speak different versions of the contract."""

    code = "protocol"


class TokenError(RestoreError):
    """The call does not carry this server's token."""

    code = "token"


class StoppingError(RestoreError):
    """The server is starting or stopping; the same job may be sent again soon."""

    code = "unavailable"


def is_memory_short(error: BaseException) -> bool:
    """Say whether an error of Python, NumPy or torch means that memory is short."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    # On the CPU torch has no type of its own for it.
    return isinstance(error, RuntimeError) and "DefaultCPUAllocator" in str(error)
