"""A server on another machine is spoken to by TLS only."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from restore_colorize_client import UnreachableError, connect
from restore_colorize_client.transport import Address

from tests.client.conftest import Background, job_of
from tests.client.fake_server import TOKEN, FakeService, started

pytestmark = pytest.mark.usefixtures("leaves_nothing")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificate, is not on this machine")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    return tmp_path / "cert.pem"


@pytest.fixture
def address(background: Background, certificate: Path) -> Iterator[str]:
    key = certificate.with_name("key.pem").read_bytes()
    credentials = grpc.ssl_server_credentials([(key, certificate.read_bytes())])
    server, port, _ = background.call(started(FakeService(), credentials=credentials))
    yield f"127.0.0.1:{port}"
    background.call(server.stop(0))


def test_a_job_runs_over_tls(address: str, certificate: Path) -> None:
    trust = ssl.create_default_context(cafile=str(certificate))
    with connect(address, TOKEN, tls=trust) as client, client.run(job_of()) as job:
        assert len(job.result().images) == 1


def test_a_server_that_nobody_vouches_for_gets_no_token(address: str) -> None:
    with pytest.raises(UnreachableError, match="certificate"):
        connect(address, TOKEN, tls=ssl.create_default_context())


@pytest.mark.parametrize("text", ["127.0.0.1:1", "localhost:1", "[::1]:1", "127.9.9.9:1"])
def test_this_machine_needs_no_tls(text: str) -> None:
    assert Address.parse(text).tls is None
    assert str(Address.parse(text)) == text


@pytest.mark.parametrize("text", ["192.168.1.5:1", "server.example:1", "[2001:db8::1]:1"])
def test_another_machine_always_gets_tls(text: str) -> None:
    tls = Address.parse(text).tls
    assert tls is not None
    assert tls.verify_mode is ssl.CERT_REQUIRED
    assert tls.check_hostname
    assert str(Address.parse(text)) == text
