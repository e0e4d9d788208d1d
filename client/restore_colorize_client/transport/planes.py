"""Planes of samples on their way: what a job uploads, and what a server's chunks become."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..errors import ForeignServerError, RefusedError
from ..events import ResultKind
from ..messages import fill, pb
from ..pixels import Pixels, SampleType
from ..requests import JobRequest

__all__ = ["IncomingPlane", "Upload"]

CHUNK_BYTES = 512 << 10  # 256 KiB to 1 MiB is fastest
MAX_INCOMING_PIXELS = 1 << 24  # a preview or mask of a small target may be a little larger than it


@dataclass(frozen=True)
class _Outgoing:
    plane: Any
    pixels: Pixels


class Upload:
    """The messages that upload a job: header, chunks, finish.

    Raises RefusedError for options that cannot be sent.
    """

    def __init__(self, request: JobRequest, protocol: int, chunk_bytes: int = CHUNK_BYTES) -> None:
        self._chunk_bytes = min(chunk_bytes or CHUNK_BYTES, CHUNK_BYTES)
        self._references: dict[int, int] = {}
        self._outgoing: list[_Outgoing] = []
        for role in ("target", "selection", "damage", "hints"):
            self._add(role.upper(), getattr(request, role))
        for index, reference in enumerate(request.references):
            self._add("REFERENCE", reference.pixels, reference.name)
            self._references[self._outgoing[-1].plane.id] = index
        self._job = self._header(request, protocol)

    def reference(self, plane_id: int) -> int | None:
        """Return the index of the reference that was uploaded as this plane."""
        return self._references.get(plane_id)

    def messages(self) -> Iterator[Any]:
        """Yield the RunRequests in order; samples are copied chunk by chunk only."""
        yield pb.RunRequest(job=self._job)
        for outgoing in self._outgoing:
            view = outgoing.pixels.view()
            for offset in range(0, len(view), self._chunk_bytes):
                data = bytes(view[offset : offset + self._chunk_bytes])
                chunk = pb.Chunk(plane=outgoing.plane.id, offset=offset, data=data)
                yield pb.RunRequest(chunk=chunk)
        sent = [pb.PlaneBytes(plane=o.plane.id, bytes=o.pixels.size) for o in self._outgoing]
        yield pb.RunRequest(finish=pb.Finish(planes=sent))

    def _add(self, role: str, pixels: Pixels | None, name: str = "") -> None:
        if pixels is None:
            return
        name = name.encode("utf-8", "replace").decode("utf-8")  # a file's name may be no text
        plane = pb.Plane(id=len(self._outgoing) + 1, role=pb.Role.Value(role), name=name)
        fill(plane, pixels)
        self._outgoing.append(_Outgoing(plane, pixels))

    def _header(self, request: JobRequest, protocol: int) -> Any:
        if (request.task is None) == (request.repeat is None):
            raise RefusedError(
                "A job needs either a task or a receipt to repeat: give exactly one of them.",
                reason="request",
            )
        job = pb.Job(protocol=protocol, planes=[outgoing.plane for outgoing in self._outgoing])
        fill(job, request)
        if request.repeat is not None:
            job.repeat.MergeFromString(request.repeat.data)
        else:
            task = getattr(job, _task_field(request.task))
            task.SetInParent()
            fill(task, request.task)
        return job


def _task_field(task: Any) -> str:
    for field in pb.Job.DESCRIPTOR.oneofs_by_name["task"].fields:
        if field.message_type.name == type(task).__name__:
            return str(field.name)
    raise RefusedError(f"{task!r} is no task: choose one of the engines.", reason="request")


class IncomingPlane:
    """One announced plane, filled chunk by chunk into a buffer that is allocated once.

    Raises ForeignServerError where the server does not keep to the contract.
    """

    def __init__(self, result: Any, largest: Pixels) -> None:
        plane = result.plane
        pixels = plane.width * plane.height
        try:
            self.kind = ResultKind(result.kind)
            sample_type = SampleType(plane.sample_type)
        except ValueError:
            raise ForeignServerError() from None
        allowed = max(largest.width * largest.height, MAX_INCOMING_PIXELS)
        if not 0 < pixels <= allowed or not 1 <= plane.channels <= 4:
            raise ForeignServerError()
        self.candidate = int(result.candidate)
        self.render = int(result.render)
        self._filled = 0
        self._data = bytearray(pixels * plane.channels * sample_type.size)
        self.pixels = Pixels(
            plane.width, plane.height, plane.channels, sample_type, plane.has_alpha, self._data
        )

    def add(self, chunk: Any) -> bool:
        """Put a chunk where it belongs; True once the plane is whole."""
        end = self._filled + len(chunk.data)
        if chunk.offset != self._filled or end > len(self._data):
            raise ForeignServerError()
        self._data[self._filled : end] = chunk.data
        self._filled = end
        return end == len(self._data)
