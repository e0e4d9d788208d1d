"""What all calls of one server share. Knows no gRPC, so that a Ray Serve replica can own one."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

import restore_colorize
from restore_colorize.errors import StoppingError
from restore_colorize.service.budget import Budget
from restore_colorize.service.limits import Limits
from restore_colorize.service.patience import Patience
from restore_colorize.service.protocol import PROTOCOL
from restore_colorize.service.queue import JobQueue
from restore_colorize.service.refusals import refusals_logged
from restore_colorize.service.worker import Worker

if TYPE_CHECKING:
    # These import torch, which takes seconds: the worker does it when the engines are opened.
    from restore_colorize.service.job import JobContext, ServedEngines

__all__ = ["Core"]

_RENDER_THREADS = 2


class Core:
    """The engines with their worker, the queue before it, and the two questions of the contract.

    It answers ``describe`` at once and ``run`` after ``open``. Made and used in one event loop.

    Args:
        limits: what is refused at the door.
        loopback: whether only this machine's user can reach the server.
    """

    def __init__(self, limits: Limits, *, loopback: bool = True) -> None:
        self.limits = limits
        self.loopback = loopback
        self._open_calls = 0
        self._last_call = time.monotonic()
        self._started = time.monotonic()
        self._worker = Worker("engines")
        self._renderers = ThreadPoolExecutor(_RENDER_THREADS, "render")
        self._queue = JobQueue([self._worker], limits.max_waiting_jobs)
        self.budget = Budget(limits.max_open_bytes, limits.safe_render_s)
        self._patience = Patience()
        self._context: JobContext | None = None
        self._description = pb.DescribeReply()

    @property
    def running(self) -> int:
        """Jobs that compute now."""
        return self._queue.running

    @property
    def idle_since(self) -> float | None:
        """The moment of ``time.monotonic`` when the last call ended; None while one is open."""
        return None if self._open_calls else self._last_call

    async def open(self, open_engines: Callable[[], ServedEngines]) -> None:
        """Make and load the engines on the worker's thread; jobs are taken afterwards.

        Raises:
            RestoreError: what the engines could not find or load.
        """
        load = partial(self._load, open_engines)
        self._description, self._context = await asyncio.wrap_future(self._worker.submit(load))

    def describe(self, nonce: str) -> pb.DescribeReply:
        """Say what this server can do; before ``open`` it has no engines yet."""
        limits = self.limits
        reply = pb.DescribeReply(
            nonce=nonce,
            version=restore_colorize.__version__,
            protocol=PROTOCOL,
            limits=pb.Limits(
                max_pixels=limits.max_pixels,
                max_bytes=limits.max_bytes,
                max_chunk_bytes=limits.max_chunk_bytes,
                max_side=limits.max_side,
                max_planes=limits.max_planes,
                max_compared=limits.max_compared,
                max_waiting_jobs=limits.max_waiting_jobs,
                idle_render_s=limits.idle_render_s,
            ),
            queue=pb.QueueState(waiting=self._queue.waiting, running=self._queue.running),
            uptime_s=time.monotonic() - self._started,
            loopback=self.loopback,
        )
        reply.MergeFrom(self._description)
        return reply

    async def run(
        self, requests: AsyncIterator[pb.RunRequest], client: str
    ) -> AsyncGenerator[pb.RunEvent, None]:
        """Carry out one call of Run; ``client`` says which jobs share a line.

        Raises:
            StoppingError: the server is starting or stopping.
            RestoreError: every other leaf, in words for the user.
        """
        with refusals_logged(client):
            context = replace(self._open_context(), client=client)
        from restore_colorize.service.job import run

        self._open_calls += 1
        try:
            async with aclosing(run(requests, context)) as events:
                async for event in events:
                    yield event
        finally:
            self._open_calls -= 1
            self._last_call = time.monotonic()

    async def drain(self, deadline: Callable[[], float]) -> None:
        """Take no jobs any more, let computing ones end, fail those that do not in time.

        Args:
            deadline: returns the moment of ``time.monotonic`` that may come nearer meanwhile.
        """
        self._patience.end()
        self._queue.refuse_waiting()
        while self._open_calls and time.monotonic() < deadline():
            await asyncio.sleep(0.02)
        self._queue.refuse_waiting()  # an upload may have ended meanwhile
        self._queue.refuse_running()

    def close(self) -> bool:
        """End the threads; False if the worker is still inside of native code."""
        self._renderers.shutdown(wait=False, cancel_futures=True)
        return self._worker.stop(timeout_s=1.0)

    def _open_context(self) -> JobContext:
        if self._context is None or self._patience.ended:
            verb = "starting" if self._context is None else "stopping"
            raise StoppingError(f"The server is {verb}; send the job again in a moment.")
        return self._context

    def _load(
        self, open_engines: Callable[[], ServedEngines]
    ) -> tuple[pb.DescribeReply, JobContext]:
        engines = open_engines()
        engines.load()
        self._share_threads()
        from restore_colorize.service.catalog import description, model_hashes
        from restore_colorize.service.job import JobContext

        context = JobContext(
            client="",
            engines=engines,
            infos=engines.describe(),
            models=model_hashes(engines),
            limits=self.limits,
            queue=self._queue,
            budget=self.budget,
            renderers=self._renderers,
            patience=self._patience,
            reads_folders=self.loopback,
        )
        return description(engines), context

    def _share_threads(self) -> None:
        """Let all renderers together compute with as many threads as the networks, on this one.

        Every thread that computes has an OpenMP pool, and when all pools together are much larger
        than the machine, GCC's lets their waiting threads sleep, networks' included.
        """
        import torch

        whole = torch.get_num_threads()
        together = threading.Barrier(_RENDER_THREADS)

        def take_share() -> None:
            torch.get_num_threads()  # a thread's first question sets it to the latest of all
            torch.set_num_threads(max(1, whole // _RENDER_THREADS))
            together.wait()  # so that each renderer does this once

        for done in [self._renderers.submit(take_share) for _ in range(_RENDER_THREADS)]:
            done.result()
        torch.set_num_threads(whole)  # MKL has one number for everyone, and takes the latest
