"""Every error that the client raises on purpose; ``str()`` of each is a sentence for the user.

ClientError
+ ConnectError             there is no server to talk to
|   - NotRunningError      no local server runs, and none was to be started
|   - LaunchError          the local server could not be started
|   - UnreachableError     nothing answers at the address
|   - TokenError           the server refused the token
|   - ForeignServerError   what answers is not this server, or speaks another protocol
+ RefusedError             the request is wrong; sending it again cannot help
+ NotAvailableError        the asked engine is not part of that server
+ ModelError               no such model, or its weights are missing or damaged
+ ResourceError            the server is short of memory or disk
|   - BusyError            too many jobs wait; ``retry_after_s`` says when to ask again
+ EnvironmentChangedError  a receipt cannot be repeated exactly there; names what differs
+ CancelledError           the job was stopped
|   - DeadlineError        it took longer than was allowed
+ ExpiredError             the server no longer keeps what was asked for
+ ConnectionLostError      the server went away during the call; the job can be sent again
+ InternalError            a fault of the server; its sentence holds the id to look for in the log
"""

from __future__ import annotations

from .translation import N_, _

__all__ = [
    "BusyError",
    "CancelledError",
    "ClientError",
    "ConnectError",
    "ConnectionLostError",
    "DeadlineError",
    "EnvironmentChangedError",
    "ExpiredError",
    "ForeignServerError",
    "InternalError",
    "LaunchError",
    "ModelError",
    "NotAvailableError",
    "NotRunningError",
    "RefusedError",
    "ResourceError",
    "TokenError",
    "UnreachableError",
    "error_from_status",
]


class ClientError(Exception):
    """Root of the tree; says ``sentence`` in the user's language where it is given none.

    ``reason`` is the server's stable code (metadata key ``rc-reason``), empty where the error did
    not come from the server's own code.
    """

    sentence = N_("The server refused the call.")

    def __init__(self, sentence: str = "", *, reason: str = "") -> None:
        super().__init__(sentence or _(self.sentence))
        self.reason = reason


class ConnectError(ClientError):
    """There is no server to talk to."""

    sentence = N_("No connection to the server could be made.")


class NotRunningError(ConnectError):
    """No local server runs, and none was to be started."""

    sentence = N_("The server is not running: start it with “restore-colorize serve”.")


class LaunchError(ConnectError):
    """The local server could not be started."""

    sentence = N_("The server could not be started: run “restore-colorize doctor” to see why.")


class UnreachableError(ConnectError):
    """Nothing answers at the address."""

    sentence = N_("Nothing answers at the server's address: check that the server runs there.")


class TokenError(ConnectError):
    """The server refused the token."""

    sentence = N_("The server did not accept the token: enter the one that it was started with.")


class ForeignServerError(ConnectError):
    """What answers is not this server, or speaks another protocol."""

    sentence = N_(
        "What answers at the server's address is not a Restore & Colorize server of this version: "
        "check the address and install the same version on both sides."
    )


class RefusedError(ClientError):
    """The request is wrong; sending it again cannot help."""

    sentence = N_("The server cannot do what was asked for: check the pictures and options.")


class NotAvailableError(ClientError):
    """The asked engine is not part of that server."""

    sentence = N_("This server does not offer what was asked for: install a newer version there.")


class ModelError(ClientError):
    """No such model, or its weights are missing or damaged."""

    sentence = N_("The server could not load the model: “restore-colorize doctor” says which file.")


class ResourceError(ClientError):
    """The server is short of memory or disk."""

    sentence = N_("The server is short of memory or disk space: try a smaller picture.")


class BusyError(ResourceError):
    """Too many jobs wait; ``retry_after_s`` says when to ask again, 0 where it is unknown."""

    sentence = N_("The server has too many jobs waiting: try again in a moment.")

    def __init__(self, sentence: str = "", *, reason: str = "", retry_after_s: float = 0.0) -> None:
        super().__init__(sentence, reason=reason)
        self.retry_after_s = retry_after_s


class EnvironmentChangedError(ClientError):
    """A receipt cannot be repeated exactly there; the sentence names what differs."""

    sentence = N_("The result cannot be repeated exactly on this server.")


class CancelledError(ClientError):
    """The job was stopped."""

    sentence = N_("The job was stopped.")


class DeadlineError(CancelledError):
    """The job took longer than was allowed."""

    sentence = N_("The job took longer than was allowed and was stopped.")


class ExpiredError(ClientError):
    """The server no longer keeps what was asked for."""

    sentence = N_("The server no longer keeps these candidates: run the job again.")


class ConnectionLostError(ClientError):
    """The server went away during the call; the job can be sent again."""

    sentence = N_("The connection to the server broke off: try again.")


class InternalError(ClientError):
    """A fault of the server; its sentence holds the id to look for in the log."""

    sentence = N_("The server failed unexpectedly: its log says more.")


# The one way from the wire to a leaf: by the server's code where it sent one …
REASONS: dict[str, type[ClientError]] = {
    "request": RefusedError,
    "shape": RefusedError,
    "range": RefusedError,
    "format": RefusedError,
    "too-large": RefusedError,
    "not-available": NotAvailableError,
    "model": ModelError,
    "resource": ResourceError,
    "queue-full": BusyError,
    "memory": ResourceError,
    "environment": EnvironmentChangedError,
    "cancelled": CancelledError,
    "service": ConnectError,
    "token": TokenError,
    "protocol": ForeignServerError,
    "unavailable": ConnectionLostError,
    "internal": InternalError,
    "error": InternalError,
}

# … else by the status of gRPC, which libraries and balancers on the way set too.
STATUSES: dict[str, type[ClientError]] = {
    "CANCELLED": ConnectionLostError,  # not by us: our own cancelling never comes back as a status
    "UNKNOWN": InternalError,
    "INVALID_ARGUMENT": RefusedError,
    "DEADLINE_EXCEEDED": DeadlineError,
    "NOT_FOUND": ExpiredError,
    "ALREADY_EXISTS": RefusedError,
    "PERMISSION_DENIED": RefusedError,
    "RESOURCE_EXHAUSTED": ResourceError,
    "FAILED_PRECONDITION": ModelError,
    "ABORTED": ConnectionLostError,
    "OUT_OF_RANGE": RefusedError,
    "UNIMPLEMENTED": NotAvailableError,
    "INTERNAL": InternalError,
    "UNAVAILABLE": ConnectionLostError,
    "DATA_LOSS": ConnectionLostError,
    "UNAUTHENTICATED": TokenError,
}


def error_from_status(
    status: str, sentence: str = "", reason: str = "", retry_after_ms: str = ""
) -> ClientError:
    """Return the leaf for a failed call.

    The server's sentence is kept where it came with a code of its tree; what libraries write into
    a status is not meant for users and gives way to the leaf's own sentence.
    """
    leaf = REASONS.get(reason) or STATUSES.get(status, InternalError)
    sentence = sentence if reason else ""
    if issubclass(leaf, BusyError):
        wait_s = int(retry_after_ms) / 1000 if retry_after_ms.isdecimal() else 0.0
        return leaf(sentence, reason=reason, retry_after_s=wait_s)
    return leaf(sentence, reason=reason)
