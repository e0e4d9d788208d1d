"""A real grpc.aio server over fake engines, and a client that speaks the contract by hand."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
import numpy as np
from restore_colorize.service.core import Core
from restore_colorize.service.limits import Limits
from restore_colorize.service.server import GrpcServer
from restore_colorize.service.tokens import Keyring
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb
from restore_colorize_proto.v1.restore_colorize_pb2_grpc import RestoreColorizeStub

from tests.service.fakes import FakeEngines

TOKEN = "a-token"
TYPES = {np.uint8: pb.UINT8, np.uint16: pb.UINT16, np.float32: pb.FLOAT32}


def in_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Run a test's coroutine, and fail it rather than wait for ever."""

    @functools.wraps(test)
    def wrapper(*args: Any, **keywords: Any) -> None:
        asyncio.run(asyncio.wait_for(test(*args, **keywords), 20))

    return wrapper


def metadata(client: str = "tests", token: str = TOKEN) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {token}"), ("rc-client", client))


@dataclass
class Rig:
    """One server, what is behind it, and a client's stub."""

    engines: Any  # FakeEngines in all tests but one
    core: Core
    server: GrpcServer
    channel: grpc.aio.Channel
    stub: RestoreColorizeStub
    stopped: list[float] = field(default_factory=list)

    def call(
        self, client: str = "tests", timeout_s: float | None = None
    ) -> grpc.aio.StreamStreamCall:
        return self.stub.Run(metadata=metadata(client), timeout=timeout_s)

    async def good_job(self, client: str = "tests") -> list[pb.RunEvent]:
        """Show that the server is fine: a whole job, whose last event is Done."""
        events = await talk(self.call(client), upload(deliver=1))
        assert events[-1].HasField("done")
        return events


@asynccontextmanager
async def rig(
    engines: Any = None,
    *,
    opened: bool = True,
    people: dict[str, str] | None = None,
    pair: tuple[bytes, bytes] | None = None,
    **limits: Any,
) -> AsyncIterator[Rig]:
    """Serve ``engines`` on a free port, to this user or to people with tokens."""
    engines = engines or FakeEngines()
    core = Core(Limits(**limits), loopback=people is None)
    keyring = Keyring(people or {"": TOKEN})
    stopped: list[float] = []
    server = GrpcServer(core, "127.0.0.1", 0, keyring, stopped.append, pair)
    await server.start()
    options = [("grpc.enable_http_proxy", 0)]
    async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}", options) as channel:
        try:
            if opened:
                await server.open(lambda: engines)
            yield Rig(engines, core, server, channel, RestoreColorizeStub(channel), stopped)
        finally:
            if isinstance(engines, FakeEngines):
                engines.release()
            assert await server.stop(lambda: 0.0)


def plane(samples: np.ndarray, role: int = pb.TARGET, number: int = 1, **fields: Any) -> pb.Plane:
    """Announce samples (h, w, c)."""
    height, width, channels = samples.shape
    form = {
        "id": number,
        "role": role,
        "width": width,
        "height": height,
        "channels": channels,
        "sample_type": TYPES[samples.dtype.type],
        "has_alpha": channels in (2, 4),
    }
    return pb.Plane(**(form | fields))


def gray(height: int = 6, width: int = 8) -> np.ndarray:
    return (np.arange(height * width) % 251).astype(np.uint8).reshape(height, width, 1)


def header(*planes: pb.Plane, **fields: Any) -> pb.RunRequest:
    """A colorize job that would be accepted."""
    task = {"protocol": 1, "colorize": pb.Colorize(strength=1, saturation=1, candidates=1)}
    return pb.RunRequest(job=pb.Job(planes=planes, **(task | fields)))


def chunks(samples: np.ndarray, number: int = 1, size: int = 20) -> Iterable[pb.RunRequest]:
    data = samples.tobytes()
    for offset in range(0, len(data), size):
        chunk = pb.Chunk(plane=number, offset=offset, data=data[offset : offset + size])
        yield pb.RunRequest(chunk=chunk)


def finish(**counts: int) -> pb.RunRequest:
    """finish(p1=48): plane 1 had 48 bytes."""
    told = [pb.PlaneBytes(plane=int(name[1:]), bytes=count) for name, count in counts.items()]
    return pb.RunRequest(finish=pb.Finish(planes=told))


def upload(samples: np.ndarray | None = None, **fields: Any) -> list[pb.RunRequest]:
    """All messages of a job with nothing but a target."""
    samples = gray() if samples is None else samples
    size = max(20, samples.nbytes // 8)
    return [
        header(plane(samples), **fields),
        *chunks(samples, size=min(size, 2**20)),
        finish(p1=samples.nbytes),
    ]


async def talk(
    call: grpc.aio.StreamStreamCall, requests: Iterable[pb.RunRequest], *, close: bool = True
) -> list[pb.RunEvent]:
    """Send everything, then read until the end; raises AioRpcError."""
    try:
        for request in requests:
            await call.write(request)
        if close:
            await call.done_writing()
    except asyncio.InvalidStateError:
        pass  # the server refused meanwhile; reading tells how
    return [event async for event in call]


async def refusal(
    server: Rig, requests: Iterable[pb.RunRequest], client: str = "tests"
) -> tuple[str, str, str]:
    """Return status, reason and sentence with which a job is refused.

    By grpcio's blocking client, since its asyncio client calls a refusal in the middle of an upload
    an "Internal error from Core" when it was writing at that moment.
    """

    def ask() -> tuple[str, str, str]:
        options = [("grpc.enable_http_proxy", 0)]
        with grpc.insecure_channel(f"127.0.0.1:{server.server.port}", options) as channel:
            call = RestoreColorizeStub(channel).Run(iter(requests), metadata=metadata(client))
            try:
                events = list(call)
            except grpc.RpcError:
                trailing = dict(call.trailing_metadata() or ())
                return call.code().name, str(trailing.get("rc-reason")), call.details()
        raise AssertionError(f"the job was accepted: {events}")

    return await asyncio.to_thread(ask)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that other tasks or threads bring about; the test's limit ends it."""
    while not condition():
        await asyncio.sleep(0.002)


def kinds(events: Iterable[pb.RunEvent]) -> list[str]:
    return [event.WhichOneof("event") for event in events]


def image(events: list[pb.RunEvent], which: int = 0) -> tuple[pb.Result, np.ndarray]:
    """Assemble one of the planes that were sent."""
    result = [event.result for event in events if event.HasField("result")][which]
    parts = [
        event.chunk
        for event in events
        if event.HasField("chunk") and event.chunk.plane == result.plane.id
    ]
    assert [part.offset for part in parts] == [
        sum(len(part.data) for part in parts[:index]) for index in range(len(parts))
    ]
    dtype = {number: kind for kind, number in TYPES.items()}[result.plane.sample_type]
    form = result.plane
    data = b"".join(part.data for part in parts)
    return result, np.frombuffer(data, dtype).reshape(form.height, form.width, form.channels)
