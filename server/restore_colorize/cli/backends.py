"""The small protocol behind the commands: the same request in this process or at a server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from restore_colorize.engines import Candidate, Control, Request, Verdict
from restore_colorize.imaging import Picture

if TYPE_CHECKING:
    from restore_colorize_proto.v1.restore_colorize_pb2 import Receipt

__all__ = ["NO_UNCERTAINTY", "Backend", "Result", "Server", "open_backend"]

NO_UNCERTAINTY = "There is no uncertainty to show: a single draw knows no other to compare with."


class Result(Protocol):
    """What a backend made of a request.

    candidates: best first. timings_s: seconds by stage.
    """

    @property
    def candidates(self) -> tuple[Candidate, ...]: ...
    @property
    def verdicts(self) -> tuple[Verdict, ...]: ...
    @property
    def receipt(self) -> Receipt: ...
    @property
    def timings_s(self) -> Mapping[str, float]: ...

    def picture(self, candidate: Candidate) -> Picture:
        """Return a candidate at the target's size and depth, unblended."""

    def uncertainty(self) -> Picture:
        """Return where the best candidate is least sure, white there, gray at 8 bit.

        Raises:
            RequestError: the run was not asked to explain, or the engine cannot tell.
        """

    def damage_mask(self) -> Picture:
        """Return where damage was found, gray at 8 bit and the target's size.

        Raises:
            RequestError: the request did not ask for it.
        """


class Backend(Protocol):
    """Where requests go, one after another."""

    def run(
        self, request: Request, control: Control, *, explain: bool = False
    ) -> AbstractContextManager[Result]:
        """Run one request; its pictures can be had while the context is open.

        Args:
            explain: the result's uncertainty will be asked for.

        Raises:
            RestoreError, ServerAnswerError: it failed; one sentence.
        """

    def close(self) -> None:
        """Let go of models or connections."""


@dataclass(frozen=True)
class Server:
    """A server to ask: this machine's, started when none runs, or the one at ``address``.

    address: HOST:PORT, or empty. token, fingerprint, ca_file: of the one at ``address``.
    """

    address: str = ""
    token: str = ""
    fingerprint: str = ""
    ca_file: Path | None = None


def open_backend(
    server: Server | None, device: str, threads: int, note: Callable[[str], None]
) -> Backend:
    """Return the backend that a command line asks for.

    Args:
        server: None computes in this process.
        device, threads: of this process; 0 threads is torch's own choice.
        note: prints a line for people.
    """
    if server is None:
        from restore_colorize.cli.local import LocalBackend

        return LocalBackend(device, threads)
    from restore_colorize.cli.remote import RemoteBackend

    return RemoteBackend(server, note)
