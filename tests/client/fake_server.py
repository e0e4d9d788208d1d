"""A small server that speaks the contract and does what a test tells it, without any engine.

In a test it runs in the process (``FakeServer``). As a program it is a local server: it takes the
place in the state folder, writes the rendezvous file and serves until it is killed.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio as health_aio
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb
from restore_colorize_proto.v1 import restore_colorize_pb2_grpc as pb_grpc

TOKEN = "a-token_of-test"


class FakeRun:
    """One Run call as the server sees it; the steps that scripts are made of."""

    def __init__(self, requests: AsyncIterator[pb.RunRequest], context) -> None:
        self.requests = requests
        self.context = context
        self.metadata = dict(context.invocation_metadata())
        self.job = pb.Job()
        self.planes: dict[int, bytearray] = {}
        self.reached = threading.Event()  # a script says that it got where the test waits for it
        self.cancelled = threading.Event()
        self.ended = threading.Event()
        context.add_done_callback(lambda context: self.ended.set())

    async def header(self) -> pb.Job:
        self.job = (await anext(self.requests)).job
        return self.job

    async def uploaded(self) -> None:
        await self.header()
        self.planes = {plane.id: bytearray() for plane in self.job.planes}
        async for request in self.requests:
            if request.WhichOneof("part") == "finish":
                assert {p.plane: p.bytes for p in request.finish.planes} == {
                    number: len(data) for number, data in self.planes.items()
                }
                return
            assert len(request.chunk.data) <= 512 << 10
            assert request.chunk.offset == len(self.planes[request.chunk.plane])
            self.planes[request.chunk.plane] += request.chunk.data
        raise AssertionError("the upload was not finished")

    async def say(self, **event) -> None:
        await self.context.write(pb.RunEvent(**event))

    async def send(self, plane: pb.Plane, data: bytes, **result) -> None:
        chunk_bytes = max(1000, len(data) // 7)
        result.setdefault("kind", pb.IMAGE)
        await self.say(result=pb.Result(plane=plane, **result))
        for offset in range(0, len(data), chunk_bytes):
            part = bytes(data[offset : offset + chunk_bytes])
            await self.say(chunk=pb.Chunk(plane=plane.id, offset=offset, data=part))

    async def preview(self, number: int, shade: int, **result) -> None:
        """Send a 2 × 1 gray picture of one shade."""
        plane = pb.Plane(id=number, width=2, height=1, channels=1, sample_type=pb.UINT8)
        await self.send(plane, bytes([shade, shade]), kind=pb.PREVIEW, **result)

    async def answer_renders(self) -> None:
        async for request in self.requests:
            render = request.render
            shade = round(100 * render.strength + 10 * render.saturation) + render.candidate
            await self.preview(1000 + render.id, shade, render=render.id)
            await self.say(done=pb.Done(render=render.id))

    async def wait_for_ever(self) -> None:
        self.reached.set()
        await asyncio.sleep(3600)


Script = Callable[[FakeRun], Awaitable[None]]


async def echo(run: FakeRun) -> None:
    """Send every uploaded plane back and repeat the header's options in the receipt."""
    await run.uploaded()
    await run.say(candidate=pb.Candidate(index=0, label="echo", score=1.0))
    for plane in run.job.planes:
        await run.send(plane, run.planes[plane.id])
    receipt = pb.Receipt(format=1, engine="colorize", seed=run.job.seed, colorize=run.job.colorize)
    await run.say(done=pb.Done(receipt=receipt, ranking=[0]))
    await run.answer_renders()


class FakeService(pb_grpc.RestoreColorizeServicer):
    """Runs one script for every Run call and keeps what came."""

    def __init__(self, script: Script = echo) -> None:
        self.script = script
        self.runs: list[FakeRun] = []
        self.reply = pb.DescribeReply(version="0.1.0", protocol=1)
        self.nonce: str | None = None
        self.shutdown_grace_s = -1.0

    async def Describe(self, request, context):  # noqa: N802
        reply = pb.DescribeReply(nonce=request.nonce if self.nonce is None else self.nonce)
        reply.MergeFrom(self.reply)
        return reply

    async def Run(self, requests, context):  # noqa: N802
        run = FakeRun(requests, context)
        self.runs.append(run)
        try:
            await self.script(run)
        except asyncio.CancelledError:
            run.cancelled.set()
            raise

    async def Shutdown(self, request, context):  # noqa: N802
        self.shutdown_grace_s = request.grace_s
        return pb.ShutdownReply(running=2)


class _TokenCheck(grpc.aio.ServerInterceptor):
    async def intercept_service(self, continuation, details):
        if dict(details.invocation_metadata).get("authorization") == f"Bearer {TOKEN}":
            return await continuation(details)

        async def refuse(_request, context):
            await context.abort(grpc.StatusCode.UNAUTHENTICATED, "No.", (("rc-reason", "token"),))

        return grpc.unary_unary_rpc_method_handler(refuse)


async def started(
    service: FakeService | None,
    serving: bool = True,
    credentials: grpc.ServerCredentials | None = None,
):
    """Return a server of the service (or of none), its port and its health."""
    server = grpc.aio.server(interceptors=[_TokenCheck()], options=[("grpc.so_reuseport", 0)])
    health = health_aio.HealthServicer()
    if service is not None:
        health_pb2_grpc.add_HealthServicer_to_server(health, server)
        pb_grpc.add_RestoreColorizeServicer_to_server(service, server)
    place = "127.0.0.1:0"
    if credentials is None:
        port = server.add_insecure_port(place)
    else:
        port = server.add_secure_port(place, credentials)
    status = health_pb2.HealthCheckResponse
    await health.set("", status.SERVING if serving else status.NOT_SERVING)
    await server.start()
    return server, port, health


def process_start(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])


async def _main(folder: Path, load_s: float) -> None:
    lock = (folder / "server.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return  # another server has the place
    with (folder / "started.txt").open("a") as file:
        file.write(f"{os.getpid()}\n")

    async def never_done(run: FakeRun) -> None:
        await run.uploaded()
        await run.say(progress=pb.Progress(stage="colorize", fraction=0.5))
        await run.wait_for_ever()

    server, port, health = await started(FakeService(never_done), serving=not load_s)
    record = {
        "version": "0.1.0",
        "host": "127.0.0.1",
        "port": port,
        "token": TOKEN,
        "pid": os.getpid(),
        "started": process_start(os.getpid()),
    }
    (folder / "new.json").touch(0o600)
    (folder / "new.json").write_text(json.dumps(record))
    (folder / "new.json").replace(folder / "server.json")
    print("serving with", sorted(os.environ))
    sys.stdout.flush()
    if load_s:
        await asyncio.sleep(load_s)
        await health.set("", health_pb2.HealthCheckResponse.SERVING)
    await server.wait_for_termination(120.0)


if __name__ == "__main__":
    if "--fail" in sys.argv:
        sys.exit("it cannot work")
    if "--hang" in sys.argv:
        time.sleep(120)
    asyncio.run(
        _main(Path(os.environ["RESTORE_COLORIZE_STATE_DIR"]), 0.3 if "--load" in sys.argv else 0.0)
    )
