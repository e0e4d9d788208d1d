"""Assembles the planes of a job from the chunks that arrive, and trusts nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from restore_colorize.errors import RequestError, ShapeError, TooLargeError
from restore_colorize.service.limits import Limits
from restore_colorize.service.planes import PlaneForm

__all__ = ["Upload"]


class Upload:
    """The planes of one job while they arrive. Memory is taken when a plane's first byte comes."""

    def __init__(self, forms: Sequence[PlaneForm], limits: Limits) -> None:
        self._forms = {form.id: form for form in forms}
        self._received = dict.fromkeys(self._forms, 0)
        self._buffers: dict[int, np.ndarray] = {}
        self._limits = limits

    def add(self, chunk: pb.Chunk) -> None:
        """Copy one chunk to its place.

        Raises:
            RequestError: an unknown plane, or not the bytes that come next.
            ShapeError: more bytes than the plane holds.
            TooLargeError: the chunk is larger than the limit.
        """
        form = self._forms.get(chunk.plane)
        if form is None:
            raise RequestError(f"Bytes came for plane {chunk.plane}, which was not announced.")
        length = len(chunk.data)
        if length > self._limits.max_chunk_bytes:
            raise TooLargeError(
                f"A chunk of {length} bytes came; this server takes {self._limits.max_chunk_bytes}."
            )
        received = self._received[form.id]
        if not length or chunk.offset != received:
            raise RequestError(
                f"The {form.label} got {length} bytes at {chunk.offset}, but the bytes from "
                f"{received} on come next."
            )
        if received + length > form.bytes:
            raise ShapeError(
                f"The {form.label} holds {form.bytes} bytes, but at least {received + length} came."
            )
        buffer = self._buffers.get(form.id)
        if buffer is None:
            buffer = self._buffers[form.id] = np.empty(form.bytes, np.uint8)
        buffer[received : received + length] = np.frombuffer(chunk.data, np.uint8)
        self._received[form.id] = received + length

    def finish(self, finish: pb.Finish) -> dict[int, np.ndarray]:
        """Return the samples (h, w, c) of every plane by id, if all bytes came and were meant.

        Raises:
            ShapeError: the counts of client, planes and received bytes differ.
        """
        told = {count.plane: count.bytes for count in finish.planes}
        if len(told) != len(finish.planes) or told.keys() != self._forms.keys():
            raise ShapeError(
                "The end of the upload does not name each announced plane once; send it again."
            )
        for form in self._forms.values():
            received = self._received[form.id]
            if not told[form.id] == received == form.bytes:
                raise ShapeError(
                    f"The {form.label} needs {form.bytes} bytes; {received} came and "
                    f"{told[form.id]} were meant to come. Send it again."
                )
        return {
            form.id: self._buffers[form.id].view(form.dtype).reshape(form.shape)
            for form in self._forms.values()
        }
