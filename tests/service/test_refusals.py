"""What the log tells whoever runs a server: refusals, and where a job's time went."""

from __future__ import annotations

import asyncio
import logging
import re

import grpc
import numpy as np
import pytest
from restore_colorize.service import refusals
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from tests.service.fakes import FakeEngines
from tests.service.harness import Rig, header, in_loop, metadata, plane, rig, talk, until, upload

HELD_S = 0.5  # until the first job may end, at least
ROUNDED_S = 0.01  # a figure of the log
PEOPLE = {"anna": "a" * 30, "bert": "b" * 30}


@pytest.fixture(autouse=True)
def _everything_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


def refused(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [text for text in caplog.messages if text.startswith("refused ")]


async def is_refused(server: Rig, requests: list[pb.RunRequest], token: str) -> None:
    call = server.stub.Run(metadata=metadata(token=token))
    with pytest.raises(grpc.aio.AioRpcError):
        await talk(call, requests)


def test_a_refused_job_is_one_line_with_code_and_person(caplog: pytest.LogCaptureFixture) -> None:
    @in_loop
    async def main() -> None:
        engines = FakeEngines(lists_suggestions=True)
        async with rig(engines, people=PEOPLE) as server:
            message = header(plane(np.zeros((2, 2, 1), np.uint8), name="aunt.png"), colorize=None)
            message.job.suggest_references.folders.append("/secret")
            await is_refused(server, [message], PEOPLE["anna"])
            message.job.colorize.folders.append("/secret")
            await is_refused(server, [message], PEOPLE["anna"])
            with pytest.raises(grpc.aio.AioRpcError):
                await server.stub.Shutdown(
                    pb.ShutdownRequest(), metadata=metadata(token=PEOPLE["bert"])
                )

    main()
    assert refused(caplog) == [
        "refused anna (not-available)",
        "refused anna (not-available)",
        "refused bert (not-available)",
    ]
    assert not re.search("aunt|secret|aaaa", caplog.text)


# 6 x 8 gray at 8 bit, see ``test_shared``.
HELD = 6 * 8 * (4 + 3)


@pytest.mark.parametrize(
    ("limits", "word"), [({"max_waiting_jobs": 1}, "1 jobs wait"), ({"max_open_bytes": HELD}, "GB")]
)
def test_a_full_server_says_in_its_log_of_what(
    caplog: pytest.LogCaptureFixture, limits: dict[str, int], word: str
) -> None:
    @in_loop
    async def main() -> None:
        async with rig(people=PEOPLE, **limits) as server:
            first = server.stub.Run(metadata=metadata(token=PEOPLE["anna"]))
            await first.write(upload()[0])
            await until(lambda: server.core.describe("").queue.waiting == 1)
            await is_refused(server, upload(), PEOPLE["bert"])
            first.cancel()

    main()
    (said,) = refused(caplog)
    assert said.startswith("refused bert (queue-full): ")
    assert word in said


def test_wrong_tokens_cannot_flood_the_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "_PAUSE_S", 1.0)

    @in_loop
    async def main() -> None:
        async with rig() as server:
            for _ in range(10):
                await is_refused(server, upload(), "secret")
            assert refused(caplog) == ["refused ipv4:127.0.0.1 (token): a wrong token"]
            await until(lambda: len(refused(caplog)) == 2)
            await asyncio.sleep(1.1)
            with pytest.raises(grpc.aio.AioRpcError):
                await server.stub.Describe(pb.DescribeRequest())

    main()
    assert refused(caplog)[1:] == [
        "refused 9 more calls (token)",
        "refused ipv4:127.0.0.1 (token): no token",
    ]
    assert "secret" not in caplog.text


def test_waiting_and_computing_are_told_apart(caplog: pytest.LogCaptureFixture) -> None:
    @in_loop
    async def main() -> None:
        engines = FakeEngines()
        engines.gate.clear()
        async with rig(engines) as server:
            first = asyncio.create_task(server.good_job("one"))
            await until(engines.started.is_set)
            second = asyncio.create_task(server.good_job("two"))
            await until(lambda: server.core.describe("").queue.waiting == 1)
            await asyncio.sleep(HELD_S)
            engines.gate.set()
            await asyncio.gather(first, second)

    main()
    form = r"done after (\S+) s: (\S+) s upload and waiting, (\S+) s computing"
    times = [[float(part) for part in parts] for parts in re.findall(form, caplog.text)]
    first, second = sorted(times, key=lambda job: job[1])
    assert min(first[2], second[1]) >= HELD_S - ROUNDED_S
    for whole, waited, computed in (first, second):
        assert waited + computed <= whole + 2 * ROUNDED_S  # nothing counts twice
