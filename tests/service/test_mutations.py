"""Messages that no client of ours would send: a status of the table, and nothing left behind."""

from __future__ import annotations

import asyncio
import random

import grpc
import numpy as np
import pytest
from google.protobuf.message import DecodeError
from restore_colorize.service.statuses import STATUSES
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from tests.service.harness import (
    Rig,
    chunks,
    finish,
    gray,
    header,
    metadata,
    plane,
    rig,
    talk,
    until,
    upload,
)

ALLOWED = {*STATUSES.values(), "OK"}  # some mutations do no harm
BOUNDARIES = (0, 1, 127, 128, 255, 2**31 - 1, 2**31, 2**32 - 1)


def conversation(receipt: pb.Receipt, dice: random.Random) -> list[bytes]:
    """Return a job with a reference and a Render, or the repetition of a receipt."""
    reference = np.full((3, 3, 3), 51, np.uint8)
    job = header(
        plane(gray()),
        plane(reference, pb.REFERENCE, 2, name="aunt"),
        region=pb.Region(width=8, height=6, layer_width=9, layer_height=9),
        deliver=1,
        explain=True,
    )
    repeated = upload(repeat=receipt)
    whole = [
        job,
        *chunks(gray()),
        *chunks(reference, 2),
        finish(p1=48, p2=27),
        pb.RunRequest(render=pb.Render(id=1, strength=1, saturation=1)),
    ]
    return [message.SerializeToString() for message in dice.choice((whole, repeated))]


def mutate(messages: list[bytes], dice: random.Random) -> list[bytes]:
    """Swap, drop or repeat messages, or change bytes in one."""
    messages = list(messages)
    for _ in range(dice.randint(1, 3)):
        if not messages:
            break
        at = dice.randrange(len(messages))
        kind = dice.randrange(5)
        if kind == 0:
            del messages[at]
        elif kind == 1:
            messages.insert(dice.randrange(len(messages)), messages[at])
        else:
            data = bytearray(messages[at])
            for _ in range(dice.randint(1, 4)):
                where = dice.randrange(len(data) + 1)
                value = dice.choice(BOUNDARIES).to_bytes(4, "little")
                data[where : where + dice.randint(0, 2)] = value[: dice.randint(0, 4)]
            messages[at] = bytes(data)
    return messages


async def send(server: Rig, messages: list[bytes]) -> str:
    run = server.channel.stream_stream("/restore_colorize.v1.RestoreColorize/Run")
    call = run(metadata=metadata(), timeout=10)
    try:
        for message in messages:
            await call.write(message)
        await call.done_writing()
    except (asyncio.InvalidStateError, grpc.aio.AioRpcError):
        pass  # refused meanwhile
    try:
        async for _ in call:
            pass
    except grpc.aio.AioRpcError:
        pass
    if await call.details() == "Internal error from Core":
        return "OK"  # grpc's asyncio client says so if it writes while it is being refused
    return (await call.code()).name


async def describe(server: Rig, data: bytes) -> str:
    method = server.channel.unary_unary("/restore_colorize.v1.RestoreColorize/Describe")
    return (await method(data, metadata=metadata(), timeout=10).code()).name


@pytest.mark.parametrize(
    ("seed", "count"),
    [
        (0, 80),
        (1, 80),
        # Each has at least one mutated message.
        *(pytest.param(seed, 2500, marks=pytest.mark.slow) for seed in range(2, 6)),
    ],
)
def test_mutated_messages_meet_a_status_and_harm_nobody(
    seed: int, count: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        dice = random.Random(seed)
        async with rig(max_bytes=10**6, max_pixels=10**5) as server:
            server.engines.keep_requests = False
            receipt = (await talk(server.call(), upload()))[-1].done.receipt
            for _ in range(count):
                messages = mutate(conversation(receipt, dice), dice)
                status = await send(server, messages)
                assert status in ALLOWED, (status, messages)
            # Of what is no message in a unary call grpc itself says UNKNOWN, before our code runs.
            for _ in range(count // 10):
                data = mutate([pb.DescribeRequest(nonce="n" * 20).SerializeToString()], dice)
                for message in data:
                    status = await describe(server, message)
                    if status == "UNKNOWN":
                        with pytest.raises(DecodeError):
                            pb.DescribeRequest.FromString(message)
                    else:
                        assert status in ALLOWED
            await until(lambda: server.core.idle_since is not None)
            assert server.core.budget.held_bytes == 0
            await server.good_job()

    asyncio.run(main())
    assert "Internal error" not in caplog.text
