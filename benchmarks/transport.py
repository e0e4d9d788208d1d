"""(a) A picture up and down through client and server, against a socket and against grpcio."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from restore_colorize_client import Colorize, JobRequest
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb
from restore_colorize_proto.v1.restore_colorize_pb2_grpc import RestoreColorizeStub

from benchmarks.figures import Aim, Figure, best_of, ratio, timed
from benchmarks.pictures import picture, pixels
from benchmarks.servers import Served, served
from benchmarks.settings import Settings
from benchmarks.tcp import copying_process, there_and_back

NAME = "transport"
ECHO = (sys.executable, str(Path(__file__).with_name("echo_server.py")))
_CHUNK_BYTES = 512 * 1024  # as our client has it


def measure(settings: Settings) -> list[Figure]:
    """Send the picture there and back by each of the three ways, interleaved."""
    samples = picture(settings.large_mp)
    with served(ECHO) as echo, copying_process() as peer, echo.grpcio_channel() as channel:
        stub = RestoreColorizeStub(channel)
        ways = {
            "ours": lambda: _by_client(echo, samples),
            "grpcio": lambda: _by_grpcio(stub, echo, samples),
            "socket": lambda: there_and_back(peer, samples.data.cast("B")),
        }
        for name, way in ways.items():  # also the first call of each, which no round counts
            if way() != samples.tobytes():
                raise AssertionError(f"{name} changed the samples")
        best = best_of(settings.rounds, {name: timed(way) for name, way in ways.items()})
    size = f"{settings.large_mp:g} MP RGB up and down"
    return [
        ratio(NAME, size, best["ours"], best["socket"], "a plain TCP socket", Aim(6.0)),
        ratio(NAME, size, best["ours"], best["grpcio"], "grpcio's own client", Aim(2.0)),
    ]


def _by_client(echo: Served, samples: np.ndarray) -> bytearray:
    with echo.client.run(JobRequest(target=pixels(samples), task=Colorize())) as job:
        data = job.result().image().data
    assert isinstance(data, bytearray)  # what the client fills
    return data


def _by_grpcio(stub: RestoreColorizeStub, echo: Served, samples: np.ndarray) -> bytearray:
    """Talk as our client does: the same chunks, into a buffer that is allocated once."""
    filled = bytearray()
    for event in stub.Run(_messages(samples), metadata=echo.metadata):
        kind = event.WhichOneof("event")
        if kind == "result":
            filled = bytearray(samples.nbytes)
        elif kind == "chunk":
            chunk = event.chunk
            filled[chunk.offset : chunk.offset + len(chunk.data)] = chunk.data
    return filled


def _messages(samples: np.ndarray) -> Iterator[pb.RunRequest]:
    height, width, channels = samples.shape
    plane = pb.Plane(
        id=1,
        role=pb.TARGET,
        width=width,
        height=height,
        channels=channels,
        sample_type=pb.UINT8,
    )
    task = pb.Colorize(strength=1.0, saturation=1.0, candidates=1)
    yield pb.RunRequest(job=pb.Job(protocol=1, planes=[plane], colorize=task, deliver=1))
    data = samples.data.cast("B")
    for offset in range(0, len(data), _CHUNK_BYTES):
        part = bytes(data[offset : offset + _CHUNK_BYTES])
        yield pb.RunRequest(chunk=pb.Chunk(plane=1, offset=offset, data=part))
    counts = [pb.PlaneBytes(plane=1, bytes=len(data))]
    yield pb.RunRequest(finish=pb.Finish(planes=counts))
