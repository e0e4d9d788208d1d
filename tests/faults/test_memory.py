"""A server that runs out of memory says so, and does the next job."""

from __future__ import annotations

import sys
from collections.abc import Callable

import grpc
import numpy as np
import pytest
from restore_colorize_proto.v1.restore_colorize_pb2_grpc import RestoreColorizeStub

from tests.service.harness import upload
from tests.service.processes import Server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS works on Linux only"),
]


def test_a_shortage_on_the_cpu_is_a_status_and_the_next_job_succeeds(
    start: Callable[..., Server],
) -> None:
    server = start("limited")
    server.wait_for(lambda: server.health() == 1)
    small, large = np.zeros((64, 64, 3), np.uint8), np.zeros((3000, 4000, 3), np.uint8)
    with server.channel() as channel:
        stub, headers = RestoreColorizeStub(channel), server.metadata()
        for _ in range(3):
            with pytest.raises(grpc.RpcError) as refused:
                list(stub.Run(iter(upload(large, deliver=1)), metadata=headers))
            assert refused.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
            assert dict(refused.value.trailing_metadata())["rc-reason"] == "memory"
            assert "memory" in refused.value.details()
            events = list(stub.Run(iter(upload(small, deliver=1)), metadata=headers))
            assert events[-1].HasField("done")
    server.process.terminate()
    code, said = server.ended()
    assert code == 0
    assert "Internal error" not in said
