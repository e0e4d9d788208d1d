"""A server on another machine is spoken to by TLS only."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from restore_colorize_client import ConnectError, ForeignServerError, UnreachableError, connect
from restore_colorize_client.transport import Address
from restore_colorize_client.transport.trust import broken_tls

from tests.client.conftest import Background, job_of
from tests.client.fake_server import TOKEN, FakeService, started

pytestmark = pytest.mark.usefixtures("leaves_nothing")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tmp_path = tmp_path_factory.mktemp("certificate")
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificate, is not on this machine")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    return tmp_path / "cert.pem"


SETTINGS = bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])  # the first frame of every HTTP/2 server
WINDOW_UPDATE = 8
TLS_HANDSHAKE = 22
TLS_ALERT = bytes([21, 3, 1, 0, 2, 2, 70])  # what a TLS server says to a client without


def digest_of(certificate: Path) -> str:
    der = ssl.PEM_cert_to_DER_cert(certificate.read_text())
    return hashlib.sha256(der).hexdigest()


@pytest.fixture
def address(background: Background, certificate: Path) -> Iterator[str]:
    key = certificate.with_name("key.pem").read_bytes()
    credentials = grpc.ssl_server_credentials([(key, certificate.read_bytes())])
    server, port, _ = background.call(started(FakeService(), credentials=credentials))
    yield f"127.0.0.1:{port}"
    background.call(server.stop(0))


def test_a_job_runs_over_tls(address: str, certificate: Path) -> None:
    with connect(address, TOKEN, ca_file=certificate) as client, client.run(job_of()) as job:
        assert len(job.result().images) == 1


@pytest.mark.parametrize("form", ["SHA256:{}", "sha256 Fingerprint={}", "{}"])
@pytest.mark.parametrize("colons", [True, False])
def test_a_fingerprint_vouches_for_one_certificate(
    address: str, certificate: Path, form: str, colons: bool
) -> None:
    digits = digest_of(certificate)
    if colons:
        digits = ":".join(digits[at : at + 2] for at in range(0, 64, 2)).upper()
    with connect(address, TOKEN, fingerprint=form.format(digits)) as client:
        assert client.describe().version


def refusal(address: str, **trust: object) -> ConnectError:
    with pytest.raises(ConnectError) as caught:
        connect(address, TOKEN, timeout_s=5.0, **trust)  # type: ignore[arg-type]
    return caught.value


class Listener:
    """Something that is not the server: it hears what one client says."""

    def __init__(self, answer: bytes, tls: ssl.SSLContext | None = None) -> None:
        self._answer, self._tls = answer, tls
        self._heard: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(10)
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def heard(self) -> bytes:
        self._thread.join()
        return b"".join(self._heard)

    def _listen(self) -> None:
        with self._socket, contextlib.suppress(OSError):
            connection, _ = self._socket.accept()
            with connection:
                connection.settimeout(10)
                if self._tls is not None:
                    connection = self._tls.wrap_socket(connection, server_side=True)
                with connection:
                    connection.sendall(self._answer)
                    while data := connection.recv(100_000):
                        self._heard.append(data)


def types_of_frames(heard: bytes) -> set[int]:
    """Return the types of the HTTP/2 frames of a client, after its preface."""
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    assert heard.startswith(preface)
    frames, types = heard[len(preface) :], set()
    while frames:
        types.add(frames[3])
        frames = frames[9 + int.from_bytes(frames[:3], "big") :]
    return types


@pytest.fixture
def impostor(certificate: Path) -> Iterator[Listener]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, certificate.with_name("key.pem"))
    listener = Listener(SETTINGS, tls)
    yield listener
    listener.heard()


def test_another_certificate_is_told_and_hears_nothing(impostor: Listener) -> None:
    error = refusal(impostor.address, fingerprint="SHA256:" + 32 * "a5")
    assert isinstance(error, UnreachableError)
    assert "another fingerprint, so nothing was sent" in str(error)
    assert impostor.heard() == b""


def test_a_server_that_nobody_vouches_for_hears_nothing(
    impostor: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("restore_colorize_client.transport.channel._is_loopback", lambda _: False)
    error = refusal(impostor.address)
    assert isinstance(error, UnreachableError)
    assert "enter its fingerprint" in str(error)
    assert impostor.heard() == b""


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", TLS_ALERT])
def test_what_does_not_speak_http2_hears_no_token(answer: bytes) -> None:
    listener = Listener(answer)
    error = refusal(listener.address)
    assert isinstance(error, ForeignServerError)
    assert types_of_frames(listener.heard()) <= {SETTINGS[3], WINDOW_UPDATE}


def test_with_tls_what_speaks_none_hears_no_token() -> None:
    listener = Listener(SETTINGS)
    error = refusal(listener.address, fingerprint=32 * "a5")
    assert isinstance(error, UnreachableError)
    assert "that the server there uses TLS" in str(error)
    assert listener.heard()[0] == TLS_HANDSHAKE


def test_without_tls_a_tls_server_is_told_apart(address: str) -> None:
    error = refusal(address)
    assert isinstance(error, ForeignServerError)
    assert "give its certificate's fingerprint if it uses TLS" in str(error)


@pytest.mark.parametrize("damaged", ["SHA256:12", "MD5:" + 32 * "a5", 65 * "a", 64 * "g"])
def test_a_damaged_fingerprint_is_told(damaged: str) -> None:
    assert "is not “SHA256:” and 64 digits" in str(refusal("127.0.0.1:1", fingerprint=damaged))


def test_a_file_without_certificates_is_told(certificate: Path) -> None:
    for path in (certificate.with_name("key.pem"), certificate.with_name("none.pem")):
        assert "holds no certificate" in str(refusal("127.0.0.1:1", ca_file=path))


@pytest.fixture(scope="module")
def expired(certificate: Path) -> Path:
    """The same key's certificate of the day before yesterday."""
    folder, names = certificate.parent, certificate.with_name("names")
    names.write_text("subjectAltName=IP:127.0.0.1")
    ask = ["req", "-new", "-key", "key.pem", "-subj", "/CN=test", "-out", "request.pem"]
    sign = ["x509", "-req", "-in", "request.pem", "-signkey", "key.pem", "-days", "-1"]
    sign += ["-extfile", "names", "-out", "expired.pem"]
    for words in (ask, sign):
        if subprocess.run(["openssl", *words], cwd=folder, capture_output=True).returncode:
            pytest.skip("this openssl makes no expired certificates")
    return folder / "expired.pem"


def test_an_expired_certificate_is_told_and_hears_nothing(expired: Path) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(expired, expired.with_name("key.pem"))
    listener = Listener(SETTINGS, tls)
    error = refusal(listener.address, ca_file=expired)
    assert isinstance(error, UnreachableError)
    assert "has expired" in str(error)
    assert listener.heard() == b""


def test_a_certificate_of_another_name_is_told(address: str, certificate: Path) -> None:
    error = refusal(address.replace("127.0.0.1", "localhost"), ca_file=certificate)
    assert isinstance(error, UnreachableError)
    assert "for another name" in str(error)


def test_what_is_wrong_with_a_certificate_is_told() -> None:
    def sentence(code: int) -> str:
        error = ssl.SSLCertVerificationError("failed")
        error.verify_code, error.verify_message = code, "reason"
        return broken_tls("host:1", error)

    assert "has expired" in sentence(10)
    assert "clocks" in sentence(9)
    assert "for another name" in sentence(62)
    assert "for another name" in sentence(64)
    assert "(reason)" in sentence(23)


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
