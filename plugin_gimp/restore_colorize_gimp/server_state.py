"""What is found of a server, asked on a worker's thread: its state, its start and its end."""

from __future__ import annotations

from dataclasses import dataclass

from restore_colorize_client import ClientError, Description, NotRunningError
from restore_colorize_client.editing import ServerPlace

from restore_colorize_gimp.worker import Worker

__all__ = ["ServerState", "end_server", "look_at_server"]


@dataclass(frozen=True)
class ServerState:
    """A server's own description, or in ``trouble`` why there is none."""

    description: Description | None = None
    address: str = ""
    trouble: str = ""

    @property
    def jobs(self) -> int:
        """How many jobs of anybody run or wait there."""
        queue = self.description.queue if self.description else None
        return queue.running + queue.waiting if queue else 0


def look_at_server(place: ServerPlace, *, start: bool = False) -> Worker[ServerState]:
    """Begin to ask a server what it is, or to start it before."""

    def look(worker: Worker[ServerState]) -> ServerState:
        try:
            with place.connect("gimp", on_start=worker.hear_start, start=start) as client:
                return ServerState(client.describe(), client.address)
        except NotRunningError:
            return ServerState(trouble=place.how_to_start())
        except ClientError as error:
            return ServerState(trouble=str(error))

    return Worker(look)


def end_server(place: ServerPlace) -> Worker[ServerState]:
    """Begin to stop a server, with the jobs that it has; then it is asked what is left of it."""

    def end(worker: Worker[ServerState]) -> ServerState:
        try:
            with place.connect("gimp", start=False) as client:
                client.shutdown()
        except ClientError as error:
            return ServerState(trouble=str(error))
        return ServerState(trouble=place.how_to_start())

    return Worker(end)
