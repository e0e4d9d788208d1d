"""Jobs that are cancelled, vanish, wait, come in crowds or repeat one another."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
import torch
from restore_colorize.service import server as server_module
from restore_colorize.service.core import Core
from restore_colorize.service.limits import Limits
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from tests.service.fakes import FakeEngines
from tests.service.harness import (
    Rig,
    chunks,
    finish,
    gray,
    header,
    image,
    in_loop,
    kinds,
    plane,
    refusal,
    rig,
    talk,
    until,
    upload,
)


async def nothing_is_left(server: Rig) -> None:
    """Wait until no call is open and no job computes, then do a job."""
    await until(lambda: server.core.idle_since is not None)
    await until(lambda: server.core.running == 0)
    server.engines.release()
    assert server.core.describe("").queue.waiting == 0
    await server.good_job()


async def reach(
    stage: str, server: Rig, timeout_s: float | None = None
) -> tuple[grpc.aio.StreamStreamCall, list[asyncio.Task]]:
    """Bring a call to a stage and keep it there; also return tasks that keep others busy."""
    engines = server.engines
    others: list[asyncio.Task] = []
    if stage == "queued":
        engines.gate.clear()
        others.append(asyncio.create_task(server.good_job("another")))
        await until(engines.started.is_set)
    if stage == "running":
        engines.gate.clear()
    if stage == "rendering":
        engines.render_gate.clear()
    call = server.call(timeout_s=timeout_s)
    # A plane that fills all buffers on the way to a client that does not read.
    large = gray(1500, 2000) if stage == "delivering" else gray()
    messages = upload(large, deliver=int(stage in ("rendering", "delivering")))
    for message in messages[: 3 if stage == "uploading" else None]:
        await call.write(message)
    reached: dict[str, Callable[[], bool]] = {
        "uploading": lambda: server.core.describe("").queue.waiting == 1,
        "queued": lambda: server.core.describe("").queue.waiting == 1,
        "running": engines.started.is_set,
        "rendering": engines.render_started.is_set,
        "delivering": engines.render_ended.is_set,
        "done": engines.ended.is_set,
    }
    await until(reached[stage])
    if stage == "done":
        async for event in call:
            if event.HasField("done"):
                break
    return call, others


@pytest.mark.parametrize(
    "stage", ["uploading", "queued", "running", "rendering", "delivering", "done"]
)
@in_loop
async def test_a_cancelled_job_leaves_nothing_behind(stage: str, caplog: Any) -> None:
    async with rig() as server:
        call, others = await reach(stage, server)
        call.cancel()
        assert await call.code() == grpc.StatusCode.CANCELLED
        if stage == "queued":
            await until(lambda: server.core.describe("").queue.waiting == 0)
            assert server.core.running == 1  # the cancel stopped no other job
            server.engines.gate.set()
        await asyncio.gather(*others)
        await nothing_is_left(server)
    assert "Error" not in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("stage", ["uploading", "queued", "running", "rendering"])
@in_loop
async def test_a_deadline_frees_the_job(stage: str) -> None:
    async with rig() as server:
        call, others = await reach(stage, server, timeout_s=0.3)
        assert await call.code() == grpc.StatusCode.DEADLINE_EXCEEDED
        server.engines.gate.set()
        await asyncio.gather(*others)
        await nothing_is_left(server)


# Sends a job and waits for ever; raw bytes, so that it starts fast.
VANISHING = """
import sys, grpc
port, *messages = sys.argv[1:]
channel = grpc.insecure_channel("127.0.0.1:" + port, [("grpc.enable_http_proxy", 0)])
run = channel.stream_stream("/restore_colorize.v1.RestoreColorize/Run")
list(run(iter(map(bytes.fromhex, messages)), metadata=[("authorization", "Bearer a-token")]))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
@in_loop
async def test_a_killed_client_frees_its_job() -> None:
    engines = FakeEngines()
    engines.gate.clear()
    async with rig(engines) as server:
        messages = [message.SerializeToString().hex() for message in upload()]
        command = [sys.executable, "-c", VANISHING, str(server.server.port), *messages]
        client = subprocess.Popen(command)
        try:
            await until(engines.started.is_set)
        finally:
            client.kill()
            client.wait()
        await until(engines.ended.is_set)  # although its gate is still shut
        await nothing_is_left(server)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this system has no SIGSTOP")
def test_a_client_that_vanishes_without_a_word_frees_its_job(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As if its machine lost power: the connection stays, but nobody answers.
    options = [
        (name, value // 20 if name.endswith("_ms") else value)
        for name, value in server_module._OPTIONS
    ]
    monkeypatch.setattr(server_module, "_OPTIONS", options)

    @in_loop
    async def main() -> None:
        engines = FakeEngines()
        engines.gate.clear()
        async with rig(engines) as server:
            messages = [message.SerializeToString().hex() for message in upload()]
            command = [sys.executable, "-c", VANISHING, str(server.server.port), *messages]
            client = subprocess.Popen(command)
            try:
                await until(engines.started.is_set)
                client.send_signal(signal.SIGSTOP)
                await until(engines.ended.is_set)
                await nothing_is_left(server)
            finally:
                client.kill()
                client.wait()

    main()


@in_loop
async def test_exactly_the_bound_waits_and_the_rest_is_told_when_to_return() -> None:
    engines = FakeEngines()
    engines.gate.clear()
    async with rig(engines, max_waiting_jobs=3) as server:
        first = asyncio.create_task(server.good_job())
        await until(engines.started.is_set)
        waiting = [server.call(f"client {number}") for number in range(3)]
        for number, call in enumerate(waiting):
            # One of them uploads only: it has its place already.
            for message in upload()[: None if number else 2]:
                await call.write(message)
        await until(lambda: server.core.describe("").queue.waiting == 3)
        for _ in range(4):
            status, reason, sentence = await refusal(server, upload())
            assert (status, reason) == ("RESOURCE_EXHAUSTED", "queue-full")
            assert sentence == "3 jobs wait already; try again in 1 s."
        late = server.call()
        await late.write(header(plane(gray())))
        assert int(dict(await late.trailing_metadata())["retry-after-ms"]) >= 1000
        engines.gate.set()
        for message in upload()[2:]:
            await waiting[0].write(message)
        for call in waiting:
            await call.done_writing()
            assert kinds([event async for event in call])[-1] == "done"
        await first
        assert engines.runs == 4


@in_loop
async def test_clients_take_turns_and_hear_their_positions() -> None:
    engines = FakeEngines()
    engines.gate.clear()
    async with rig(engines) as server:
        plan = [("anna", 1), ("anna", 2), ("anna", 3), ("anna", 4), ("bert", 5), ("bert", 6)]
        jobs = []
        for number, (client, seed) in enumerate(plan):
            jobs.append(asyncio.create_task(talk(server.call(client), upload(seed=seed))))
            await until(lambda number=number: server.core.describe("").queue.waiting == number)  # type: ignore[misc]
            await until(engines.started.is_set)
        # Anna's first one computes; then Anna's and Bert's alternate.
        engines.gate.set()
        events = await asyncio.gather(*jobs)
        assert engines.seeds == [1, 2, 5, 3, 6, 4]
        positions = [
            [event.queued.position for event in job if event.HasField("queued")] for job in events
        ]
    assert positions[0] == [0]
    assert positions[3][0] == 2
    assert positions[3][-1] == 0
    assert 4 in positions[3]  # Bert's jobs came before it
    assert all(job[-1] == 0 for job in positions)
    # Nothing is known about the wait before the first job has ended.
    waits = [event.queued.ahead_s for event in events[3] if event.HasField("queued")]
    assert waits[0] == 0.0
    assert max(waits) > 0.0


@in_loop
async def test_two_clients_never_see_each_others_events() -> None:
    def warn_of_seed(request: Any, control: Any) -> None:
        for turn in range(20):
            control.warn("seed", f"{request.seed} {turn}")

    async with rig(FakeEngines(on_run=warn_of_seed)) as server:

        async def one(seed: int) -> None:
            samples = np.full((5, 5, 1), seed, np.uint8)
            events = await talk(server.call(f"c{seed}"), upload(samples, seed=seed, deliver=1))
            texts = [event.warning.text for event in events if event.HasField("warning")]
            assert texts == [f"{seed} {turn}" for turn in range(20)]
            assert (image(events)[1] == seed).all()
            assert events[-1].done.receipt.seed == seed

        await asyncio.gather(*(one(seed) for seed in range(1, 9)))


@in_loop
async def test_renders_do_not_wait_for_the_jobs_of_others() -> None:
    engines = FakeEngines()
    async with rig(engines) as server:
        call, _ = await reach("done", server)
        engines.gate.clear()
        engines.started.clear()
        other = asyncio.create_task(server.good_job("another"))
        await until(engines.started.is_set)
        await call.write(pb.RunRequest(render=pb.Render(id=1, strength=1, saturation=1)))
        await call.done_writing()
        assert kinds([event async for event in call]) == ["result", "chunk", "done"]
        engines.gate.set()
        await other


@in_loop
async def test_a_client_that_does_not_read_stops_the_server_from_rendering_on() -> None:
    engines = FakeEngines(candidates=3)
    async with rig(engines) as server:
        call = server.call()
        for message in upload(gray(1200, 1600), deliver=3):  # 6 MB each
            await call.write(message)
        await until(engines.render_ended.is_set)
        engines.render_ended.clear()
        await asyncio.sleep(0.2)
        rendered = engines.render_ended.is_set()
        await call.done_writing()
        events = [event async for event in call]
        assert not rendered
        assert kinds(events).count("result") == 3
        assert max(len(event.chunk.data) for event in events) <= 512 * 1024


@in_loop
async def test_silence_ends_an_upload_and_an_open_render_stage() -> None:
    async with rig(idle_upload_s=0.05, idle_render_s=0.05) as server:
        call = server.call()
        await call.write(upload()[0])
        assert await call.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert "Nothing came" in await call.details()
        call = server.call()
        events = await talk(call, upload(), close=False)
        assert kinds(events)[-1] == "done"
        assert await call.code() == grpc.StatusCode.OK
        await nothing_is_left(server)


@pytest.mark.parametrize(("whole", "share"), [(4, 2), (1, 1)])
def test_renderers_share_the_threads_of_the_networks(whole: int, share: int) -> None:
    @in_loop
    async def color() -> None:
        async with rig() as server:
            await server.good_job()
            assert server.engines.threads == {"run": whole, "render": share}

    before = torch.get_num_threads()
    torch.set_num_threads(whole)
    try:
        color()
    finally:
        torch.set_num_threads(before)


# ------------------------------------------------------------------------ the core without a port


async def stream(*messages: pb.RunRequest) -> AsyncIterator[pb.RunRequest]:
    for message in messages:
        yield message


@in_loop
async def test_pixels_are_forgotten_when_the_call_ends() -> None:
    engines = FakeEngines(keep_requests=False)
    seen: list[weakref.ref] = []
    engines.on_run = lambda request, _: seen.append(weakref.ref(request.target.planes))
    core = Core(Limits())
    await core.open(lambda: engines)
    for closed_early in (False, True):
        async with aclosing(core.run(stream(*upload(deliver=1)), "a")) as events:
            async for event in events:
                if closed_early and event.HasField("candidate"):
                    break
    engines.error = ValueError("a bug")
    with pytest.raises(ValueError, match="a bug"):
        [event async for event in core.run(stream(*upload()), "a")]
    engines.error = None  # its traceback holds the job's frames
    core.close()
    gc.collect()
    assert [ref() for ref in seen] == [None] * 3


@in_loop
async def test_draining_lets_running_jobs_end_and_refuses_the_others() -> None:
    engines = FakeEngines()
    engines.gate.clear()
    async with rig(engines) as server:
        idle, _ = await reach_done_with_open_gate(server)
        running = asyncio.create_task(server.good_job())
        await until(engines.started.is_set)
        waiting = asyncio.create_task(refusal(server, upload(), "another"))
        await until(lambda: server.core.describe("").queue.waiting == 1)
        uploading = server.call()
        await uploading.write(upload()[0])
        await until(lambda: server.core.describe("").queue.waiting == 2)
        draining = asyncio.create_task(server.core.drain(lambda: float("inf")))
        assert (await waiting)[:2] == ("UNAVAILABLE", "unavailable")
        assert await uploading.code() == grpc.StatusCode.UNAVAILABLE
        assert await idle.code() == grpc.StatusCode.OK
        assert (await refusal(server, upload()))[:2] == ("UNAVAILABLE", "unavailable")
        assert not running.done()
        assert not draining.done()
        engines.gate.set()
        await asyncio.gather(running, draining)


async def reach_done_with_open_gate(server: Rig) -> tuple[grpc.aio.StreamStreamCall, list]:
    server.engines.gate.set()
    reached = await reach("done", server)
    server.engines.gate.clear()
    server.engines.started.clear()
    return reached


@in_loop
async def test_after_the_grace_running_jobs_are_stopped_in_words() -> None:
    engines = FakeEngines()
    engines.gate.clear()
    async with rig(engines) as server:
        running = asyncio.create_task(refusal(server, upload()))
        await until(engines.started.is_set)
        await server.core.drain(lambda: 0.0)
        assert (await running)[:2] == ("UNAVAILABLE", "unavailable")
        await until(engines.ended.is_set)


@pytest.mark.parametrize("count", [50, pytest.param(500, marks=pytest.mark.slow)])
def test_cancelled_jobs_leave_no_thread_and_no_memory(count: int) -> None:
    target = np.zeros((250, 400, 3), np.uint8)  # 500 of them would be 150 MB

    async def cancel_all(server: Rig, count: int) -> None:
        messages = upload(target)
        for number in range(count):
            call = server.call()
            for message in messages[: number % (len(messages) + 1)]:
                await call.write(message)
            call.cancel()
        await nothing_is_left(server)

    async def main() -> None:
        async with rig(FakeEngines(keep_requests=False)) as server:
            await cancel_all(server, 50)  # pools of memory and threads reach their size
            threads, resident = threading.active_count(), resident_bytes()
            await cancel_all(server, count)
            assert threading.active_count() <= threads + 1  # of two that render
            assert resident_bytes() <= 1.05 * resident
            assert server.core.budget.held_bytes == 0

    asyncio.run(main())


def resident_bytes() -> int:
    """Return the memory of this process, 0 where the system does not tell."""
    gc.collect()
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except FileNotFoundError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


# ------------------------------------------------------------------------------------- receipts


def with_reference(target: np.ndarray, **fields: Any) -> list[pb.RunRequest]:
    reference = np.full((3, 3, 3), 51, np.uint8)
    planes = [plane(target), plane(reference, pb.REFERENCE, 2, name="aunt.png")]
    return [
        header(*planes, **fields),
        *chunks(target),
        *chunks(reference, 2),
        finish(p1=target.nbytes, p2=reference.nbytes),
    ]


async def receipt_of(server: Rig, job: list[pb.RunRequest]) -> pb.Receipt:
    return (await talk(server.call(), job))[-1].done.receipt


@in_loop
async def test_a_receipt_forces_what_it_says_and_gives_itself_again() -> None:
    colors = pb.Colorize(strength=0.5, saturation=2, candidates=1, working_short_side=128)
    region = pb.Region(x=1, width=8, height=6, layer_width=20, layer_height=20)
    async with rig(FakeEngines(candidates=2)) as server:
        job = with_reference(gray(), colorize=colors, seed=9, region=region)
        receipt = await receipt_of(server, job)
        assert receipt.colorize == colors
        assert receipt.region == region
        assert [picture.name for picture in receipt.references] == ["aunt.png"]
        again = upload(repeat=receipt, seed=1, region=region)
        assert await receipt_of(server, again) == receipt
        first, second = server.engines.requests
        assert second.options == first.options
        assert second.seed == 9
        assert second.model == "fake-1"
        working = second.references[0].working
        assert working is not None
        assert working.samples.shape == (3, 4, 5)
        assert working.samples[1, 2, 3] == 1 * 20 + 2 * 5 + 3


@pytest.mark.parametrize(
    ("change", "reason", "word"),
    [
        (lambda receipt: receipt.environment.MergeFrom(pb.Environment(threads=8)), "environment",
         "threads"),
        (lambda receipt: setattr(receipt, "weights_sha256", "cd" * 32), "environment", "model"),
        (lambda receipt: setattr(receipt, "model", "gone-1"), "environment", "not installed"),
        (lambda receipt: setattr(receipt, "target_sha256", "00"), "environment", "target"),
        (lambda receipt: setattr(receipt, "selection_sha256", "00"), "environment", "selection"),
        (lambda receipt: setattr(receipt, "damage_sha256", "00"), "environment", "damage"),
        (lambda receipt: setattr(receipt.references[0], "deflated", b"x"), "format", "damaged"),
        (lambda receipt: setattr(receipt.references[0], "width", 4), "format", "damaged"),
        (lambda receipt: setattr(receipt.references[0], "width", 2**31), "too-large", "larger"),
        (lambda receipt: receipt.hints.CopyFrom(receipt.references[0]), "format", "channels"),
        (lambda receipt: setattr(receipt.references[0], "channels", 1), "format", "channels"),
        (lambda receipt: setattr(receipt.environment, "dtype", "load"), "format", "version"),
    ],
)  # fmt: skip
@in_loop
async def test_what_a_receipt_cannot_force_is_named(
    change: Callable[[pb.Receipt], None], reason: str, word: str
) -> None:
    async with rig() as server:
        receipt = await receipt_of(server, with_reference(gray()))
        change(receipt)
        _, found, sentence = await refusal(server, upload(repeat=receipt))
        assert found == reason
        assert word in sentence
        await server.good_job()


@in_loop
async def test_a_repeated_job_takes_no_references_of_its_own() -> None:
    async with rig() as server:
        receipt = await receipt_of(server, with_reference(gray()))
        job = with_reference(gray(), repeat=receipt)
        assert (await refusal(server, job))[:2] == ("INVALID_ARGUMENT", "request")


@in_loop
async def test_the_selection_is_in_the_receipt_only_where_it_matters() -> None:
    mask = np.full((6, 8, 1), 255, np.uint8)
    async with rig() as server:
        for known, matters in (
            (pb.KNOWN_COLORS_NONE, False),
            (pb.KNOWN_COLORS_OUTSIDE_SELECTION, True),
        ):
            colors = pb.Colorize(strength=1, saturation=1, known_colors=known)
            job = [
                header(plane(gray()), plane(mask, pb.SELECTION, 2), colorize=colors),
                *chunks(gray()),
                *chunks(mask, 2),
                finish(p1=48, p2=48),
            ]
            receipt = await receipt_of(server, job)
            assert bool(receipt.selection_sha256) is matters
