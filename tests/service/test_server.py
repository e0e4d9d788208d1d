"""The life of real server processes. Most are stopped before they would import torch."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2
from restore_colorize.errors import RangeError, RequestError
from restore_colorize.service import Limits, ServeOptions
from restore_colorize_proto.v1 import restore_colorize_pb2 as pb
from restore_colorize_proto.v1.restore_colorize_pb2_grpc import RestoreColorizeStub

from tests.service.harness import upload
from tests.service.processes import ROOT, Server


@pytest.mark.slow  # a process of its own imports torch; ``test_job.py`` drains in this one
def test_a_server_binds_first_serves_and_drains(start: Callable[..., Server]) -> None:
    server = start("fake", grace_s=60)
    server.record()  # before the engines are there
    server.wait_for(lambda: server.health() == health_pb2.HealthCheckResponse.SERVING)
    with server.channel() as channel:
        stub, headers = RestoreColorizeStub(channel), server.metadata()
        assert list(stub.Run(iter(upload()), metadata=headers))[-1].HasField("done")
        slow = stub.Run(iter(upload(seed=1)), metadata=headers)
        server.wait_for((server.folder / "running").exists)
        server.process.send_signal(signal.SIGTERM)
        server.wait_for(lambda: not (server.folder / "server.json").exists())
        with pytest.raises(grpc.RpcError) as refused:
            list(stub.Run(iter(upload()), metadata=headers))
        assert refused.value.code() == grpc.StatusCode.UNAVAILABLE
        (server.folder / "go").touch()
        assert list(slow)[-1].HasField("done")
    code, said = server.ended()
    assert code == 0
    assert "job" in said
    assert "colorize of 8 x 6 x 1 uint8" in said
    assert headers[0][1].split()[1] not in said
    assert "Traceback" not in said


def test_two_servers_at_once_give_one(start: Callable[..., Server]) -> None:
    both = [start(), start()]
    deadline = time.monotonic() + 60
    while all(server.process.poll() is None for server in both):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    loser = next(server for server in both if server.process.poll() is not None)
    winner = both[1 - both.index(loser)]
    code, said = loser.ended()
    assert (code, said.strip()) == (
        0,
        "A server of this user runs already; clients will find it.",
    )
    assert winner.health() == health_pb2.HealthCheckResponse.NOT_SERVING


def test_a_killed_servers_file_is_replaced(start: Callable[..., Server]) -> None:
    first = start()
    before = first.record()
    first.process.kill()
    first.ended()
    assert json.loads((first.folder / "server.json").read_text()) == before
    after = start().record()
    assert after["token"] != before["token"]
    assert after["pid"] != before["pid"]


def test_a_taken_port_is_told_in_a_sentence(start: Callable[..., Server]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = start(port=taken.getsockname()[1])
        code, said = server.ended()
    assert code == 1
    assert "cannot be used (another program listens there): choose another port." in said
    assert "Traceback" not in said
    assert not (server.folder / "server.json").exists()


def test_engines_that_cannot_be_loaded_are_told_in_a_sentence(
    start: Callable[..., Server],
) -> None:
    server = start("broken")
    code, said = server.ended()
    assert code == 1
    assert "The server cannot run: The weights are missing: install them." in said
    assert "Traceback" not in said
    assert not (server.folder / "server.json").exists()


def test_shutdown_ends_a_server_even_while_it_loads(start: Callable[..., Server]) -> None:
    server = start()
    with server.channel() as channel:
        reply = RestoreColorizeStub(channel).Shutdown(
            pb.ShutdownRequest(grace_s=0), metadata=server.metadata(), timeout=20
        )
    assert reply.running == 0
    assert server.ended()[0] == 0
    assert not (server.folder / "server.json").exists()


def test_an_idle_server_ends_only_if_told_so(start: Callable[..., Server]) -> None:
    server = start(idle_exit_s=0.2)
    code, said = server.ended()
    assert code == 0
    assert "ending because of idleness" in said


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"port": -1}, "port"),
        ({"port": 65536}, "port"),
        ({"idle_exit_s": 0.0}, "idle"),
        ({"grace_s": float("nan")}, "grace"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    tmp_path: Path, options: dict[str, Any], word: str
) -> None:
    with pytest.raises(RangeError, match=word):
        ServeOptions(state_dir=tmp_path, **options)


FILE = Path("file")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "studio.example"])
@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({}, "needs tokens"),
        ({"token_file": FILE}, "needs TLS"),
        ({"tls_cert": FILE, "tls_key": FILE}, "needs tokens"),
        ({"token_file": FILE, "tls_cert": FILE}, "both a certificate and its key"),
        ({"token_file": FILE, "tls_key": FILE}, "both a certificate and its key"),
    ],
)
def test_other_machines_need_tls_and_tokens(
    tmp_path: Path, host: str, files: dict[str, Path], word: str
) -> None:
    with pytest.raises(RequestError, match=word):
        ServeOptions(state_dir=tmp_path, host=host, **files)
    whole = {"token_file": FILE, "tls_cert": FILE, "tls_key": FILE}
    assert ServeOptions(state_dir=tmp_path, host=host, **whole).is_shared


def test_limits_are_positive() -> None:
    with pytest.raises(RangeError, match="max_side"):
        Limits(max_side=0)


def test_a_server_binds_before_it_imports_torch() -> None:
    code = "import sys, restore_colorize.service; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
