"""A server of a test's own process that samples, holds, forgets and counts as the test wants.

Candidate n of seed s is the target, tinted by ``tint(s + n)``: what a layer holds tells which
candidate it is, and of which job.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import grpc
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from tests.client.fake_server import TOKEN, FakeRun, FakeService, started
from tests.editors.gimp.bench import Bench

LIMIT_S = 20.0
DOUBT = 99


def tint(seed: int) -> tuple[int, int, int]:
    """Return what of 256 is kept of red, green and blue."""
    return 255 - 60 * (seed % 3), 255 - 40 * (seed % 4), 255 - 50 * (seed % 5)


class SamplingServer:
    """hold: jobs wait while it is set. fails: new jobs end with an error.

    jobs: headers of all jobs so far. cancelled: how many of them the plug-in ended.
    """

    def __init__(self, engines: tuple[str, ...]) -> None:
        self.hold = threading.Event()
        self.fails = False
        self.jobs: list[pb.Job] = []
        self.references: list[bytes] = []  # of the newest job
        self.cancelled = 0
        self.open = 0
        self._standing: set[asyncio.Event] = set()
        self.service = FakeService(self._run)
        self.service.reply.engines.extend(pb.Engine(name=name, title=name) for name in engines)
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="sampling-server")
        self._thread.start()
        self._server, self.port, _ = self.call(started(self.service))

    def call(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine in the server's loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(LIMIT_S)

    def forget(self) -> None:
        """End all calls whose jobs are done, as after a quarter of an hour of silence."""

        async def end() -> None:
            for event in self._standing:
                event.set()

        self.call(end())

    def stop(self) -> None:
        """End the server and its thread."""
        self.call(self._server.stop(0))
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    async def _run(self, run: FakeRun) -> None:
        self.open += 1
        try:
            await self._answer(run)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.open -= 1

    async def _answer(self, run: FakeRun) -> None:
        await run.uploaded()
        self.jobs.append(run.job)
        references = [plane.id for plane in run.job.planes if plane.role == pb.REFERENCE]
        self.references = [bytes(run.planes[number]) for number in references]
        if run.job.WhichOneof("task") == "suggest_references":
            for place, number in enumerate(references):
                await run.say(verdict=pb.ReferenceVerdict(plane=number, score=place))
            await run.say(done=pb.Done())
            return
        await run.say(queued=pb.Queued(position=2))
        await run.say(progress=pb.Progress(stage="sample", fraction=0.25, remaining_s=42.0))
        while self.hold.is_set():
            await asyncio.sleep(0.02)
        if self.fails:
            await run.context.abort(
                grpc.StatusCode.INTERNAL,
                "The sampler failed, see the log.",
                (("rc-reason", "internal"),),
            )
        receipt = self._receipt(run)
        if receipt is None:
            await run.context.abort(
                grpc.StatusCode.FAILED_PRECONDITION,
                "The target is another one.",
                (("rc-reason", "environment"),),
            )
        await self._send_all(run, receipt)

    async def _abort(self, run: FakeRun, status: Any, sentence: str, reason: str) -> None:
        await run.context.abort(status, sentence, (("rc-reason", reason),))

    def _receipt(self, run: FakeRun) -> pb.Receipt | None:
        (target,) = [plane for plane in run.job.planes if plane.role == pb.TARGET]
        digest = hashlib.sha256(bytes(run.planes[target.id])).hexdigest()
        if run.job.HasField("repeat"):
            return run.job.repeat if run.job.repeat.target_sha256 == digest else None
        options = run.job.sample
        if run.job.WhichOneof("task") == "colorize":
            options = pb.Sample(strength=run.job.colorize.strength, candidates=1)
        return pb.Receipt(
            format=1,
            engine="sample",
            model="fake-sampler",
            seed=run.job.seed,
            target_sha256=digest,
            sample=options,
        )

    async def _send_all(self, run: FakeRun, receipt: pb.Receipt) -> None:
        count, seed = receipt.sample.candidates, receipt.seed
        for index in range(count):
            await run.say(
                candidate=pb.Candidate(
                    index=index,
                    label=f"Sample {seed + index}",
                    score=0.9 - index / 10,
                    seed=seed + index,
                    model="fake-sampler",
                )
            )
            if run.job.preview_short_side:
                await self._send(run, 1 + index, seed, index, 1.0, pb.PREVIEW)
        if run.job.preview_short_side:  # what came first was not final
            for index in range(count):
                await self._send(run, 50 + index, seed, index, 1.0, pb.PREVIEW)
        for index in range(min(run.job.deliver, count)):
            await self._send(run, 100 + index, seed, index, receipt.sample.strength, pb.IMAGE)
        if run.job.explain:
            await self._send_doubt(run)
        await run.say(done=pb.Done(receipt=receipt, ranking=range(count)))
        forgotten = asyncio.Event()
        self._standing.add(forgotten)
        renders = asyncio.ensure_future(self._render(run, seed))
        waits = asyncio.ensure_future(forgotten.wait())
        try:
            await asyncio.wait({renders, waits}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._standing.discard(forgotten)
            renders.cancel()
            waits.cancel()

    async def _render(self, run: FakeRun, seed: int) -> None:
        async for request in run.requests:
            render = request.render
            kind = pb.PREVIEW if render.preview_short_side else pb.IMAGE
            number = 1000 + render.id
            await self._send(
                run, number, seed, render.candidate, render.strength, kind, render=render.id
            )
            await run.say(done=pb.Done(render=render.id))

    async def _send_doubt(self, run: FakeRun) -> None:
        """Unsure everywhere, by a little."""
        (target,) = [plane for plane in run.job.planes if plane.role == pb.TARGET]
        size = {"width": target.width, "height": target.height}
        plane = pb.Plane(id=900, **size, channels=1, sample_type=pb.UINT8)
        data = bytes([DOUBT]) * (target.width * target.height)
        await run.send(plane, data, kind=pb.UNCERTAINTY, candidate=0)

    async def _send(
        self,
        run: FakeRun,
        number: int,
        seed: int,
        index: int,
        strength: float,
        kind: pb.ResultKind,
        **result: int,
    ) -> None:
        (target,) = [plane for plane in run.job.planes if plane.role == pb.TARGET]
        assert target.sample_type == pb.UINT8
        assert not target.has_alpha
        given = bytes(run.planes[target.id])
        data = bytearray(target.width * target.height * 3)
        for channel, part in enumerate(tint(seed + index)):
            source = given[channel % target.channels :: target.channels]
            kept = 256 - strength * (256 - part)
            data[channel::3] = source.translate(bytes(int(v * kept / 256) for v in range(256)))
        plane = pb.Plane(
            id=number,
            width=target.width,
            height=target.height,
            channels=3,
            sample_type=pb.UINT8,
        )
        await run.send(plane, bytes(data), kind=kind, candidate=index, **result)


@contextmanager
def sampling(bench: Bench, *engines: str) -> Iterator[SamplingServer]:
    """Run the server and let the plug-in use it."""
    server = SamplingServer(engines or ("colorize", "sample"))
    place = {"address": f"127.0.0.1:{server.port}", "token": TOKEN}
    (bench.profile / "restore-colorize-server.json").write_text(json.dumps(place))
    try:
        yield server
    finally:
        server.stop()
