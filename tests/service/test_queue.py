from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator

import pytest
from restore_colorize.errors import CancelledError, QueueFullError
from restore_colorize.service.queue import JobQueue, Ticket
from restore_colorize.service.worker import JobControl, Worker

from tests.service.harness import in_loop, until


@pytest.fixture
def workers() -> Iterator[list[Worker]]:
    made = [Worker("one"), Worker("two")]
    yield made
    assert all(worker.stop(5) for worker in made)


def waits(gate: threading.Event, log: list[str], name: str) -> object:
    def work(control: JobControl) -> str:
        log.append(name)
        gate.wait(10)
        control.check()
        return name

    return work


async def ended(ticket: Ticket) -> list:
    return [event async for event in ticket.feed.events()]


def test_each_worker_takes_a_job(workers: list[Worker]) -> None:
    @in_loop
    async def main() -> None:
        queue, gate, log = JobQueue(workers, 8), threading.Event(), []
        tickets = [queue.reserve("a") for _ in range(3)]
        for name, ticket in zip("xyz", tickets, strict=True):
            queue.enter(ticket, waits(gate, log, name))
        await until(lambda: len(log) == 2)
        assert (queue.running, queue.waiting) == (2, 1)
        gate.set()
        for ticket in tickets:
            await ended(ticket)
        assert [ticket.feed.result() for ticket in tickets] == ["x", "y", "z"]
        assert (queue.running, queue.waiting) == (0, 0)

    main()


def test_a_cancel_before_the_start_is_not_lost(workers: list[Worker]) -> None:
    @in_loop
    async def main() -> None:
        queue, gate, log = JobQueue(workers[:1], 8), threading.Event(), []
        blocked = workers[0].submit(lambda: gate.wait(10))
        ticket = queue.reserve("a")
        queue.enter(ticket, waits(gate, log, "x"))
        assert queue.running == 1  # chosen, but its thread has not begun
        queue.leave(ticket)
        gate.set()
        await ended(ticket)
        with pytest.raises(CancelledError):
            ticket.feed.result()
        assert blocked.result()
        assert not log

    main()


def test_leaving_moves_the_others_up(workers: list[Worker]) -> None:
    @in_loop
    async def main() -> None:
        queue, gate, log = JobQueue(workers[:1], 8), threading.Event(), []
        tickets = [queue.reserve(client) for client in "aabbc"]
        for number, ticket in enumerate(tickets):
            queue.enter(ticket, waits(gate, log, str(number)))
        # Job 0 computes; then the clients take turns: 2 of b, 1 of a and 4 of c, 3 of b.
        assert [ticket.position for ticket in tickets[1:]] == [0, 1, 3, 2]
        queue.leave(tickets[1])
        assert [ticket.position for ticket in tickets[2:]] == [0, 2, 1]
        queue.leave(tickets[1])  # again is no harm
        gate.set()
        for ticket in (tickets[0], *tickets[2:]):
            await ended(ticket)
        assert log == ["0", "2", "4", "3"]

    main()


def test_places_are_counted_from_the_header_on(workers: list[Worker]) -> None:
    @in_loop
    async def main() -> None:
        queue = JobQueue(workers, 2)
        first, _second = queue.reserve("a"), queue.reserve("b")
        with pytest.raises(QueueFullError) as refused:
            queue.reserve("c")
        assert refused.value.retry_after_ms >= 1000
        queue.leave(first)
        queue.reserve("c")

    main()


def test_a_waiting_worker_holds_no_pixels(workers: list[Worker]) -> None:
    class Pixels:
        pass

    def work(pixels: Pixels) -> weakref.ref:
        return weakref.ref(pixels)

    pixels = Pixels()
    future = workers[0].submit(lambda pixels=pixels: work(pixels))  # type: ignore[misc]
    del pixels
    reference = future.result(5)
    del future
    workers[0].submit(lambda: None).result(5)
    assert reference() is None
