"""What goes wrong: one leaf of the tree and one sentence each, and nothing left behind."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import grpc
import pytest
from restore_colorize.service.statuses import STATUSES as SERVER_STATUSES
from restore_colorize_client import (
    BusyError,
    CancelledError,
    Client,
    ClientError,
    ConnectError,
    ConnectionLostError,
    DeadlineError,
    Done,
    ExpiredError,
    ForeignServerError,
    InternalError,
    Progress,
    Queued,
    RefusedError,
    RunningJob,
    TokenError,
    UnreachableError,
    connect,
)
from restore_colorize_client.errors import REASONS, STATUSES
from restore_colorize_client.transport import call, channel
from restore_colorize_client.transport.planes import Upload
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from tests.client import fake_server
from tests.client.conftest import Background, FakeServer, gray, job_of, wait_for
from tests.client.fake_server import TOKEN, FakeRun, started

pytestmark = pytest.mark.usefixtures("leaves_nothing")

LARGE = gray(8000, 6000)  # more than every buffer on the way holds


# ------------------------------------------------------------------------------------ cancelling


async def stop_before_header(run: FakeRun) -> None:
    await run.wait_for_ever()


async def stop_in_upload(run: FakeRun) -> None:
    await run.header()
    await anext(run.requests)
    await run.wait_for_ever()


async def stop_in_queue(run: FakeRun) -> None:
    await run.uploaded()
    await run.say(queued=pb.Queued(position=3))
    await run.wait_for_ever()


async def stop_in_delivery(run: FakeRun) -> None:
    await run.uploaded()
    await run.say(candidate=pb.Candidate(index=0))
    plane = pb.Plane(id=1, width=9, height=9, channels=1, sample_type=pb.UINT8)
    await run.say(result=pb.Result(plane=plane, kind=pb.IMAGE))
    await run.say(chunk=pb.Chunk(plane=1, offset=0, data=b"half"))
    await run.wait_for_ever()


async def stop_after_done(run: FakeRun) -> None:
    await run.uploaded()
    await run.say(done=pb.Done())
    await run.wait_for_ever()


STAGES = [stop_before_header, stop_in_upload, stop_in_queue, stop_in_delivery]


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("end", [RunningJob.cancel, RunningJob.close])
def test_a_cancelled_job_ends_on_both_sides(
    server: FakeServer, stage: Callable[..., object], end: Callable[[RunningJob], None]
) -> None:
    target = LARGE if stage is stop_in_upload else gray()
    with server.connected(stage) as client:
        job = client.run(job_of(target))
        wait_for(lambda: server.service.runs and server.service.runs[0].reached.is_set())
        end(job)
        wait_for(server.service.runs[0].cancelled.is_set)
        end(job)
        with pytest.raises(CancelledError):
            job.result()
        with pytest.raises(CancelledError):
            job.render(0)
        server.service.script = fake_server.echo
        with client.run(job_of()) as job:
            assert job.result().image().data == gray().data


def test_a_job_may_be_cancelled_before_anything_was_sent(server: FakeServer) -> None:
    with server.connected() as client:
        for _ in range(20):
            job = client.run(job_of(LARGE))
            job.cancel()
            with pytest.raises(CancelledError):
                job.result()


def test_cancelling_ends_a_reader_in_another_thread(server: FakeServer) -> None:
    seen: list[object] = []

    def read(job: RunningJob) -> None:
        try:
            seen.extend(job.events())
        except CancelledError as error:
            seen.append(error)

    with server.connected(stop_in_queue) as client:
        job = client.run(job_of())
        reader = threading.Thread(target=read, args=(job,))
        reader.start()
        wait_for(lambda: server.service.runs and server.service.runs[0].reached.is_set())
        job.cancel()
        reader.join()
    assert isinstance(seen[-1], CancelledError)


def test_cancelling_ends_a_waiting_render(server: FakeServer) -> None:
    raised: list[ClientError] = []

    def render(job: RunningJob) -> None:
        try:
            job.render(0)
        except ClientError as error:
            raised.append(error)

    with server.connected(stop_after_done) as client, client.run(job_of()) as job:
        job.result()
        waiting = threading.Thread(target=render, args=(job,))
        waiting.start()
        wait_for(lambda: len(job._call._renders) == 1)
        job.cancel()
        waiting.join()
        assert isinstance(raised[0], CancelledError)
        assert isinstance(next(iter(job._of(Done))), Done)
    wait_for(server.service.runs[0].cancelled.is_set)


def test_closing_the_client_cancels_its_jobs(server: FakeServer) -> None:
    client = server.connected(stop_in_queue)
    job = client.run(job_of())
    wait_for(lambda: server.service.runs and server.service.runs[0].reached.is_set())
    client.close()
    client.close()
    wait_for(server.service.runs[0].cancelled.is_set)
    with pytest.raises(CancelledError):
        job.result()
    job.close()
    for question in (lambda: client.run(job_of()), client.describe, lambda: job.render(0)):
        with pytest.raises(CancelledError):
            question()


def test_an_exception_of_the_caller_cancels_the_job(server: FakeServer) -> None:
    with server.connected(stop_in_queue) as client:
        with pytest.raises(StopIteration), client.run(job_of()) as job:  # noqa: PT012
            assert isinstance(next(job.events()), Queued)
            raise StopIteration
        wait_for(server.service.runs[0].cancelled.is_set)


@pytest.mark.parametrize("stage", [*STAGES, stop_after_done])
def test_a_deadline_ends_the_call_on_both_sides(
    server: FakeServer, stage: Callable[..., object]
) -> None:
    target = LARGE if stage is stop_in_upload else gray()
    with server.connected(stage) as client, client.run(job_of(target), timeout_s=0.5) as job:
        end = (lambda: job.render(0)) if stage is stop_after_done else job.result
        with pytest.raises(DeadlineError):
            end()
    wait_for(lambda: all(run.ended.is_set() for run in server.service.runs))


# -------------------------------------------------------------------------------------- refusals


def refusal(status: str, sentence: str = "", **metadata: str) -> Callable[..., object]:
    async def script(run: FakeRun) -> None:
        await run.header()
        pairs = tuple((name.replace("_", "-"), value) for name, value in metadata.items())
        await run.context.abort(grpc.StatusCode[status], sentence, pairs)

    return script


def test_an_early_refusal_stops_the_upload(server: FakeServer) -> None:
    sentence = "The target is 8000 × 6000 pixels, but this server takes fewer: make it smaller."
    with server.connected(refusal("RESOURCE_EXHAUSTED", sentence, rc_reason="too-large")) as client:
        job = client.run(job_of(LARGE))
        with pytest.raises(RefusedError, match=sentence) as caught:
            job.result()
        assert caught.value.reason == "too-large"
        with pytest.raises(RefusedError, match=sentence):
            job.render(0)
        server.service.script = fake_server.echo
        with client.run(job_of()) as job:
            job.result()


def test_a_full_queue_says_when_to_come_again(server: FakeServer) -> None:
    script = refusal("RESOURCE_EXHAUSTED", "Wait.", rc_reason="queue-full", retry_after_ms="1500")
    with server.connected(script) as client, pytest.raises(BusyError, match="Wait") as caught:
        client.run(job_of()).result()
    assert caught.value.retry_after_s == 1.5


def server_codes() -> Iterator[tuple[str, str]]:
    for error, status in SERVER_STATUSES.items():
        yield error.code, status


@pytest.mark.parametrize(("code", "status"), sorted(set(server_codes())))
def test_every_error_of_the_server_has_its_leaf(server: FakeServer, code: str, status: str) -> None:
    sentence = "Something happened: do this."
    with (
        server.connected(refusal(status, sentence, rc_reason=code)) as client,
        pytest.raises(REASONS[code]) as caught,
    ):
        client.run(job_of()).result()
    assert str(caught.value) == sentence
    assert caught.value.reason == code


def test_no_code_of_the_servers_tree_is_left_out() -> None:
    root = Path(__file__).resolve().parents[2] / "server" / "restore_colorize"
    codes = {
        node.value.value
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == "code"
        and isinstance(node.value, ast.Constant)
    }
    assert len(codes) >= 13
    assert codes <= set(REASONS)


def test_no_status_of_grpc_is_left_out() -> None:
    assert set(STATUSES) == {status.name for status in grpc.StatusCode} - {"OK"}


@pytest.mark.parametrize("status", STATUSES)
def test_texts_of_libraries_do_not_reach_the_user(server: FakeServer, status: str) -> None:
    with (
        server.connected(refusal(status, "Unexpected <class 'Secret'>")) as client,
        pytest.raises(STATUSES[status]) as caught,
    ):
        client.run(job_of()).result()
    assert "Secret" not in str(caught.value)
    assert str(caught.value) == STATUSES[status].sentence


def test_a_servers_bug_is_told_with_its_number(server: FakeServer) -> None:
    script = refusal("INTERNAL", "A mistake with the number 12ab.", rc_reason="internal")
    with server.connected(script) as client, pytest.raises(InternalError, match="12ab"):
        client.run(job_of()).result()


def test_every_error_is_one_sentence_with_a_remedy() -> None:
    for leaf in {*REASONS.values(), *STATUSES.values(), *ConnectError.__subclasses__()}:
        assert str(leaf()).endswith(".")
        assert "\n" not in str(leaf())


# -------------------------------------------------------------------------------- broken servers


def test_a_call_that_ends_without_a_result_is_no_success(server: FakeServer) -> None:
    async def script(run: FakeRun) -> None:
        await run.uploaded()
        await run.say(candidate=pb.Candidate(index=0))

    with server.connected(script) as client, pytest.raises(ConnectionLostError, match="without"):
        client.run(job_of()).result()


def test_candidates_expire_where_the_server_ends_the_call(server: FakeServer) -> None:
    async def script(run: FakeRun) -> None:
        await run.uploaded()
        await run.say(done=pb.Done())

    with server.connected(script) as client, client.run(job_of()) as job:
        job.result()
        with pytest.raises(ExpiredError):
            job.render(0)
        assert not job.is_open


def test_a_server_that_drains_finishes_what_runs(server: FakeServer) -> None:
    async def script(run: FakeRun) -> None:
        await run.uploaded()
        await run.say(queued=pb.Queued(position=0))
        await asyncio.to_thread(go_on.wait)
        await run.say(candidate=pb.Candidate(index=0))
        await run.say(done=pb.Done())
        await run.answer_renders()

    go_on = threading.Event()
    with server.connected(script) as client:
        with client.run(job_of()) as job:
            events = job.events()
            next(events)
            stopping = threading.Thread(target=server.stop, args=(20.0,))
            stopping.start()
            wait_for(lambda: takes_no_calls(client))
            go_on.set()
            assert len(job.result().candidates) == 1
            assert job.render(0, 0.0, 0.0).data[0] == 0
        stopping.join()


def takes_no_calls(client: Client) -> bool:
    try:
        client.describe()
    except (UnreachableError, ConnectionLostError):
        return True
    return False


def plane(**fields: int) -> pb.Plane:
    form = {"id": 1, "width": 2, "height": 1, "channels": 1, "sample_type": pb.UINT8, **fields}
    return pb.Plane(**form)


@pytest.mark.parametrize(
    "events",
    [
        [{"chunk": pb.Chunk(plane=1, data=b"ab")}],
        [{"result": pb.Result(plane=plane(), kind=pb.IMAGE)}, {"chunk": pb.Chunk(plane=2)}],
        [
            {"result": pb.Result(plane=plane(), kind=pb.IMAGE)},
            {"chunk": pb.Chunk(plane=1, offset=1, data=b"b")},
        ],
        [
            {"result": pb.Result(plane=plane(), kind=pb.IMAGE)},
            {"chunk": pb.Chunk(plane=1, data=b"abc")},
        ],
        [{"result": pb.Result(plane=plane(width=0), kind=pb.IMAGE)}],
        [{"result": pb.Result(plane=plane(width=2**31, height=2**31), kind=pb.IMAGE)}],
        [{"result": pb.Result(plane=plane(channels=0), kind=pb.IMAGE)}],
        [{"result": pb.Result(plane=plane(sample_type=0), kind=pb.IMAGE)}],
        [{"result": pb.Result(plane=plane())}],
    ],
)
def test_a_server_that_breaks_the_contract_is_told_apart(
    server: FakeServer, events: list[dict[str, object]]
) -> None:
    async def script(run: FakeRun) -> None:
        await run.uploaded()
        for event in events:
            await run.say(**event)
        await run.wait_for_ever()

    with server.connected(script) as client, pytest.raises(ForeignServerError):
        client.run(job_of()).result()
    wait_for(server.service.runs[0].cancelled.is_set)


def test_events_of_newer_servers_are_passed_over(server: FakeServer) -> None:
    async def script(run: FakeRun) -> None:
        await run.uploaded()
        await run.context.write(pb.RunEvent.FromString(b"\xfa\x01\x02hi"))
        await run.say(done=pb.Done())
        await run.answer_renders()

    with server.connected(script) as client, client.run(job_of()) as job:
        assert [type(event) for event in job.events()] == [Done]


def test_a_failure_while_sending_ends_the_job(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def messages(self: Upload) -> Iterator[object]:
        yield pb.RunRequest(job=pb.Job())
        raise MemoryError

    monkeypatch.setattr(call, "FAREWELL_S", 0.1)
    monkeypatch.setattr(Upload, "messages", messages)
    with server.connected() as client, pytest.raises(InternalError) as caught:
        client.run(job_of()).result()
    assert isinstance(caught.value.__cause__, MemoryError)


@pytest.fixture
def killable(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Client]]:
    environment = {**os.environ, "RESTORE_COLORIZE_STATE_DIR": str(tmp_path)}
    root = str(Path(__file__).resolve().parents[2])
    process = subprocess.Popen(
        [sys.executable, fake_server.__file__], env=environment, cwd=root, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    with connect(state_dir=tmp_path, start=False) as client:
        yield process, client
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_killed_server_is_a_lost_connection(
    killable: tuple[subprocess.Popen[bytes], Client],
) -> None:
    process, client = killable
    job, other = client.run(job_of()), client.run(job_of(LARGE))
    assert isinstance(next(job.events()), Progress)
    process.send_signal(signal.SIGKILL)
    with pytest.raises(ConnectionLostError):
        job.result()
    with pytest.raises(ConnectionLostError):
        other.result()
    with pytest.raises(ConnectionLostError):
        job.render(0)
    process.wait()
    with pytest.raises(UnreachableError, match=client.address):
        client.run(job_of()).result()
    with pytest.raises(UnreachableError):
        client.describe()


# ------------------------------------------------------------------------------------ connecting


def test_describe_gives_what_the_server_says(server: FakeServer) -> None:
    reply = server.service.reply
    reply.engines.add(name="colorize", models=["a", "b"], takes_hints=True)
    reply.models.add(name="a", parameters=7, is_default=True)
    reply.environment.device = "cpu"
    reply.limits.max_side = 9
    reply.queue.waiting = 2
    reply.uptime_s = 1.5
    with server.connected() as client:
        said = client.describe()
        assert client.address == server.address
    assert said.engines[0].models == ("a", "b")
    assert said.engines[0].takes_hints
    assert said.models[0].parameters == 7
    assert (said.environment.device, said.limits.max_side) == ("cpu", 9)
    assert (said.queue.waiting, said.uptime_s, said.protocol) == (2, 1.5, 1)


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", None])
def test_a_wrong_token_is_refused(server: FakeServer, token: str | None) -> None:
    with pytest.raises(TokenError):
        connect(server.address, token)


@pytest.mark.parametrize("token", ["é", "a\nb", "\0"])
def test_a_token_that_cannot_be_sent_is_refused(server: FakeServer, token: str) -> None:
    with pytest.raises(ConnectError, match="token") as caught:
        connect(server.address, token)
    assert token not in str(caught.value)


@pytest.mark.parametrize("text", ["", "here", "here:", ":1", "here:0", "here:65536", "here:x"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ConnectError, match="no server address"):
        connect(text, TOKEN)


def test_nobody_there_is_told_with_the_address() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(UnreachableError, match=address):
            connect(address, TOKEN)


def test_a_proxy_in_the_environment_is_not_asked(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.connected().close()


@pytest.mark.parametrize("field", ["nonce", "protocol"])
def test_a_server_that_does_not_prove_itself_is_refused(server: FakeServer, field: str) -> None:
    if field == "nonce":
        server.service.nonce = "guessed"
    else:
        server.service.reply.protocol = 2
    with pytest.raises(ForeignServerError):
        server.connected()


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b""])
def test_another_program_at_the_port_is_told_apart(answer: bytes) -> None:
    def serve(listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(1000)
                    connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        with pytest.raises((ForeignServerError, ConnectionLostError)):
            connect(f"127.0.0.1:{listener.getsockname()[1]}", TOKEN)
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_grpc_server_of_something_else_is_told_apart(background: Background) -> None:
    other, port, _ = background.call(started(None))
    with pytest.raises(ForeignServerError):
        connect(f"127.0.0.1:{port}", TOKEN)
    background.call(other.stop(0))


def test_a_program_that_keeps_silent_is_not_waited_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(channel, "ANSWER_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(UnreachableError, match=address):
            connect(address, TOKEN)


def test_a_server_that_loads_is_waited_for(server: FakeServer) -> None:
    from grpc_health.v1.health_pb2 import HealthCheckResponse

    told: list[str] = []

    def on_start(stage: str, waited_s: float) -> None:
        told.append(stage)
        assert waited_s >= 0.0
        if len(told) == 2:
            server.call(server.health.set("", HealthCheckResponse.SERVING))

    server.call(server.health.set("", HealthCheckResponse.NOT_SERVING))
    server.connected(on_start=on_start).close()
    assert told == ["load", "load"]
    server.call(server.health.set("", HealthCheckResponse.NOT_SERVING))
    with pytest.raises(UnreachableError, match="loading"):
        server.connected(timeout_s=0.0)
