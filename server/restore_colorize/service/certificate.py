"""Certificates of servers that other machines reach: made by OpenSSL, known by a fingerprint."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import re
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from restore_colorize.errors import FormatError, NotAvailableError, RequestError
from restore_colorize.service.secret_files import read_secret

__all__ = ["fingerprint", "make_certificate", "read_pair"]

CERTIFICATE = "certificate.pem"
KEY = "key.pem"
_END = b"-----END CERTIFICATE-----"


def fingerprint(pem: bytes) -> str:
    """Return ``SHA256:`` and the hex digits of the first certificate of a PEM file.

    Raises:
        FormatError: there is no certificate.
    """
    begin = pem.find(b"-----BEGIN CERTIFICATE-----")
    end = pem.find(_END, begin)
    if begin < 0 or end < 0:
        raise FormatError("The file of the certificate holds none in PEM form.")
    try:
        der = ssl.PEM_cert_to_DER_cert(pem[begin : end + len(_END)].decode("ascii"))
    except ValueError:  # also of ASCII and base64
        raise FormatError("The file of the certificate is damaged.") from None
    return "SHA256:" + hashlib.sha256(der).hexdigest().upper()


def read_pair(certificate: Path, key: Path) -> tuple[bytes, bytes]:
    """Return both files' contents, once it is sure that they belong together.

    Raises:
        OSError: one cannot be read.
        FormatError: one is damaged, the key is readable by others or of another certificate.
    """
    secret, public = read_secret(key), certificate.read_bytes()
    fingerprint(public)
    try:
        # An encrypted key would make OpenSSL ask on the terminal: an empty password is refused.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
    except (ssl.SSLError, ValueError):
        raise FormatError(
            f"{key} is not the key of the certificate {certificate}, is encrypted, or one of the "
            "files is damaged."
        ) from None
    return public, secret


def make_certificate(names: Sequence[str], folder: Path, days: int) -> tuple[Path, Path]:
    """Make a self-signed certificate and its key (mode 0600); return their paths.

    Args:
        names: host names and IP addresses that it is for, the main one first.
        days: that it is good for.

    Raises:
        NotAvailableError: there is no OpenSSL.
        RequestError: a name that cannot be one, or files that exist already.
        OSError: the folder cannot be written.
    """
    openssl = shutil.which("openssl")
    if openssl is None:
        raise NotAvailableError(
            "The program openssl, which makes certificates, was not found: install it, or bring a "
            "certificate from elsewhere."
        )
    alternatives = ",".join(_alternative(name) for name in names)
    paths = folder / CERTIFICATE, folder / KEY
    for path in paths:
        if path.exists():
            raise RequestError(f"{path} exists already: move it away, or choose another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:  # nobody else can look inside
        command = [openssl, "req", "-x509", "-nodes", "-newkey", "ec"]
        command += ["-pkeyopt", "ec_paramgen_curve:prime256v1", "-days", str(days)]
        command += ["-subj", "/CN=Restore & Colorize", "-addext", f"subjectAltName={alternatives}"]
        done = subprocess.run(
            [*command, "-keyout", KEY, "-out", CERTIFICATE],
            cwd=place,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise NotAvailableError(
                f"openssl made no certificate ({said[-1] if said else 'it said nothing'}): install "
                "OpenSSL 1.1.1 or newer."
            )
        os.chmod(Path(place, KEY), 0o600)
        for path in reversed(paths):
            os.replace(Path(place, path.name), path)
    return paths


def _alternative(name: str) -> str:
    try:
        return f"IP:{ipaddress.ip_address(name)}"
    except ValueError:
        pass
    if not re.fullmatch(r"[A-Za-z0-9*_.-]{1,253}", name):
        raise RequestError(f"{name!r} is neither a host's name nor an IP address.")
    return f"DNS:{name}"
