"""One Run call, from upload to results. Everything here runs in the loop."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable
from typing import Any

from ..errors import (
    CancelledError,
    ClientError,
    ConnectionLostError,
    ExpiredError,
    ForeignServerError,
    InternalError,
)
from ..events import (
    Candidate,
    Done,
    Event,
    Image,
    JobWarning,
    Progress,
    Queued,
    ResultKind,
    Verdict,
)
from ..messages import fill, pb, read
from ..pixels import Pixels
from ..receipts import Receipt
from ..requests import JobRequest, Render
from ..translation import _
from .channel import CLIENT_FAULT, PROTOCOL, Channel, status_error
from .planes import IncomingPlane, Upload

__all__ = ["Call"]

FAREWELL_S = 2.0  # for the server's last word after our side was closed


class Call:
    """A job on its call. ``tell`` gets every event, and the error instead of ``Done``."""

    def __init__(
        self,
        channel: Channel,
        request: JobRequest,
        chunk_bytes: int,
        timeout_s: float | None,
        tell: Callable[[Event | ClientError], None],
    ) -> None:
        self._channel = channel
        self._request = request
        self._upload = Upload(request, PROTOCOL, chunk_bytes)
        self._timeout_s = timeout_s
        self._tell = tell
        self._stream: Any = None
        self._sending = asyncio.Lock()
        self._uploaded = asyncio.Event()  # or over
        self._task: asyncio.Task[None]
        self._is_done = False
        self._is_closing = False
        self._has_ended = False
        self._error: ClientError | None = None
        self._planes: dict[int, IncomingPlane] = {}
        self._held: dict[int, Candidate] = {}  # candidates that wait for their preview
        self._renders: dict[int, asyncio.Future[Pixels]] = {}
        self._rendered: dict[int, Pixels] = {}
        self._render_ids = itertools.count(1)

    def start(self) -> None:
        """Begin to talk; errors are told, never raised."""
        self._task = asyncio.ensure_future(self._talk())
        self._task.add_done_callback(self._finish)

    @property
    def is_open(self) -> bool:
        """Whether the call has not ended; any thread may ask."""
        return not self._has_ended

    async def render(self, wanted: Render) -> Pixels:
        """Ask for a candidate's pixels on the open call and wait for them."""
        await self._uploaded.wait()
        if self._has_ended:
            raise self._error or ExpiredError()
        number = next(self._render_ids)
        request = pb.Render(id=number)
        fill(request, wanted)
        future = self._renders[number] = asyncio.get_running_loop().create_future()
        try:
            # Where sending fails the call is over, and its end tells the future why.
            with contextlib.suppress(Exception):
                await self._send(pb.RunRequest(render=request))
            return await future
        finally:
            self._renders.pop(number, None)

    async def close(self) -> None:
        """End the call: politely after the job, by cancelling it before."""
        if self._is_done and not self._has_ended:
            self._is_closing = True
            farewell = asyncio.ensure_future(self._say_farewell())
            await asyncio.wait({self._task}, timeout=FAREWELL_S)
            farewell.cancel()
        await self.cancel()

    async def cancel(self) -> None:
        """Cancel the call; the server learns it."""
        if not self._has_ended:
            self._end_by(CancelledError())
            await asyncio.wait({self._task})

    async def _say_farewell(self) -> None:
        with contextlib.suppress(Exception):  # the call may be broken
            async with self._sending:
                await self._stream.end()

    async def _talk(self) -> None:
        async with self._channel.run(self._timeout_s) as stream:
            self._stream = stream
            sender = asyncio.ensure_future(self._send_all())
            sender.add_done_callback(self._sender_ended)
            try:
                while (event := await stream.recv_message()) is not None:
                    self._receive(event)
            finally:
                sender.cancel()
                await asyncio.wait({sender})
            error = status_error(stream)
            if error is not None:
                raise error
            if not self._is_done:
                raise ConnectionLostError(
                    _("The server ended the call without a result: try again.")
                )
            if not self._is_closing:  # it waited long enough for a Render
                raise ExpiredError()

    def _finish(self, task: asyncio.Task[None]) -> None:
        error = CancelledError() if task.cancelled() else task.exception()
        self._error = self._error or _told(error)
        self._has_ended = True
        self._uploaded.set()
        self._planes.clear()
        for future in self._renders.values():
            if not future.done():
                future.set_exception(self._error or ExpiredError())
        if not self._is_done:
            self._tell(self._error or ConnectionLostError())

    def _end_by(self, error: ClientError | None) -> None:
        if not self._has_ended:
            self._error = self._error or error
            self._task.cancel()

    async def _send_all(self) -> None:
        for message in self._upload.messages():
            await self._send(message)
        self._uploaded.set()

    async def _send(self, message: Any) -> None:
        async with self._sending:
            await self._stream.send_message(message)

    def _sender_ended(self, sender: asyncio.Future[None]) -> None:
        # Where the call broke the reader learns why; where only sending did, nobody else ends it.
        if not sender.cancelled() and sender.exception() is not None:
            error = _told(sender.exception())
            asyncio.get_running_loop().call_later(FAREWELL_S, self._end_by, error)

    def _receive(self, event: Any) -> None:
        name = event.WhichOneof("event")
        if name is None:  # of a newer server
            return
        part = getattr(event, name)
        if name == "queued":
            self._tell(read(Queued, part))
        elif name == "progress" and not self._is_done:
            self._tell(read(Progress, part))
        elif name == "warning":
            self._tell(read(JobWarning, part))
        elif name == "candidate":
            self._hold(read(Candidate, part))
        elif name == "result":
            self._planes[part.plane.id] = IncomingPlane(part, self._request.target)
        elif name == "chunk":
            self._receive_chunk(part)
        elif name == "verdict":
            self._tell(read(Verdict, part, reference=self._upload.reference(part.plane)))
        elif name == "done":
            self._receive_done(part)

    def _hold(self, candidate: Candidate) -> None:
        self._held[candidate.index] = candidate
        if not self._request.preview_short_side:
            self._release(candidate.index)

    def _release(self, index: int, preview: Pixels | None = None) -> bool:
        held = self._held.pop(index, None)
        if held is None:
            return False
        self._tell(Candidate(**{**vars(held), "preview": preview}))
        return True

    def _receive_chunk(self, chunk: Any) -> None:
        plane = self._planes.get(chunk.plane)
        if plane is None:
            raise ForeignServerError()
        if not plane.add(chunk):
            return
        del self._planes[chunk.plane]
        if plane.render:
            self._rendered[plane.render] = plane.pixels
            return
        if plane.kind is ResultKind.PREVIEW and self._release(plane.candidate, plane.pixels):
            return
        self._release(plane.candidate)
        self._tell(Image(plane.kind, plane.candidate, plane.pixels))

    def _receive_done(self, done: Any) -> None:
        if done.render:
            future = self._renders.get(done.render)
            pixels = self._rendered.pop(done.render, None)
            if future is not None and not future.done():
                if pixels is None:
                    future.set_exception(ForeignServerError())
                else:
                    future.set_result(pixels)
            return
        for index in list(self._held):
            self._release(index)
        receipt = Receipt(done.receipt.SerializeToString()) if done.HasField("receipt") else None
        self._is_done = True
        self._tell(read(Done, done, receipt=receipt))


def _told(error: BaseException | None) -> ClientError | None:
    if error is None or isinstance(error, ClientError):
        return error
    fault = InternalError(_(CLIENT_FAULT))
    fault.__cause__ = error
    return fault
