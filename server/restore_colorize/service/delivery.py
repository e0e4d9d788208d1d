"""Sends what a job gave: candidates, planes in chunks, answers to Render."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Executor
from functools import partial
from typing import TypeVar

import numpy as np
import torch
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from restore_colorize.engines import Candidate, Outcome, SilentControl, Verdict
from restore_colorize.service.contract import Order, check_short_side
from restore_colorize.service.planes import sample_type_of
from restore_colorize.service.worker import StopCheck

__all__ = ["Delivery", "EarlyPreviews"]

T = TypeVar("T")

# Between 256 KiB and 1 MiB all sizes are equally fast.
CHUNK_BYTES = 512 * 1024


class EarlyPreviews:
    """Candidates shown before they are final; numbers the planes of a whole call."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self.told: set[int] = set()  # candidates
        self.plane_ids = itertools.count(1)

    def events(self, outcome: Outcome) -> Iterator[pb.RunEvent]:
        """Give candidates with previews, rendered here and now; nothing where none are wanted."""
        side, options = self._order.preview_short_side, self._order.options
        if not side:
            return
        control = SilentControl()
        for candidate in outcome.candidates:
            picture = outcome.render(
                candidate.index,
                strength=options.strength,
                saturation=options.saturation,
                preview_short_side=side,
                control=control,
            )
            self.told.add(candidate.index)
            yield _candidate_event(candidate)
            result = pb.Result(kind=pb.PREVIEW, candidate=candidate.index)
            samples = np.ascontiguousarray(picture.quantize())
            yield from _plane_events(result, samples, _has_alpha(samples), next(self.plane_ids))


class Delivery:
    """The way of one job's results to its client.

    Pixels are rendered on ``renderers``, so that neither the event loop nor a worker waits, and
    sent chunk by chunk: no plane is rendered before the last one has left.
    """

    def __init__(
        self,
        order: Order,
        outcome: Outcome,
        renderers: Executor,
        cancelled: threading.Event,
        early: EarlyPreviews,
    ) -> None:
        self._order = order
        self._outcome = outcome
        self._renderers = renderers
        self._control = StopCheck(cancelled)
        self._early = early

    async def all_asked_for(self) -> AsyncIterator[pb.RunEvent]:
        """Give verdicts, candidates with previews, and the planes that the header asked for."""
        order, outcome = self._order, self._outcome
        options = order.options
        for verdict in outcome.verdicts:
            yield _verdict_event(verdict)
        for candidate in outcome.candidates:
            if candidate.index not in self._early.told:
                yield _candidate_event(candidate)
            if order.preview_short_side:
                preview = pb.Render(
                    candidate=candidate.index,
                    strength=options.strength,
                    saturation=options.saturation,
                    preview_short_side=order.preview_short_side,
                )
                async for event in self.rendered(preview):
                    yield event
        for candidate in outcome.candidates[: order.deliver]:
            whole = pb.Render(
                candidate=candidate.index,
                strength=options.strength,
                saturation=options.saturation,
            )
            async for event in self.rendered(whole):
                yield event
        if outcome.damage_mask is not None:
            samples = await self._compute(partial(_eight_bits, outcome.damage_mask))
            async for event in self._sent(pb.Result(kind=pb.DAMAGE_MASK), samples, has_alpha=False):
                yield event
        if order.explain:
            # Without a delivered candidate the best one is explained.
            for candidate in outcome.candidates[: max(1, order.deliver)]:
                async for event in self._explained(candidate.index):
                    yield event

    async def rendered(self, render: pb.Render) -> AsyncIterator[pb.RunEvent]:
        """Give the planes that answer one Render.

        Raises:
            RangeError: there is no such candidate, strength, saturation or size.
        """
        check_short_side(render.preview_short_side)
        samples = await self._compute(partial(self._render, render))
        kind = pb.PREVIEW if render.preview_short_side else pb.IMAGE
        result = pb.Result(kind=kind, candidate=render.candidate, render=render.id)
        async for event in self._sent(result, samples, _has_alpha(samples)):
            yield event

    async def _explained(self, index: int) -> AsyncIterator[pb.RunEvent]:
        samples = await self._compute(partial(self._uncertainty, index))
        if samples is not None:
            result = pb.Result(kind=pb.UNCERTAINTY, candidate=index)
            async for event in self._sent(result, samples, has_alpha=False):
                yield event

    async def _sent(
        self, result: pb.Result, samples: np.ndarray, has_alpha: bool
    ) -> AsyncIterator[pb.RunEvent]:
        for event in _plane_events(result, samples, has_alpha, next(self._early.plane_ids)):
            yield event

    async def _compute(self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._renderers, function)

    def _render(self, render: pb.Render) -> np.ndarray:
        self._control.check()
        picture = self._outcome.render(
            render.candidate,
            strength=render.strength,
            saturation=render.saturation,
            preview_short_side=render.preview_short_side,
            control=self._control,
        )
        return np.ascontiguousarray(picture.quantize())

    def _uncertainty(self, index: int) -> np.ndarray | None:
        self._control.check()
        uncertainty = self._outcome.uncertainty(index)
        if uncertainty is None:
            return None
        return _eight_bits(uncertainty)


def _plane_events(
    result: pb.Result, samples: np.ndarray, has_alpha: bool, plane_id: int
) -> Iterator[pb.RunEvent]:
    """Announce a plane and give its chunks."""
    height, width, channels = samples.shape
    plane = pb.Plane(
        id=plane_id,
        width=width,
        height=height,
        channels=channels,
        sample_type=sample_type_of(samples),
        has_alpha=has_alpha,
    )
    result.plane.CopyFrom(plane)
    yield pb.RunEvent(result=result)
    data = samples.data.cast("B")
    for offset in range(0, len(data), CHUNK_BYTES):
        chunk = pb.Chunk(
            plane=plane.id, offset=offset, data=bytes(data[offset : offset + CHUNK_BYTES])
        )
        yield pb.RunEvent(chunk=chunk)


def _has_alpha(samples: np.ndarray) -> bool:
    return samples.shape[2] in (2, 4)


def _eight_bits(plane: torch.Tensor) -> np.ndarray:
    """Samples (h, w, 1) of a plane in [0, 1]."""
    levels = plane.mul(255).round_().clamp_(0, 255)
    return levels.cpu().numpy().astype(np.uint8)[..., None]


def _candidate_event(candidate: Candidate) -> pb.RunEvent:
    message = pb.Candidate(
        index=candidate.index,
        label=candidate.label,
        score=candidate.score,
        seed=candidate.seed,
        model=candidate.model,
    )
    return pb.RunEvent(candidate=message)


def _verdict_event(verdict: Verdict) -> pb.RunEvent:
    message = pb.ReferenceVerdict(
        plane=verdict.key,
        related=verdict.related,
        score=verdict.score,
        path=verdict.path,
        reasons=verdict.reasons,
    )
    return pb.RunEvent(verdict=message)
