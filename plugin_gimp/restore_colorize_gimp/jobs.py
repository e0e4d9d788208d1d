"""Jobs on the server, from a procedure's call."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from gi.repository import Gimp
from restore_colorize_client import (
    Client,
    Description,
    JobRequest,
    NotAvailableError,
    Result,
    RunningJob,
)
from restore_colorize_client.editing import ServerPlace, missing_engine

from restore_colorize_gimp.call import Call
from restore_colorize_gimp.worker import Worker, wait_quietly

__all__ = [
    "check_engine",
    "missing_on_server",
    "place_file",
    "run_jobs",
    "server_place",
    "stamp",
    "start_jobs",
    "wait_for",
    "with_client",
]

T = TypeVar("T")


def stamp() -> dict[str, str]:
    """Return what the installer left here: version, and the Python that runs the server."""
    try:
        told = json.loads((Path(__file__).parent / "install.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {key: str(value) for key, value in told.items()} if isinstance(told, dict) else {}


def place_file() -> Path:
    """Return the file in GIMP's profile that keeps the user's choice of a server."""
    return Path(Gimp.directory()) / "restore-colorize-server.json"


def server_place() -> ServerPlace:
    """Return the server to use."""
    return ServerPlace.load(place_file(), python=stamp().get("python", ""))


def with_client(work: Callable[[Client, Worker[T]], T], *, start: bool = True) -> Worker[T]:
    """Begin to do something with the server, on a worker."""
    place = server_place()

    def run(worker: Worker[T]) -> T:
        with place.connect("gimp", on_start=worker.hear_start, start=start) as client:
            return work(client, worker)

    return Worker(run)


def run_jobs(
    call: Call,
    requests: Sequence[JobRequest],
    title: str,
    finish: Callable[[RunningJob, Result], Result] = lambda job, result: result,
    check: Callable[[Description], None] = lambda description: None,
) -> list[Result]:
    """Run jobs as ``start_jobs`` does and wait for the last one's end. Raises ClientError."""
    return wait_for(call, start_jobs(call, requests, finish, check), title)


def start_jobs(
    call: Call,
    requests: Sequence[JobRequest],
    finish: Callable[[RunningJob, Result], Result] = lambda job, result: result,
    check: Callable[[Description], None] = lambda description: None,
) -> Worker[list[Result]]:
    """Begin to run jobs one after another.

    finish: what to do with each while it can still be rendered. check: raises where a server is
    of no use for them. What can go wrong is raised in the worker's result: ClientError;
    NotAvailableError where the server lacks the entry's engine.
    """

    def work(client: Client, worker: Worker[list[Result]]) -> list[Result]:
        check(check_engine(call, client))
        results = []
        for request in requests:
            with client.run(request) as job:
                worker.cancel_with(job.cancel)
                for event in job.events():
                    worker.hear(event)
                results.append(finish(job, job.result()))
        return results

    return with_client(work)


def check_engine(call: Call, client: Client) -> Description:
    """Return what the server is; raise NotAvailableError where it lacks what the entry needs."""
    description = client.describe()
    missing = call.entry.engine and missing_engine(description, call.entry.engine)
    if missing:
        raise NotAvailableError(missing)
    return description


def missing_on_server(call: Call) -> Worker[str]:
    """Begin to ask whether the server lacks what the entry needs; the sentence, or nothing."""

    def work(client: Client, worker: Worker[str]) -> str:
        return call.entry.engine and missing_engine(client.describe(), call.entry.engine)

    return with_client(work)


def wait_for(call: Call, worker: Worker[T], title: str) -> T:
    """Wait as the run mode wants it: in a window with Cancel, or with GIMP's progress bar."""
    if call.is_interactive:
        from restore_colorize_gimp.dialogs import wait_in_window

        return wait_in_window(worker, title)
    return wait_quietly(worker, title)
