"""The small protocol behind ``colorize``: the same request in this process or at a server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from restore_colorize.engines import Candidate, Control, Request, Verdict
from restore_colorize.imaging import Picture

if TYPE_CHECKING:
    from restore_colorize_proto.v1.restore_colorize_pb2 import Receipt

__all__ = ["Backend", "Result", "open_backend"]


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


class Backend(Protocol):
    """Where requests go, one after another."""

    def run(self, request: Request, control: Control) -> AbstractContextManager[Result]:
        """Run one request; its pictures can be had while the context is open.

        Raises:
            RestoreError, ServerAnswerError: it failed; one sentence.
        """

    def close(self) -> None:
        """Let go of models or connections."""


def open_backend(
    server: str | None, token: str, device: str, threads: int, note: Callable[[str], None]
) -> Backend:
    """Return the backend that a command line asks for.

    Args:
        server: None computes in this process, "local" at this machine's server, which is started
            when none runs, HOST:PORT at another.
        token: of a server at HOST:PORT.
        device, threads: of this process; 0 threads is torch's own choice.
        note: prints a line for people.
    """
    if server is None:
        from restore_colorize.cli.local import LocalBackend

        return LocalBackend(device, threads)
    from restore_colorize.cli.remote import RemoteBackend

    return RemoteBackend(server, token, note)
