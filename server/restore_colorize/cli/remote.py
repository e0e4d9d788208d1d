"""Runs requests at a server, through the same client that the editors use."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import restore_colorize_client as client
import torch
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from restore_colorize.cli.backends import NO_UNCERTAINTY, Result, Server
from restore_colorize.cli.failures import ServerAnswerError
from restore_colorize.cli.pixels import from_pixels, to_pixels
from restore_colorize.cli.wire import mask_as_sent
from restore_colorize.engines import Candidate, Control, Request, Verdict
from restore_colorize.errors import RequestError
from restore_colorize.imaging import Picture
from restore_colorize.service.options import options_message

__all__ = ["PATIENCE_S", "RemoteBackend"]

PATIENCE_S = 600.0  # of one request, while the server has no place for it
_SHORTEST_WAIT_S = 1.0  # where the server does not say when a place may be free


class RemoteBackend:
    """A server, through one connection.

    Raises:
        ServerAnswerError: there is no server to talk to.
    """

    def __init__(self, server: Server, note: Callable[[str], None]) -> None:
        self._server = server
        self._note = note
        self._client: client.Client | None = None
        self._has_noted_busy = False
        with _as_answers():
            self._connected()

    @contextmanager
    def run(self, request: Request, control: Control, *, explain: bool = False) -> Iterator[Result]:
        """Run one request on a call of its own, which is cancelled when the context is left early.

        A server that has no place is asked again, for at most ``PATIENCE_S`` in all.

        Raises:
            ServerAnswerError: the server refused or failed, or the connection was lost.
        """
        with _as_answers():
            try:
                with self._done_job(_job(request, explain), control) as job:
                    yield _RemoteResult(request, job, job.result())
            except (client.ConnectError, client.ConnectionLostError):
                self.close()  # the next request of a batch looks for a server anew
                raise

    def close(self) -> None:
        """Close the connection; the server lives on."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _done_job(self, wanted: client.JobRequest, control: Control) -> client.RunningJob:
        """Return a job that has come to its end, its call still open."""
        ends = time.monotonic() + PATIENCE_S
        while True:
            with ExitStack() as stack:
                job = stack.enter_context(self._connected().run(wanted))
                try:
                    for event in job.events():
                        _tell(event, control)
                except client.BusyError as error:
                    wait_s = max(error.retry_after_s, _SHORTEST_WAIT_S)
                    if time.monotonic() + wait_s > ends:
                        raise
                else:
                    stack.pop_all()
                    return job
            self._note_busy()
            control.progress("waiting for a place", 0.0)
            time.sleep(wait_s)

    def _note_busy(self) -> None:
        if not self._has_noted_busy:
            self._has_noted_busy = True
            minutes = round(PATIENCE_S / 60)
            self._note(f"The server is busy; each picture waits up to {minutes} minutes for it …")

    def _connected(self) -> client.Client:
        if self._client is None:
            told: set[str] = set()

            def on_start(stage: str, _waited_s: float) -> None:
                if stage not in told:
                    told.add(stage)
                    self._note(_STARTING.get(stage, f"The server: {stage} …"))

            self._client = client.connect(
                self._server.address or None,
                self._server.token or None,
                fingerprint=self._server.fingerprint,
                ca_file=self._server.ca_file,
                client_id="command-line",
                on_start=on_start,
            )
        return self._client


_STARTING = {"start": "Starting the server …", "load": "The server loads its models …"}


def _tell(event: client.Event, control: Control) -> None:
    if isinstance(event, client.Queued) and event.position:
        control.progress(f"{event.position} jobs before", 0.0)
    elif isinstance(event, client.Progress):
        control.progress(event.stage, event.fraction, event.remaining_s)
    elif isinstance(event, client.JobWarning):
        control.warn(event.code, event.text)


class _RemoteResult:
    def __init__(self, request: Request, job: client.RunningJob, result: client.Result) -> None:
        self._request = request
        self._job = job
        self._result = result
        self.candidates: tuple[Candidate, ...] = tuple(
            Candidate(one.index, one.label, one.score, one.seed, one.model)
            for one in result.candidates
        )
        self.verdicts: tuple[Verdict, ...] = tuple(
            Verdict(one.reference or 0, one.related, one.score, one.path, one.reasons)
            for one in result.verdicts
        )
        self.timings_s: Mapping[str, float] = {one.stage: one.seconds for one in result.timings}
        self.receipt = pb.Receipt.FromString(result.receipt.data if result.receipt else b"")

    def picture(self, candidate: Candidate) -> Picture:
        """Ask for a candidate on the open call."""
        options = self._request.options
        pixels = self._job.render(candidate.index, options.strength, options.saturation)
        return from_pixels(pixels)

    def uncertainty(self) -> Picture:
        """Return the plane that came with the result."""
        try:
            return from_pixels(self._result.image(kind=client.ResultKind.UNCERTAINTY))
        except KeyError:
            raise RequestError(NO_UNCERTAINTY) from None

    def damage_mask(self) -> Picture:
        """Return the mask that came with the result."""
        try:
            return from_pixels(self._result.image(kind=client.ResultKind.DAMAGE_MASK))
        except KeyError:
            raise RequestError(
                "The server sent no damage mask: install both from the same release."
            ) from None


@contextmanager
def _as_answers() -> Iterator[None]:
    """Turn the client's errors into the command line's own."""
    try:
        yield
    except client.ClientError as error:
        raise ServerAnswerError(str(error), error.reason or "server") from error


def _job(request: Request, explain: bool) -> client.JobRequest:
    return client.JobRequest(
        target=to_pixels(request.target),
        task=_task(options_message(request.options)),
        selection=_mask_pixels(request.selection),
        damage=_mask_pixels(request.damage),
        hints=to_pixels(_colored(request.hints)) if isinstance(request.hints, Picture) else None,
        references=[
            client.Reference(to_pixels(_colored(reference.picture)), reference.name)
            for reference in request.references
            if reference.picture is not None
        ],
        model=request.model,
        seed=request.seed,
        deliver=0,
        explain=explain,
    )


def _task(message: Message) -> Any:
    """Return the client's own form of a task: names, units and meanings are the contract's."""
    kind = getattr(client, message.DESCRIPTOR.name)
    return kind(
        **{
            field.name: _value(field, getattr(message, field.name))
            for field in message.DESCRIPTOR.fields
        }
    )


def _value(field: FieldDescriptor, value: Any) -> Any:
    if field.enum_type is not None:
        return getattr(client, field.enum_type.name)(value)
    if field.message_type is not None:
        return _task(value)
    return value if isinstance(value, (bool, int, float, str)) else tuple(value)


def _mask_pixels(mask: torch.Tensor | None) -> client.Pixels | None:
    return None if mask is None else to_pixels(mask_as_sent(mask))


def _colored(picture: Picture) -> Picture:
    """Return references and hints with three channels, as the contract wants them."""
    return picture.with_planes(picture.planes.expand(3, -1, -1))
