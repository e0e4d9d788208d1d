from __future__ import annotations

import threading

import pytest
from restore_colorize.errors import CancelledError
from restore_colorize.service.worker import Feed, JobControl, Worker
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from tests.service.harness import in_loop, kinds, until


@in_loop
async def test_events_of_a_thread_arrive_in_order() -> None:
    feed: Feed[int] = Feed()
    worker = Worker("test")

    def talk() -> int:
        control = JobControl(feed, threading.Event())
        control.announce(1.0, 5)
        for turn in range(100):
            control.warn("turn", str(turn))
        return 7

    future = worker.submit(talk)
    await until(future.done)
    await until(lambda: len(feed._events) == 101)
    feed.end(future.result)
    events = [event async for event in feed.events()]
    assert [event.warning.text for event in events[1:]] == [str(turn) for turn in range(100)]
    assert feed.result() == 7
    assert worker.stop(5)


@in_loop
async def test_progress_that_nobody_read_is_replaced_but_not_the_first() -> None:
    feed: Feed[None] = Feed()
    control = JobControl(feed, threading.Event())
    control.announce(2.0, 99)
    for fraction in (0.1, 0.5, 0.3, 2.0):
        control.progress("colorize", fraction)
    control.warn("a", "b")
    control.progress("join", 0.9)
    await until(lambda: len(feed._events) == 4)
    feed.end(lambda: None)
    events = [event async for event in feed.events()]
    assert kinds(events) == ["progress", "progress", "warning", "progress"]
    assert events[0].progress.memory_bytes == 99
    assert [event.progress.fraction for event in events if event.HasField("progress")] == [0, 1, 1]


@in_loop
async def test_positions_that_nobody_read_are_replaced() -> None:
    feed: Feed[None] = Feed()
    for position in (3, 2, 1):
        feed.add(pb.RunEvent(queued=pb.Queued(position=position)))
    feed.end(lambda: None)
    assert [event.queued.position async for event in feed.events()] == [1]


def test_events_after_the_loops_end_harm_nobody() -> None:
    feeds: list[Feed[None]] = []

    @in_loop
    async def main() -> None:
        feeds.append(Feed())

    main()
    JobControl(feeds[0], threading.Event()).warn("late", "Too late.")


def test_a_cancelled_job_is_told_at_its_next_check() -> None:
    @in_loop
    async def main() -> None:
        cancelled = threading.Event()
        control = JobControl(Feed(), cancelled)
        control.check()
        cancelled.set()
        with pytest.raises(CancelledError):
            control.check()

    main()
