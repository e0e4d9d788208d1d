"""One job from upload to results.

Knows no gRPC: whatever carries the contract's messages both ways can carry a job.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
from google.protobuf.message import DecodeError
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from restore_colorize.engines import Control, EngineInfo, Environment, Estimate, Outcome, Request
from restore_colorize.errors import RequestError, RestoreError, StoppingError
from restore_colorize.models import Model
from restore_colorize.service.budget import Budget, Loan
from restore_colorize.service.contract import Order, build_request, read_order
from restore_colorize.service.delivery import Delivery, EarlyPreviews
from restore_colorize.service.limits import Limits
from restore_colorize.service.patience import Patience
from restore_colorize.service.queue import JobQueue, Ticket
from restore_colorize.service.receipts import (
    check_samples,
    forced_environment,
    samples_sha256,
    write_receipt,
)
from restore_colorize.service.refusals import refusals_logged
from restore_colorize.service.upload import Upload
from restore_colorize.service.worker import JobControl

__all__ = ["JobContext", "ServedEngines", "ServedModels", "run"]

_log = logging.getLogger(__name__)


class ServedModels(Protocol):
    """What is asked of a store of models."""

    @property
    def models(self) -> tuple[Model, ...]:
        """All models that were found."""


class ServedEngines(Protocol):
    """What is asked of ``restore_colorize.engines.Engines``; tests bring their own."""

    @property
    def models(self) -> ServedModels:
        """Where the networks come from."""

    def load(self) -> None:
        """Load what every job needs, blocking."""

    def describe(self) -> tuple[EngineInfo, ...]:
        """List what can be asked for."""

    def environment(self) -> Environment:
        """Say what results depend on."""

    def estimate(self, request: Request) -> Estimate:
        """Guess what a job will take."""

    def run(
        self, request: Request, control: Control, *, force: Environment | None = None
    ) -> Outcome:
        """Run one job, blocking."""


@dataclass(frozen=True)
class JobContext:
    """What a job meets: its client's name, and what it shares with the others.

    infos: what the engines can do. models: name to SHA-256 of what they have. renderers: threads
    for pixels of candidates, apart from the workers. reads_folders: whether jobs may name folders
    of this machine, because only its own user sends them.
    """

    client: str
    engines: ServedEngines
    infos: tuple[EngineInfo, ...]
    models: Mapping[str, str]
    limits: Limits
    queue: JobQueue
    budget: Budget
    renderers: Executor
    patience: Patience
    reads_folders: bool = False


@dataclass(frozen=True)
class _Computed:
    outcome: Outcome
    receipt: pb.Receipt


async def run(
    requests: AsyncIterator[pb.RunRequest], context: JobContext
) -> AsyncGenerator[pb.RunEvent, None]:
    """Carry out one call of Run.

    Ends when the client closes its side, is silent for too long or while others need the memory,
    or the server stops. Closing or cancelling the iterator at any point stops the job and forgets
    its pixels; the end of ``requests`` alone means nothing, since transports end it quietly on
    every fault.

    Raises:
        RestoreError: every leaf, in words for the user.
    """
    with ExitStack() as held:
        with refusals_logged(context.client):
            order = await _read_header(requests, context)
            ticket = held.enter_context(context.queue.place(context.client))
            # Last, since others may lose their results for it.
            loan = held.enter_context(context.budget.lend(order.held_bytes))
        with _logged(order, ticket):
            samples = await _receive(requests, order, context)
            early = EarlyPreviews(order)
            work = partial(_compute, order, samples, context.engines, early)
            del samples  # now the work's alone, which frees it as soon as it can
            context.queue.enter(ticket, work)
            del work
            async for event in ticket.feed.events():
                yield event
            computed: _Computed = ticket.feed.result()
            delivery = Delivery(order, computed.outcome, context.renderers, ticket.cancelled, early)
            async for event in delivery.all_asked_for():
                yield event
            yield _done(computed)
        async for event in _answer_renders(requests, delivery, context, loan):
            yield event


async def _read_header(requests: AsyncIterator[pb.RunRequest], context: JobContext) -> Order:
    header = await _next(requests, context, context.limits.idle_upload_s)
    if header is None or header.WhichOneof("part") != "job":
        raise RequestError("The first message of a call must be the job's header.")
    return read_order(
        header.job,
        context.infos,
        context.models,
        context.limits,
        reads_folders=context.reads_folders,
    )


async def _next(
    requests: AsyncIterator[pb.RunRequest], context: JobContext, limit_s: float
) -> pb.RunRequest | None:
    """Return the next message, or None at the end of the stream."""
    try:
        async with context.patience.wait(limit_s):
            return await anext(requests, None)
    except DecodeError:
        raise RequestError("A message is damaged; send the job again.") from None
    except TimeoutError:
        if context.patience.ended:
            raise StoppingError("The server is stopping; send the job again in a moment.") from None
        raise RequestError(
            f"Nothing came for {limit_s:.0f} seconds, so the job was given up; send it again."
        ) from None


async def _receive(
    requests: AsyncIterator[pb.RunRequest], order: Order, context: JobContext
) -> dict[int, np.ndarray]:
    """Receive all planes, until the client says that the upload is whole."""
    upload = Upload(order.forms, context.limits)
    while True:
        request = await _next(requests, context, context.limits.idle_upload_s)
        if request is None:
            raise RequestError("The upload broke off before its finish; send the job again.")
        part = request.WhichOneof("part")
        if part == "finish":
            return upload.finish(request.finish)
        if part != "chunk":
            raise RequestError(
                f"Only chunks and the finish follow the job's header, not {part or 'nothing'}."
            )
        upload.add(request.chunk)


def _compute(
    order: Order,
    samples: dict[int, np.ndarray],
    engines: ServedEngines,
    early: EarlyPreviews,
    control: JobControl,
) -> _Computed:
    """Do a job's work, on a worker's thread; ``samples`` is emptied."""
    selection, damage = order.selection, order.damage
    hashes = samples_sha256(
        samples[order.target.id],
        None if selection is None else samples[selection.id],
        order.options,
        None if damage is None else samples[damage.id],
    )
    force = None
    if order.repeat is not None:
        check_samples(order.repeat, hashes)
        force = forced_environment(order.repeat)
    request = build_request(order, samples)
    samples.clear()
    estimate = engines.estimate(request)
    control.watch(early.events)
    control.announce(estimate.seconds, estimate.memory_bytes)
    outcome = engines.run(request, control, force=force)
    environment = engines.environment()
    receipt = write_receipt(request, outcome.facts, environment, hashes, order.region)
    return _Computed(outcome, receipt)


def _done(computed: _Computed) -> pb.RunEvent:
    timings = [
        pb.Timing(stage=stage, seconds=seconds)
        for stage, seconds in computed.outcome.facts.timings_s.items()
    ]
    ranking = [candidate.index for candidate in computed.outcome.candidates]
    done = pb.Done(receipt=computed.receipt, timings=timings, ranking=ranking)
    return pb.RunEvent(done=done)


async def _answer_renders(
    requests: AsyncIterator[pb.RunRequest], delivery: Delivery, context: JobContext, loan: Loan
) -> AsyncIterator[pb.RunEvent]:
    while True:
        try:
            async with context.budget.idle(loan):
                request = await _next(requests, context, context.limits.idle_render_s)
        except (RequestError, StoppingError, TimeoutError):
            return  # the job itself is done, so silence and the server's needs are no failures
        if request is None:
            return
        if request.WhichOneof("part") != "render" or not request.render.id:
            raise RequestError("After the finish only Render may follow, with an id above 0.")
        async for event in delivery.rendered(request.render):
            yield event
        yield pb.RunEvent(done=pb.Done(render=request.render.id))


@contextmanager
def _logged(order: Order, ticket: Ticket) -> Iterator[None]:
    """Log sizes, times and codes of a job: no pixels and no names."""
    job, target = secrets.token_hex(3), order.target
    _log.info(
        "job %s: %s of %d x %d x %d %s, %d planes",
        job,
        order.engine,
        target.width,
        target.height,
        target.channels,
        target.dtype.name,
        len(order.forms),
    )
    end = "stopped"
    try:
        yield
        end = "done"
    except Exception as error:
        end = f"failed ({error.code if isinstance(error, RestoreError) else 'internal'})"
        raise
    finally:
        waited_s, computed_s = ticket.spent_s()
        _log.info(
            "job %s: %s after %.2f s: %.2f s upload and waiting, %.2f s computing",
            job,
            end,
            time.monotonic() - ticket.reserved,
            waited_s,
            computed_s,
        )
