"""A server for several people: TLS, their tokens, turns by person, and one bound of memory."""

from __future__ import annotations

import asyncio
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import grpc
import numpy as np
import pytest
from restore_colorize.errors import QueueFullError, TooLargeError
from restore_colorize.service.budget import Budget, Loan
from restore_colorize.service.certificate import fingerprint, make_certificate
from restore_colorize.service.tokens import add_token
from restore_colorize_client import (
    Colorize,
    ExpiredError,
    JobRequest,
    Pixels,
    SampleType,
    TokenError,
    connect,
)
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from tests.service.fakes import FakeEngines
from tests.service.harness import (
    TOKEN,
    Rig,
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
from tests.service.processes import Server

PEOPLE = {"anna": "a" * 30, "bert": "b" * 30}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes certificates, is not on this machine")
    return make_certificate(["127.0.0.1"], tmp_path_factory.mktemp("pair"), 5)


def job() -> JobRequest:
    target = Pixels(4, 3, 1, SampleType.UINT8, False, bytes(range(12)))
    return JobRequest(target=target, task=Colorize(), deliver=1)


def test_people_with_tokens_are_served_by_tls_alone(pair: tuple[Path, Path]) -> None:
    pin = fingerprint(pair[0].read_bytes())

    def use(port: int) -> None:
        address = f"127.0.0.1:{port}"
        for token in PEOPLE.values():
            with connect(address, token, fingerprint=pin) as client:
                assert not client.describe().loopback
                with client.run(job()) as running:
                    assert len(running.result().images) == 1
                with pytest.raises(Exception, match="only who runs it can stop it"):
                    client.shutdown()
        with pytest.raises(TokenError):
            connect(address, "c" * 30, fingerprint=pin)

    @in_loop
    async def main() -> None:
        whole = pair[0].read_bytes(), pair[1].read_bytes()
        async with rig(people=PEOPLE, pair=whole) as server:
            await asyncio.to_thread(use, server.server.port)
            assert not server.stopped

    main()


def test_ten_people_at_once_get_their_own_pictures(pair: tuple[Path, Path]) -> None:
    people = {f"person-{number}": f"{number}" * 30 for number in range(10)}
    pin = fingerprint(pair[0].read_bytes())

    def use(port: int, shade: int, token: str) -> bool:
        target = Pixels(70, 50, 1, SampleType.UINT8, False, bytes([shade]) * 3500)
        request = JobRequest(target=target, task=Colorize(), deliver=1, seed=shade)
        with connect(f"127.0.0.1:{port}", token, fingerprint=pin) as client:
            for _ in range(3):
                with client.run(request) as running:
                    made = bytes(running.result().image().data)
                    if set(made) != {shade} or len(made) != 3 * 3500:
                        return False
                    running.render(0)
        return True

    @in_loop
    async def main() -> None:
        whole = pair[0].read_bytes(), pair[1].read_bytes()
        async with rig(people=people, pair=whole) as server:
            uses = [
                asyncio.to_thread(use, server.server.port, 20 * number, token)
                for number, token in enumerate(people.values())
            ]
            assert all(await asyncio.gather(*uses))
            await until(lambda: server.core.budget.held_bytes == 0)
            assert server.engines.runs == 30

    main()


def test_the_process_has_no_rendezvous_file_and_no_secrets_in_its_log(
    start: Callable[..., Server],
    pair: tuple[Path, Path],
    tmp_path: Path,
) -> None:
    token = add_token(tmp_path / "tokens", "anna")
    server = start(token_file=str(tmp_path / "tokens"), tls_cert=str(pair[0]), tls_key=str(pair[1]))
    assert server.process.stderr is not None
    said = ""
    while "listening on 127.0.0.1:" not in said:
        said += server.process.stderr.readline()
        assert server.process.poll() is None, said
    pin = fingerprint(pair[0].read_bytes())
    assert pin in said
    address = said.split("listening on ")[1].split(";")[0]
    # It is still loading, and told so only to who has the token.
    with pytest.raises(Exception, match="still loading"):
        connect(address, token, fingerprint=pin, timeout_s=0.1)
    with pytest.raises(TokenError):
        connect(address, token[::-1], fingerprint=pin)
    assert not list(tmp_path.glob("server.*"))
    server.process.send_signal(signal.SIGTERM)
    code, rest = server.ended()
    assert code == 0
    assert not {token, "anna", "Traceback"} & set((said + rest).split())


@pytest.mark.parametrize("broken", ["tokens", "certificate", "key"])
def test_what_it_cannot_be_started_with_is_a_sentence(
    broken: str, capsys: pytest.CaptureFixture[str], pair: tuple[Path, Path], tmp_path: Path
) -> None:
    from restore_colorize.service import ServeOptions, serve

    paths = {"tokens": tmp_path / "tokens", "certificate": pair[0], "key": pair[1]}
    add_token(paths["tokens"], "anna")
    paths[broken] = tmp_path / "broken"
    paths[broken].write_text("nonsense")
    paths[broken].chmod(0o600)
    options = ServeOptions(
        state_dir=tmp_path,
        host="0.0.0.0",
        token_file=paths["tokens"],
        tls_cert=paths["certificate"],
        tls_key=paths["key"],
    )
    assert serve(options) == 1
    said = capsys.readouterr().err
    assert said.startswith("The server cannot run: ")
    assert said.count("\n") == 1
    assert "nonsense" not in said


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("no-such-host.invalid", "The name no-such-host.invalid cannot be found"),
        ("a" * 70 + ".invalid", "cannot be found"),
        ("192.0.2.1", "192.0.2.1 is no address of this machine"),  # of nobody: RFC 5737
    ],
)
def test_where_it_cannot_listen_is_told_with_the_reason(
    host: str, said: str, capfd: pytest.CaptureFixture[str], pair: tuple[Path, Path], tmp_path: Path
) -> None:
    from restore_colorize.service import ServeOptions, serve

    add_token(tmp_path / "tokens", "anna")
    options = ServeOptions(
        state_dir=tmp_path,
        host=host,
        token_file=tmp_path / "tokens",
        tls_cert=pair[0],
        tls_key=pair[1],
    )
    assert serve(options) == 1
    last = capfd.readouterr().err.splitlines()[-1]
    assert last.startswith("The server cannot run: ")
    assert said in last
    assert "another program" not in last


async def order_of(people: dict[str, str] | None, callers: list[tuple[str, str]]) -> list[int]:
    """Queue one job for each (token, client's name) and return in which order they ran."""
    engines = FakeEngines()
    engines.gate.clear()
    async with rig(engines, people=people) as server:
        calls = []
        for number, (token, name) in enumerate([callers[0], *callers]):
            call = server.stub.Run(metadata=metadata(name, token))
            for request in upload(seed=number):
                await call.write(request)
            await read_to(call, "queued")  # its upload is in: now it has its place in a line
            await until(engines.started.is_set)
            calls.append(call)
        engines.gate.set()
        for call in calls:
            await call.done_writing()
            await read_to(call, None)
        return engines.seeds[1:]


async def read_to(call: grpc.aio.StreamStreamCall, kind: str | None) -> None:
    """Read events until one of this kind, or the end, has come."""
    while (event := await call.read()) is not grpc.aio.EOF:
        if kind is not None and event.HasField(kind):
            return


@in_loop
async def test_people_take_turns_whatever_their_programs_are_called() -> None:
    anna, bert = PEOPLE["anna"], PEOPLE["bert"]
    callers = [(anna, "gimp"), (anna, "krita"), (anna, "more"), (bert, "gimp")]
    order = await order_of(PEOPLE, callers)
    assert order.index(4) == 1  # Bert's one job waits for one of Anna's


@in_loop
async def test_with_one_token_machines_take_turns() -> None:
    token = "t" * 30
    order = await order_of({"": token}, [(token, "gimp"), (token, "krita"), (token, "gimp")])
    assert order == [1, 2, 3]  # all from this machine, so all in one line


@in_loop
async def test_a_shared_server_reads_no_folders() -> None:
    engines = FakeEngines(lists_suggestions=True)
    async with rig(engines, people=PEOPLE) as server:
        suggest = pb.SuggestReferences(folders=["/"])
        message = header(plane(np.zeros((2, 2, 1), np.uint8)), colorize=None)
        message.job.suggest_references.CopyFrom(suggest)
        call = server.stub.Run(metadata=metadata(token=PEOPLE["anna"]))
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await talk(call, [message])
        assert refused.value.code() == grpc.StatusCode.UNIMPLEMENTED
        assert "reads no folders" in str(refused.value.details())
        assert not engines.runs


# ------------------------------------------------------------------------------------- memory


def test_a_budget_lends_what_it_has_and_gets_it_back() -> None:
    budget = Budget(10, safe_s=1)
    with budget.lend(6), budget.lend(4):
        assert budget.held_bytes == 10
        with pytest.raises(QueueFullError) as refused, budget.lend(1):
            pass
        assert refused.value.retry_after_ms == 5000
        assert "try again in 5 s." in str(refused.value)
    with pytest.raises(TooLargeError), budget.lend(11):
        pass
    with pytest.raises(ZeroDivisionError), budget.lend(10):
        raise ZeroDivisionError
    assert budget.held_bytes == 0


# 6 x 8 gray at 8 bit: 4 bytes a pixel while it is kept, and 3 for a result on its way.
HELD = 6 * 8 * (4 + 3)


@pytest.mark.parametrize("stage", ["uploading", "computing", "done"])
@in_loop
async def test_pictures_of_open_calls_share_one_bound(stage: str) -> None:
    engines = FakeEngines()
    async with rig(engines, max_open_bytes=2 * HELD) as server:
        if stage == "computing":
            engines.gate.clear()
        calls = [server.call(f"client {number}") for number in range(2)]
        for call in calls:
            for message in upload()[: 2 if stage == "uploading" else None]:
                await call.write(message)
            if stage == "done":
                async for event in call:
                    if event.HasField("done"):
                        break
        await until(lambda: server.core.budget.held_bytes == 2 * HELD)
        assert server.core.describe("").queue.waiting < 3  # so the queue is not what refuses
        status, reason, sentence = await refusal(server, upload())
        assert (status, reason) == ("RESOURCE_EXHAUSTED", "queue-full")
        assert "memory" in sentence
        too_large = upload(np.zeros((60, 80, 3), np.uint8))
        assert (await refusal(server, too_large))[1] == "too-large"
        calls[0].cancel()
        await until(lambda: server.core.budget.held_bytes == HELD)
        engines.release()
        await server.good_job()
        calls[1].cancel()
        await until(lambda: server.core.budget.held_bytes == 0)


async def done(server: Rig, client: str) -> grpc.aio.StreamStreamCall:
    """Bring a call to where its results can be rendered."""
    call = server.call(client)
    for message in upload():
        await call.write(message)
    async for event in call:
        if event.HasField("done"):
            break
    return call


async def can_render(call: grpc.aio.StreamStreamCall) -> bool:
    await call.write(pb.RunRequest(render=pb.Render(id=1, strength=1, saturation=1)))
    await call.done_writing()
    return kinds([event async for event in call])[-1:] == ["done"]


@in_loop
async def test_the_longest_idle_results_are_forgotten_for_others() -> None:
    async with rig(max_open_bytes=2 * HELD, safe_render_s=0.01) as server:
        first, second = await done(server, "first"), await done(server, "second")
        await asyncio.sleep(0.02)
        await server.good_job("third")
        assert await first.code() == grpc.StatusCode.OK
        assert server.core.budget.held_bytes == HELD
        assert await can_render(second)
        await until(lambda: server.core.budget.held_bytes == 0)


@in_loop
async def test_results_are_not_forgotten_in_vain() -> None:
    async with rig(max_open_bytes=2 * HELD, safe_render_s=0.01) as server:
        idle, busy = await done(server, "idle"), server.call("busy")
        await busy.write(upload()[0])
        await until(lambda: server.core.budget.held_bytes == 2 * HELD)
        await asyncio.sleep(0.02)
        sentence = (await refusal(server, upload(np.zeros((12, 8, 1), np.uint8))))[2]
        assert sentence == (
            "The pictures of jobs that upload, wait, run or have just ended fill the server's "
            "6.7e-07 GB of memory; try again in 5 s."
        )
        assert await can_render(idle)
        busy.cancel()


@in_loop
async def test_a_full_queue_forgets_no_results() -> None:
    async with rig(max_open_bytes=2 * HELD, max_waiting_jobs=1, safe_render_s=0.01) as server:
        idle = await done(server, "idle")
        uploading = server.call("uploading")
        await uploading.write(upload()[0])
        await until(lambda: server.core.budget.held_bytes == 2 * HELD)
        await asyncio.sleep(0.02)
        assert "jobs wait already" in (await refusal(server, upload()))[2]
        assert await can_render(idle)
        uploading.cancel()


@in_loop
async def test_an_editor_is_told_that_its_results_were_forgotten() -> None:
    def use(port: int) -> None:
        with connect(f"127.0.0.1:{port}", TOKEN) as client, client.run(job()) as first:
            first.result()
            time.sleep(0.02)
            with client.run(job()) as second:
                second.result()
                with pytest.raises(ExpiredError, match="run the job again"):
                    first.render(0)
                assert second.render(0).width == 4

    async with rig(max_open_bytes=4 * 3 * 7, safe_render_s=0.01) as server:
        await asyncio.to_thread(use, server.server.port)


@in_loop
async def test_a_question_that_comes_too_late_is_not_answered() -> None:
    budget = Budget(10, safe_s=0)

    async def ask(loan: Loan) -> None:
        async with budget.idle(loan):
            with budget.lend(5):
                assert budget.held_bytes == 5

    with budget.lend(6) as loan:
        with pytest.raises(TimeoutError):
            await ask(loan)
        assert budget.held_bytes == 0


@in_loop
async def test_a_refused_header_holds_no_memory() -> None:
    async with rig(max_open_bytes=HELD) as server:
        for _ in range(5):
            await refusal(server, [header(plane(np.zeros((2, 2, 1), np.uint8), width=0))])
            await refusal(server, upload()[:-1])
        await until(lambda: server.core.budget.held_bytes == 0)
        events = await server.good_job()
        assert kinds(events)[-1] == "done"
        assert image(events)[1].shape == (6, 8, 3)
