"""Jobs against a server that does what the test tells it."""

from __future__ import annotations

import concurrent.futures
import json
import random

import pytest
from restore_colorize_client import (
    Candidate,
    Colorize,
    Done,
    Image,
    JobWarning,
    KnownColors,
    Pixels,
    Progress,
    Queued,
    Receipt,
    Reference,
    RefusedError,
    Region,
    Restore,
    ResultKind,
    SampleType,
    Timing,
    Verdict,
)
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from tests.client.conftest import FakeServer, gray, job_of, wait_for
from tests.client.fake_server import FakeRun

pytestmark = pytest.mark.usefixtures("leaves_nothing")

SIZES = [(1, 1), (1, 7), (61, 1), (37, 53), (641, 1283)]


@pytest.mark.parametrize("sample_type", SampleType)
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_planes_travel_bit_exact_both_ways(
    server: FakeServer, width: int, height: int, sample_type: SampleType
) -> None:
    def plane(channels: int, has_alpha: bool) -> Pixels:
        size = width * height * channels * sample_type.size
        data = random.Random(size).randbytes(size)
        return Pixels(width, height, channels, sample_type, has_alpha, data)

    name = "née \udce9"  # a file's name that is no text
    sent = [plane(3, False), plane(1, False), plane(4, True), plane(2, True)]
    request = job_of(
        sent[0], selection=sent[1], hints=sent[2], references=[Reference(sent[3], name)]
    )
    with server.connected() as client, client.run(request) as job:
        images = job.result().images
    assert [image.kind for image in images] == [ResultKind.IMAGE] * 4
    for before, after in zip(sent, (image.pixels for image in images), strict=True):
        assert bytes(after.data) == before.data
        for name in ("width", "height", "channels", "sample_type", "has_alpha"):
            assert getattr(after, name) == getattr(before, name)


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview])
def test_every_kind_of_buffer_can_be_sent(server: FakeServer, wrap: type) -> None:
    target = Pixels(3, 2, 1, SampleType.UINT16, False, wrap(bytes(range(12))))
    with server.connected() as client, client.run(job_of(target)) as job:
        assert job.result().image().data == bytes(range(12))


def test_the_header_says_all_that_was_asked_for(server: FakeServer) -> None:
    colors = Colorize(strength=0.25, known_colors=KnownColors.OUTSIDE_SELECTION, candidates=3)
    request = job_of(
        gray(3, 2),
        task=Restore(strength=0.5, tone=True, colorize=True, colors=colors),
        references=[Reference(gray(5, 4), "aunt")],
        region=Region(-4, 5, 3, 2, 90, 80),
        model="mine",
        seed=2**64 - 1,
        deliver=2,
        preview_short_side=64,
        explain=True,
    )
    with server.connected() as client, client.run(request) as job:
        job.result()
    (run,) = server.service.runs
    wanted = pb.Job(
        protocol=1,
        model="mine",
        seed=2**64 - 1,
        deliver=2,
        preview_short_side=64,
        explain=True,
        region=pb.Region(x=-4, y=5, width=3, height=2, layer_width=90, layer_height=80),
        restore=pb.Restore(
            strength=0.5,
            tone=True,
            colorize=True,
            colors=pb.Colorize(
                strength=0.25,
                saturation=1.0,
                known_colors=pb.KNOWN_COLORS_OUTSIDE_SELECTION,
                candidates=3,
            ),
        ),
    )
    wanted.planes.add(id=1, role=pb.TARGET, width=3, height=2, channels=1, sample_type=pb.UINT8)
    wanted.planes.add(
        id=2, role=pb.REFERENCE, width=5, height=4, channels=1, sample_type=pb.UINT8, name="aunt"
    )
    assert run.job == wanted
    assert run.metadata["rc-client"] == "tests"


def test_events_come_in_the_servers_order(server: FakeServer) -> None:
    async def script(run: FakeRun) -> None:
        await run.say(queued=pb.Queued(position=1, ahead_s=2.5))  # before any pixel was read
        await run.uploaded()
        await run.say(progress=pb.Progress(stage="colorize", fraction=0.5, memory_bytes=9))
        await run.say(warning=pb.Warning(code="reference-gray", text="It is gray."))
        await run.say(verdict=pb.ReferenceVerdict(plane=3, related=0.75, score=2.0))
        await run.say(verdict=pb.ReferenceVerdict(related=0.5, score=1.0, path="/a.png"))
        await run.say(candidate=pb.Candidate(index=0, label="a", score=0.5, seed=7, model="m"))
        await run.preview(1, 10, candidate=0)
        await run.say(candidate=pb.Candidate(index=1, label="b"))
        await run.preview(2, 11, candidate=1)
        timing = pb.Timing(stage="colorize", seconds=0.5)
        await run.say(done=pb.Done(ranking=[1, 0], timings=[timing]))
        await run.answer_renders()

    references = [Reference(gray()), Reference(gray(1, 1))]
    request = job_of(references=references, preview_short_side=16)
    with server.connected(script) as client, client.run(request) as job:
        events = list(job.events())
        assert list(job.events()) == []
        result = job.result()
    first, second = (event for event in events if isinstance(event, Candidate))
    assert events == [
        Queued(1, 2.5),
        Progress("colorize", 0.5, 0.0, 9),
        JobWarning("reference-gray", "It is gray."),
        Verdict(1, 0.75, 2.0, ""),
        Verdict(None, 0.5, 1.0, "/a.png"),
        Candidate(0, "a", 0.5, 7, "m", first.preview),
        Candidate(1, "b", 0.0, 0, "", second.preview),
        Done(None, (Timing("colorize", 0.5),), (1, 0)),
    ]
    assert first.preview is not None
    assert first.preview.data == bytes([10, 10])
    assert [candidate.index for candidate in result.candidates] == [1, 0]
    assert result.warnings == (events[2],)
    assert len(result.verdicts) == 2


def test_candidates_are_told_at_once_without_previews_and_before_their_pictures(
    server: FakeServer,
) -> None:
    async def script(run: FakeRun) -> None:
        await run.uploaded()
        for index in (0, 1, 2):
            await run.say(candidate=pb.Candidate(index=index))
        await run.preview(1, 10, candidate=1)
        plane = pb.Plane(id=2, width=1, height=1, channels=1, sample_type=pb.UINT8)
        await run.send(plane, b"x", candidate=2, kind=pb.UNCERTAINTY)
        await run.say(done=pb.Done())
        await run.answer_renders()

    def told(side: int) -> list[object]:
        with client.run(job_of(preview_short_side=side)) as job:
            return [
                event.index if isinstance(event, Candidate) else type(event)
                for event in job.events()
            ]

    with server.connected(script) as client:
        assert told(0) == [0, 1, 2, Image, Image, Done]
        assert told(16) == [1, 2, Image, 0, Done]


def test_a_result_holds_what_was_read_before(server: FakeServer) -> None:
    with server.connected() as client, client.run(job_of()) as job:
        assert isinstance(next(job.events()), Candidate)
        result = job.result()
        assert job.result() == result
    assert len(result.candidates) == 1
    assert result.image().data == gray().data
    assert result.image(0, ResultKind.IMAGE) is result.image()
    with pytest.raises(KeyError):
        result.image(1)


def test_a_receipt_can_be_read_kept_and_repeated(server: FakeServer) -> None:
    with server.connected() as client:
        with client.run(job_of(task=Colorize(strength=0.0), seed=5)) as job:
            receipt = job.result().receipt
        assert receipt is not None
        said = json.loads(json.dumps(receipt.as_dict()))
        assert said["seed"] == 5
        assert said["colorize"]["strength"] == 0.0
        assert "restore" not in said
        assert "region" not in said
        with client.run(job_of(task=None, repeat=Receipt(receipt.data))) as job:
            job.result()
    run = server.service.runs[-1]
    assert run.job.repeat.SerializeToString() == receipt.data
    assert run.job.WhichOneof("task") is None


@pytest.mark.parametrize("data", [b"", b"\xff\xff", b"a picture, perhaps"])
def test_what_is_no_receipt_is_refused(data: bytes) -> None:
    with pytest.raises(RefusedError, match="no receipt"):
        Receipt(data)


@pytest.mark.parametrize(
    "options",
    [
        {"seed": -1},
        {"seed": 2**64},
        {"deliver": "two"},
        {"task": Colorize(strength="much")},  # type: ignore[arg-type]
        {"task": None},
        {"task": "colorize"},
    ],
)
def test_what_cannot_be_sent_is_refused_in_words(
    server: FakeServer, options: dict[str, object]
) -> None:
    with server.connected() as client, pytest.raises(RefusedError) as caught:
        client.run(job_of(**options))
    assert str(caught.value).count("\n") == 0
    assert server.service.runs == []


def test_renders_are_answered_on_the_open_call(server: FakeServer) -> None:
    with server.connected() as client, client.run(job_of()) as job:
        job.result()
        assert job.render(0, 0.5, 2.0).data == bytes([70, 70])
        with pytest.raises(RefusedError):
            job.render(-1)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            shades = list(pool.map(lambda index: job.render(index, 0.0, 0.0).data[0], range(8)))
    assert shades == list(range(8))
    assert len(server.service.runs) == 1


def test_a_render_may_be_asked_for_while_the_job_runs(server: FakeServer) -> None:
    async def script(run: FakeRun) -> None:
        await run.uploaded()
        await run.say(candidate=pb.Candidate(index=4))
        await run.answer_renders()

    with server.connected(script) as client, client.run(job_of()) as job:
        candidate = next(job.events())
        assert isinstance(candidate, Candidate)
        assert job.render(candidate.index, 0.0, 0.0).data[0] == 4


def test_closing_a_finished_job_says_that_no_render_comes(server: FakeServer) -> None:
    with server.connected() as client:
        with client.run(job_of()) as job:
            job.result()
        (run,) = server.service.runs
        wait_for(run.ended.is_set)
        assert not run.cancelled.is_set()
        assert not run.context.cancelled()
        job.close()
        job.cancel()


def test_several_jobs_run_at_once_on_one_connection(server: FakeServer) -> None:
    targets = [gray(200 + index, 900) for index in range(6)]
    with server.connected() as client:
        jobs = [client.run(job_of(target)) for target in targets]
        for job, target in zip(reversed(jobs), reversed(targets), strict=True):
            assert job.result().image().data == target.data
            job.close()


def test_chunks_keep_the_servers_limit(server: FakeServer) -> None:
    sizes = []

    async def script(run: FakeRun) -> None:
        await run.header()
        async for request in run.requests:
            if request.WhichOneof("part") == "finish":
                break
            sizes.append(len(request.chunk.data))
        await run.say(done=pb.Done())
        await run.answer_renders()

    server.service.reply.limits.max_chunk_bytes = 1000
    with server.connected(script) as client, client.run(job_of(gray(50, 50))) as job:
        job.result()
    assert sizes == [1000, 1000, 500]


def test_shutdown_is_asked_of_the_server(server: FakeServer) -> None:
    with server.connected() as client:
        assert client.shutdown(grace_s=1.5) == 2
    assert server.service.shutdown_grace_s == 1.5
