from __future__ import annotations

import ast
import asyncio
import logging
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
import restore_colorize.service
from grpc_health.v1 import health_pb2, health_pb2_grpc
from restore_colorize.errors import ModelError
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from tests.service.fakes import FakeEngines, FakeOutcome
from tests.service.harness import (
    TOKEN,
    chunks,
    finish,
    gray,
    header,
    image,
    in_loop,
    kinds,
    metadata,
    plane,
    refusal,
    rig,
    talk,
    until,
    upload,
)

SERVICE = Path(restore_colorize.service.__file__).parent
METHODS = [
    (f"/{service.full_name}/{method.name}", method.client_streaming, method.server_streaming)
    for file in (pb.DESCRIPTOR, health_pb2.DESCRIPTOR)
    for service in file.services_by_name.values()
    for method in service.methods
]
OPEN = "/grpc.health.v1.Health/Check"


# ------------------------------------------------------------------------------------- a job


@in_loop
async def test_a_job_gives_events_in_order_and_the_pixels() -> None:
    samples = (np.arange(7 * 5 * 3) * 11 % 65536).astype(np.uint16).reshape(7, 5, 3)
    engines = FakeEngines(candidates=2, warnings=(("gray", "It is gray."),))
    async with rig(engines) as server:
        job = upload(samples, deliver=1, preview_short_side=16, explain=True, seed=7)
        events = await talk(server.call(), job)
    told = kinds(events)
    assert told[0] == "queued"
    first = next(event.progress for event in events if event.HasField("progress"))
    assert (first.remaining_s, first.memory_bytes) == (1.5, 2**20)
    assert told.index("progress") < told.index("warning") < told.index("candidate")
    fractions = [event.progress.fraction for event in events if event.HasField("progress")]
    assert fractions == sorted(fractions)
    results = [event.result for event in events if event.HasField("result")]
    assert [(result.kind, result.candidate) for result in results] == [
        (pb.PREVIEW, 0),
        (pb.PREVIEW, 1),
        (pb.IMAGE, 0),
        (pb.UNCERTAINTY, 0),
    ]
    assert len({result.plane.id for result in results}) == 4
    assert image(events, 0)[1].dtype == np.uint8
    assert np.array_equal(image(events, 2)[1], samples)
    assert image(events, 3)[1].shape == (7, 5, 1)
    done = events[-1].done
    assert list(done.ranking) == [0, 1]
    assert done.timings[0].stage == "colorize"
    assert done.receipt.seed == 7
    assert done.receipt.environment.torch_version == "2.0"
    assert told.count("done") == 1


@pytest.mark.parametrize("side", [0, 16])
@in_loop
async def test_early_candidates_are_told_once_and_shown_again(side: int) -> None:
    engines = FakeEngines(candidates=2)
    engines.on_run = lambda request, control: control.offer(lambda: FakeOutcome(request, engines))
    async with rig(engines) as server:
        job = upload(gray(), deliver=1, preview_short_side=side)
        events = await talk(server.call(), job)
    told = [kind for kind in kinds(events) if kind in ("candidate", "result")]
    early, final = ["candidate", "result"] * 2, ["result"] * 3
    assert told == ([*early, *final] if side else ["candidate", "candidate", "result"])
    results = [event.result for event in events if event.HasField("result")]
    assert len({result.plane.id for result in results}) == len(results)
    assert [result.candidate for result in results] == ([0, 1, 0, 1, 0] if side else [0])


@pytest.mark.parametrize("shape", [(1, 1), (1, 70), (70, 1), (1, 65536), (65536, 1)])
@in_loop
async def test_extreme_shapes_pass(shape: tuple[int, int]) -> None:
    async with rig() as server:
        events = await talk(server.call(), upload(gray(*shape), deliver=1))
    assert np.array_equal(image(events)[1][..., :1], gray(*shape))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@in_loop
async def test_every_sample_type_comes_back_exactly(dtype: Any, channels: int) -> None:
    random = np.random.default_rng(0)
    top = {np.uint8: 255, np.uint16: 65535, np.float32: 1}[dtype]
    samples = (random.random((9, 4, channels)) * top).astype(dtype)
    async with rig() as server:
        result, received = image(await talk(server.call(), upload(samples, deliver=1)))
    assert result.plane.has_alpha == (channels in (2, 4))
    colors = samples[..., : 1 if channels < 3 else 3]
    assert np.array_equal(received[..., :3], np.broadcast_to(colors, (9, 4, 3)))
    if result.plane.has_alpha:
        assert np.array_equal(received[..., 3], samples[..., -1])


@in_loop
async def test_references_hints_and_selection_reach_the_engine(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    target, selection = gray(), np.full((6, 8, 1), 255, np.uint8)
    reference = np.full((3, 3, 3), 51, np.uint8)
    hints = np.zeros((6, 8, 4), np.uint8)
    planes = [
        plane(target),
        plane(selection, pb.SELECTION, 2),
        plane(hints, pb.HINTS, 3),
        plane(reference, pb.REFERENCE, 4, name="aunt.png"),
    ]
    parts = {1: target, 2: selection, 3: hints, 4: reference}
    # Planes may come interleaved.
    sent = [chunk for number in (4, 2, 1, 3) for chunk in chunks(parts[number], number, 30)]
    counts = {f"p{number}": samples.nbytes for number, samples in parts.items()}
    async with rig() as server:
        job = [header(*planes), *sorted(sent, key=lambda m: m.chunk.offset), finish(**counts)]
        events = await talk(server.call(), job)
        request = server.engines.requests[0]
    assert request.selection is not None
    assert float(request.selection.min()) == 1.0
    assert request.hints is not None
    assert [(one.name, one.key) for one in request.references] == [("aunt.png", 4)]
    assert float(request.references[0].picture.planes[0, 0, 0]) == pytest.approx(0.2)
    verdict = next(event.verdict for event in events if event.HasField("verdict"))
    assert (verdict.plane, verdict.related) == (4, 0.5)
    assert "4 planes" in caplog.text
    assert "aunt" not in caplog.text


@in_loop
async def test_render_runs_no_engine_again() -> None:
    samples = np.full((20, 20, 1), 200, np.uint8)
    async with rig(FakeEngines(candidates=2)) as server:
        call = server.call()
        for message in upload(samples):
            await call.write(message)
        async for event in call:
            if event.HasField("done"):
                break
        for render in (
            pb.Render(id=1, candidate=1, strength=0.5, saturation=1),
            pb.Render(id=2, candidate=0, strength=1, saturation=2, preview_short_side=16),
        ):
            await call.write(pb.RunRequest(render=render))
        await call.done_writing()
        events = [event async for event in call]
        assert server.engines.runs == 1
    first, half = image(events, 0)
    assert (first.render, first.candidate, first.kind) == (1, 1, pb.IMAGE)
    assert half[0, 0, 0] == 100
    second, small = image(events, 1)
    assert (second.render, second.kind, small.shape) == (2, pb.PREVIEW, (16, 16, 3))
    assert [event.done.render for event in events if event.HasField("done")] == [1, 2]
    assert not events[-1].done.HasField("receipt")


# ---------------------------------------------------------------------------- faults at the door

NAN = np.full((6, 8, 1), np.nan, np.float32)
INFINITE = np.full((6, 8, 1), np.inf, np.float32)
BRIGHT = np.full((6, 8, 1), 1.01, np.float32)
MASK = np.full((6, 8, 1), 255, np.uint8)
TARGET = plane(gray())
COLORIZE = pb.Colorize(strength=1, saturation=1)
FAULTS: dict[str, tuple[list[pb.RunRequest], str, str]] = {
    "nothing": ([], "INVALID_ARGUMENT", "request"),
    "no header": ([finish(p1=48)], "INVALID_ARGUMENT", "request"),
    "chunk before header": (upload()[1:], "INVALID_ARGUMENT", "request"),
    "two headers": ([header(TARGET), *upload()], "INVALID_ARGUMENT", "request"),
    "no finish": (upload()[:-1], "INVALID_ARGUMENT", "request"),
    "empty message": ([header(TARGET), pb.RunRequest()], "INVALID_ARGUMENT", "request"),
    "render before finish": (
        [header(TARGET), pb.RunRequest(render=pb.Render(id=1))],
        "INVALID_ARGUMENT",
        "request",
    ),
    "second finish": ([*upload(), finish(p1=48)], "INVALID_ARGUMENT", "request"),
    "chunk after finish": ([*upload(), *chunks(gray())], "INVALID_ARGUMENT", "request"),
    "short payload": ([*upload()[:-2], finish(p1=48)], "INVALID_ARGUMENT", "shape"),
    "short payload, told so": ([*upload()[:-2], finish(p1=40)], "INVALID_ARGUMENT", "shape"),
    "long payload": (
        [*upload()[:-1], *list(chunks(gray(9, 8)))[2:], finish(p1=48)],
        "INVALID_ARGUMENT",
        "request",
    ),
    "chunk beyond the plane": (
        [header(TARGET), *chunks(gray(9, 8), size=72)],
        "INVALID_ARGUMENT",
        "shape",
    ),
    "gap": (
        [header(TARGET), pb.RunRequest(chunk=pb.Chunk(plane=1, offset=8, data=b"x" * 40))],
        "INVALID_ARGUMENT",
        "request",
    ),
    "overlap": (
        [header(TARGET), *[next(iter(chunks(gray())))] * 2],
        "INVALID_ARGUMENT",
        "request",
    ),
    "empty chunk": (
        [header(TARGET), pb.RunRequest(chunk=pb.Chunk(plane=1))],
        "INVALID_ARGUMENT",
        "request",
    ),
    "stranger's chunk": (
        [header(TARGET), *chunks(gray(), number=2)],
        "INVALID_ARGUMENT",
        "request",
    ),
    "large chunk": (
        [header(plane(gray(60, 80))), *chunks(gray(60, 80), size=2000)],
        "RESOURCE_EXHAUSTED",
        "too-large",
    ),
    "finish of another plane": ([*upload()[:-1], finish(p2=48)], "INVALID_ARGUMENT", "shape"),
    "finish without counts": ([*upload()[:-1], finish()], "INVALID_ARGUMENT", "shape"),
    "no planes": ([header()], "INVALID_ARGUMENT", "request"),
    "two targets": (
        [header(TARGET, plane(gray(), number=2))],
        "INVALID_ARGUMENT",
        "request",
    ),
    "two selections": (
        [header(TARGET, plane(MASK, pb.SELECTION, 2), plane(MASK, pb.SELECTION, 3))],
        "INVALID_ARGUMENT",
        "request",
    ),
    "one id twice": (
        [header(TARGET, plane(MASK, pb.SELECTION, 1))],
        "INVALID_ARGUMENT",
        "request",
    ),
    "unknown role": ([header(plane(gray(), 0))], "INVALID_ARGUMENT", "request"),
    "future role": ([header(plane(gray(), 99))], "INVALID_ARGUMENT", "request"),
    "wrong dtype": ([header(plane(gray(), sample_type=0))], "INVALID_ARGUMENT", "format"),
    "future dtype": ([header(plane(gray(), sample_type=9))], "INVALID_ARGUMENT", "format"),
    "0x0": ([header(plane(gray(), width=0, height=0))], "INVALID_ARGUMENT", "shape"),
    "0xN": ([header(plane(gray(), width=0))], "INVALID_ARGUMENT", "shape"),
    "too wide": (
        [header(plane(gray(), width=65537))],
        "RESOURCE_EXHAUSTED",
        "too-large",
    ),
    "too many pixels": (
        [header(plane(gray(), width=60000, height=60000))],
        "RESOURCE_EXHAUSTED",
        "too-large",
    ),
    "too many bytes": (
        [header(plane(gray(300, 300)), plane(MASK.repeat(3, 2), pb.REFERENCE, 2, width=9000))],
        "RESOURCE_EXHAUSTED",
        "too-large",
    ),
    "too many planes": (
        [header(TARGET, *[plane(MASK.repeat(3, 2), pb.REFERENCE, n) for n in range(2, 9)])],
        "RESOURCE_EXHAUSTED",
        "too-large",
    ),
    "2 colors": ([header(plane(gray(), channels=2))], "INVALID_ARGUMENT", "shape"),
    "0 channels": ([header(plane(gray(), channels=0))], "INVALID_ARGUMENT", "shape"),
    "only alpha": (
        [header(plane(gray(), channels=1, has_alpha=True))],
        "INVALID_ARGUMENT",
        "shape",
    ),
    "gray reference": (
        [header(TARGET, plane(MASK, pb.REFERENCE, 2))],
        "INVALID_ARGUMENT",
        "shape",
    ),
    "reference without id": (
        [header(TARGET, plane(MASK.repeat(3, 2), pb.REFERENCE, 0))],
        "INVALID_ARGUMENT",
        "request",
    ),
    "hints without alpha": (
        [header(TARGET, plane(MASK.repeat(3, 2), pb.HINTS, 2))],
        "INVALID_ARGUMENT",
        "shape",
    ),
    "mask of another size": (
        [header(TARGET, plane(MASK, pb.SELECTION, 2, width=7))],
        "INVALID_ARGUMENT",
        "shape",
    ),
    "damage where none is taken": (
        [header(TARGET, plane(MASK, pb.DAMAGE, 2))],
        "INVALID_ARGUMENT",
        "request",
    ),
    "long name": (
        [header(TARGET, plane(MASK.repeat(3, 2), pb.REFERENCE, 2, name="x" * 9999))],
        "RESOURCE_EXHAUSTED",
        "too-large",
    ),
    "region of another size": (
        [header(TARGET, region=pb.Region(width=8, height=5, layer_width=9, layer_height=9))],
        "INVALID_ARGUMENT",
        "shape",
    ),
    "region outside": (
        [header(TARGET, region=pb.Region(x=2, width=8, height=6, layer_width=9, layer_height=9))],
        "INVALID_ARGUMENT",
        "range",
    ),
    "region before": (
        [header(TARGET, region=pb.Region(x=-1, width=8, height=6, layer_width=9, layer_height=9))],
        "INVALID_ARGUMENT",
        "range",
    ),
    "NaN": (upload(NAN), "INVALID_ARGUMENT", "range"),
    "infinity": (upload(INFINITE), "INVALID_ARGUMENT", "range"),
    "above 1": (upload(BRIGHT), "INVALID_ARGUMENT", "range"),
    "below 0": (upload(-BRIGHT), "INVALID_ARGUMENT", "range"),
    "NaN strength": (
        [header(TARGET, colorize=pb.Colorize(strength=float("nan")))],
        "INVALID_ARGUMENT",
        "range",
    ),
    "unknown known colors": (
        [header(TARGET, colorize=pb.Colorize(known_colors=7))],
        "INVALID_ARGUMENT",
        "range",
    ),
    "many candidates": (
        [header(TARGET, colorize=pb.Colorize(candidates=2**31))],
        "INVALID_ARGUMENT",
        "range",
    ),
    "tiny previews": ([header(TARGET, preview_short_side=1)], "INVALID_ARGUMENT", "range"),
    "huge previews": ([header(TARGET, preview_short_side=2**31)], "INVALID_ARGUMENT", "range"),
    "unknown model": ([header(TARGET, model="x" * 9999)], "FAILED_PRECONDITION", "model"),
    "other protocol": ([header(TARGET, protocol=2)], "FAILED_PRECONDITION", "protocol"),
    "no task": ([pb.RunRequest(job=pb.Job(protocol=1))], "INVALID_ARGUMENT", "request"),
    "receipt of another format": (
        [header(TARGET, repeat=pb.Receipt(format=9, colorize=COLORIZE))],
        "INVALID_ARGUMENT",
        "format",
    ),
    "empty receipt": ([header(TARGET, repeat=pb.Receipt())], "INVALID_ARGUMENT", "request"),
    "render without id": (
        [*upload(), pb.RunRequest(render=pb.Render(strength=1))],
        "INVALID_ARGUMENT",
        "request",
    ),
    "render of no candidate": (
        [*upload(), pb.RunRequest(render=pb.Render(id=1, candidate=9))],
        "INVALID_ARGUMENT",
        "range",
    ),
    "render at NaN": (
        [*upload(), pb.RunRequest(render=pb.Render(id=1, saturation=float("nan")))],
        "INVALID_ARGUMENT",
        "range",
    ),
    **{
        f"{task}, which is not there": (
            [header(TARGET, colorize=None, **{task: options})],
            "UNIMPLEMENTED",
            "not-available",
        )
        for task, options in {
            "restore": {},
            "sample": {"temperature": 1.0, "top_p": 1.0},
            "suggest_references": {},
            "detect_damage": {},
        }.items()
    },
}


@pytest.mark.parametrize("fault", FAULTS)
@in_loop
async def test_a_fault_is_refused_in_words_and_the_next_job_succeeds(fault: str) -> None:
    messages, status, reason = FAULTS[fault]
    async with rig(max_bytes=100_000, max_chunk_bytes=1000, max_planes=7) as server:
        found = await refusal(server, messages)
        assert found[:2] == (status, reason)
        assert found[2].endswith(".")
        assert len(found[2]) < 400
        await server.good_job()
        await until(lambda: server.core.idle_since is not None)


@in_loop
async def test_an_oversized_header_is_refused() -> None:
    async with rig() as server:
        found = await refusal(server, [header(TARGET, model="x" * (5 * 2**20))])
        assert found[0] == "RESOURCE_EXHAUSTED"
        await server.good_job()


@in_loop
async def test_a_fault_is_refused_while_the_client_still_sends() -> None:
    async with rig() as server:
        call = server.call()
        await call.write(header(plane(gray(), width=0)))
        assert await call.code() == grpc.StatusCode.INVALID_ARGUMENT  # nothing else was sent


@in_loop
async def test_bytes_that_are_no_message_do_not_harm() -> None:
    async with rig() as server:
        path = "/restore_colorize.v1.RestoreColorize/Run"
        call = server.channel.stream_stream(path)(metadata=metadata())
        await call.write(b"\xff\xff\xff\xff")
        await call.done_writing()
        assert await call.code() == grpc.StatusCode.INVALID_ARGUMENT
        await server.good_job()


@in_loop
async def test_what_an_exception_says_does_not_travel(caplog: Any) -> None:
    engines = FakeEngines(error=RuntimeError("/home/anna/secret"))
    async with rig(engines) as server:
        status, reason, sentence = await refusal(server, upload())
        assert (status, reason) == ("INTERNAL", "internal")
        assert "secret" not in sentence
        number = sentence.split("number ")[1][:8]
        assert number in caplog.text
        assert "secret" in caplog.text
        engines.error = ModelError("The weights are gone.")
        assert await refusal(server, upload()) == (
            "FAILED_PRECONDITION",
            "model",
            "The weights are gone.",
        )
        engines.error = MemoryError()
        assert (await refusal(server, upload()))[:2] == ("RESOURCE_EXHAUSTED", "memory")
        engines.error = None
        await server.good_job()


# ---------------------------------------------------------------------------------- token, health


@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN[:-1], TOKEN + "x"])
@pytest.mark.parametrize(("path", "streams_in", "streams_out"), METHODS)
@in_loop
async def test_without_the_token_every_method_refuses(
    path: str, streams_in: bool, streams_out: bool, token: str | None
) -> None:
    if path == OPEN and token is None:
        return  # what ``test_health_says_when_jobs_are_taken`` asks
    headers = () if token is None else (("authorization", f"Bearer {token}"),)
    async with rig() as server:
        kind = f"{'stream' if streams_in else 'unary'}_{'stream' if streams_out else 'unary'}"
        method = getattr(server.channel, kind)(path)
        call = method(metadata=headers) if streams_in else method(b"", metadata=headers)
        assert await call.code() == grpc.StatusCode.UNAUTHENTICATED
        assert dict(await call.trailing_metadata())["rc-reason"] == "token"
        assert (await call.details()).endswith(".")
        assert not server.engines.requests


def test_the_methods_are_those_of_both_services() -> None:
    paths = {path for path, _, _ in METHODS}
    assert OPEN in paths
    names = {path.rsplit("/", 1)[1] for path in paths}
    assert names >= {"Describe", "Run", "Shutdown", "Check", "Watch"}


@in_loop
async def test_health_says_when_jobs_are_taken() -> None:
    async with rig(opened=False) as server:
        health = health_pb2_grpc.HealthStub(server.channel)

        async def status() -> int:
            request = health_pb2.HealthCheckRequest(service="restore_colorize.v1.RestoreColorize")
            return int((await health.Check(request)).status)  # without a token

        assert await status() == health_pb2.HealthCheckResponse.NOT_SERVING
        described = await server.stub.Describe(pb.DescribeRequest(nonce="n"), metadata=metadata())
        assert (described.nonce, list(described.engines)) == ("n", [])
        assert (await refusal(server, upload()))[:2] == ("UNAVAILABLE", "unavailable")
        await server.server.open(lambda: server.engines)
        assert await status() == health_pb2.HealthCheckResponse.SERVING
        await server.good_job()


@in_loop
async def test_describe_tells_what_exists_and_what_is_refused() -> None:
    async with rig(max_side=1234) as server:
        request = pb.DescribeRequest(nonce="once")
        reply = await server.stub.Describe(request, metadata=metadata())
    assert (reply.nonce, reply.protocol, reply.loopback) == ("once", 1, True)
    assert [engine.name for engine in reply.engines] == ["colorize"]
    assert list(reply.engines[0].models) == ["fake-1"]
    assert [(model.name, model.card) for model in reply.models] == [("fake-1", "# Card")]
    assert reply.environment.instruction_set == "test"
    assert reply.limits.max_side == 1234


@in_loop
async def test_describe_and_health_answer_while_a_job_runs() -> None:
    engines = FakeEngines()
    engines.gate.clear()
    async with rig(engines) as server:
        job = asyncio.create_task(server.good_job())
        await until(engines.started.is_set)
        reply = await server.stub.Describe(pb.DescribeRequest(), metadata=metadata())
        assert (reply.queue.running, reply.queue.waiting) == (1, 0)
        health = health_pb2_grpc.HealthStub(server.channel)
        await health.Check(health_pb2.HealthCheckRequest(), metadata=metadata())
        assert not job.done()
        engines.gate.set()
        await job


@in_loop
async def test_shutdown_is_passed_on_after_its_reply() -> None:
    async with rig() as server:
        for grace in (-1.0, float("nan"), 1e9):
            request = pb.ShutdownRequest(grace_s=grace)
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await server.stub.Shutdown(request, metadata=metadata())
            assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
        reply = await server.stub.Shutdown(pb.ShutdownRequest(grace_s=3), metadata=metadata())
        assert reply.running == 0
        await until(lambda: server.stopped == [3.0])
        server.core.loopback = False
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await server.stub.Shutdown(pb.ShutdownRequest(), metadata=metadata())
        assert refused.value.code() == grpc.StatusCode.UNIMPLEMENTED


# ------------------------------------------------------------------------------------- code itself

CORE = (
    "catalog", "contract", "core", "delivery", "job", "limits", "options", "patience", "planes",
    "protocol", "queue", "receipts", "statuses", "upload", "worker",
)  # fmt: skip


@pytest.mark.parametrize("module", CORE)
def test_the_core_knows_no_grpc(module: str) -> None:
    tree = ast.parse((SERVICE / f"{module}.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        names = [alias.name for alias in getattr(node, "names", []) if hasattr(alias, "name")]
        if isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
        assert not [name for name in names if name.split(".")[0].startswith("grpc")]
        assert not [name for name in names if name.endswith(("_grpc", "adapter", "server", "auth"))]


def test_the_servicer_blocks_nowhere() -> None:
    tree = ast.parse((SERVICE / "adapter.py").read_text(encoding="utf-8"))
    imported = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    heavy = {"torch", "numpy", "time", "threading", "subprocess", "socket", "pathlib", "os", "io"}
    assert not {name.split(".")[0] for name in imported} & heavy
    servicer = next(node for node in tree.body if isinstance(node, ast.ClassDef))
    methods = {node.name: node for node in servicer.body if isinstance(node, ast.AsyncFunctionDef)}
    contract = {method.name for method in pb.DESCRIPTOR.services_by_name["RestoreColorize"].methods}
    assert set(methods) == contract
    assert contract
    blocking = {"open", "sleep", "result", "join", "acquire", "wait", "read", "get", "render"}
    for method in methods.values():
        for node in ast.walk(method):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                assert name not in blocking, f"{method.name} calls {name}"
