"""Which gRPC status, reason and sentence each error becomes.

Only sentences of this project's own error tree travel; whatever else escapes is a bug and is told
by an id that is also in the log.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

from restore_colorize import errors
from restore_colorize.errors import RestoreError

__all__ = ["STATUSES", "Failure", "failure_of"]

_log = logging.getLogger(__name__)

# gRPC sends the sentence as a header, and clients refuse headers of more than 8 KiB.
_MAX_SENTENCE = 1000


# Names of grpc.StatusCode. A test looks for errors that are missing here.
STATUSES: dict[type[RestoreError], str] = {
    RestoreError: "INTERNAL",
    errors.RequestError: "INVALID_ARGUMENT",
    errors.ShapeError: "INVALID_ARGUMENT",
    errors.RangeError: "INVALID_ARGUMENT",
    errors.FormatError: "INVALID_ARGUMENT",
    errors.TooLargeError: "RESOURCE_EXHAUSTED",
    errors.NotAvailableError: "UNIMPLEMENTED",
    errors.ModelError: "FAILED_PRECONDITION",
    errors.ResourceError: "RESOURCE_EXHAUSTED",
    errors.QueueFullError: "RESOURCE_EXHAUSTED",
    errors.MemoryShortError: "RESOURCE_EXHAUSTED",
    errors.EnvironmentChangedError: "FAILED_PRECONDITION",
    errors.CancelledError: "CANCELLED",
    errors.ProtocolError: "FAILED_PRECONDITION",
    errors.TokenError: "UNAUTHENTICATED",
    errors.StoppingError: "UNAVAILABLE",
}


@dataclass(frozen=True)
class Failure:
    """How a failed call ends: a name of grpc.StatusCode, and what travels with it."""

    status: str
    reason: str
    sentence: str
    retry_after_ms: int | None = None

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """The trailing metadata that clients read instead of the sentence."""
        pairs = [("rc-reason", self.reason)]
        if self.retry_after_ms is not None:
            pairs.append(("retry-after-ms", str(self.retry_after_ms)))
        return tuple(pairs)


def failure_of(error: Exception) -> Failure:
    """Say how a call ends that failed with ``error``; an unknown one is logged under an id."""
    if errors.is_memory_short(error):
        error = errors.MemoryShortError(
            "The server has too little memory for this job: close other programs or work on a "
            "smaller layer."
        )
    if not isinstance(error, RestoreError):
        bug = secrets.token_hex(4)
        _log.error("Internal error %s", bug, exc_info=error)
        return Failure(
            "INTERNAL",
            "internal",
            f"The server made a mistake; please report it with the number {bug}, which is also in "
            "the server's log.",
        )
    nearest = next(kind for kind in type(error).__mro__ if kind in STATUSES)
    return Failure(
        STATUSES[nearest],
        error.code,
        str(error)[:_MAX_SENTENCE],
        getattr(error, "retry_after_ms", None),
    )
