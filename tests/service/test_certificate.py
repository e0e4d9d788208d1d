"""Self-signed certificates in one command, and pairs that belong together."""

from __future__ import annotations

import hashlib
import os
import shutil
import ssl
from pathlib import Path

import pytest
from restore_colorize.errors import FormatError, NotAvailableError, RequestError
from restore_colorize.service.certificate import fingerprint, make_certificate, read_pair

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl, which makes certificates, is not here"
)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("one") / "new"
    return make_certificate(["studio.example", "192.168.1.7", "::1"], folder, 5)


def test_names_and_addresses_are_in_it(pair: tuple[Path, Path]) -> None:
    decoded = ssl._ssl._test_decode_cert(str(pair[0]))  # type: ignore[attr-defined]
    assert {name for _, name in decoded["subjectAltName"]} == {
        "studio.example",
        "192.168.1.7",
        "0:0:0:0:0:0:0:1",
    }
    assert ssl.cert_time_to_seconds(decoded["notAfter"]) - ssl.cert_time_to_seconds(
        decoded["notBefore"]
    ) == pytest.approx(5 * 86400)


def test_only_the_key_is_secret_and_nothing_else_is_left(pair: tuple[Path, Path]) -> None:
    public, key = pair
    assert sorted(public.parent.iterdir()) == [public, key]
    if os.name == "posix":
        assert key.stat().st_mode & 0o777 == 0o600


def test_the_fingerprint_is_that_of_the_certificate(pair: tuple[Path, Path]) -> None:
    pem = pair[0].read_text()
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest().upper()
    assert fingerprint(pem.encode()) == f"SHA256:{digest}"
    assert fingerprint(b"Subject: studio\n" + pem.encode()) == f"SHA256:{digest}"
    for damaged in (
        b"",
        pair[1].read_bytes(),
        pem[:200].encode(),
        pem.replace("MII", "MI").encode(),  # no whole number of base64's groups
    ):
        with pytest.raises(FormatError):
            fingerprint(damaged)


def test_existing_files_are_never_replaced(pair: tuple[Path, Path]) -> None:
    before = [path.read_bytes() for path in pair]
    with pytest.raises(RequestError, match="exists already"):
        make_certificate(["studio.example"], pair[0].parent, 5)
    assert [path.read_bytes() for path in pair] == before


@pytest.mark.parametrize("name", ["", "a b", "a,IP:1.2.3.4", "x/CN=y", "ä.example", "a\n"])
def test_what_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(RequestError, match="neither"):
        make_certificate([name], tmp_path, 5)
    assert not list(tmp_path.iterdir())


def test_without_openssl_a_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotAvailableError, match="install it"):
        make_certificate(["a"], tmp_path, 5)


def test_a_pair_must_belong_together(pair: tuple[Path, Path], tmp_path: Path) -> None:
    public, key = pair
    assert read_pair(public, key) == (public.read_bytes(), key.read_bytes())
    other_public, other_key = make_certificate(["other"], tmp_path, 5)
    for wrong in ((public, other_key), (other_public, key)):
        with pytest.raises(FormatError, match="is not the key of"):
            read_pair(*wrong)
    other_key.chmod(0o644)
    if os.name == "posix":
        with pytest.raises(FormatError, match="chmod 600"):
            read_pair(other_public, other_key)
