"""Whom a TLS connection trusts: this computer's authorities, a file's, or one certificate."""

from __future__ import annotations

import hashlib
import hmac
import re
import ssl
from pathlib import Path

from ..errors import ConnectError
from ..translation import _

__all__ = ["broken_tls", "trust"]

_DIGITS = hashlib.sha256().digest_size * 2
# OpenSSL's numbers of what may be wrong with a certificate (X509_V_ERR_…).
_NOT_YET, _EXPIRED = 9, 10
_STRANGERS = (18, 19, 20, 21)  # self-signed, or an authority that nobody here knows
_OTHER_NAME = (62, 64)  # host name, IP address


class _WrongFingerprintError(ssl.SSLError):
    """The server showed another certificate than the one that was asked for."""


def trust(fingerprint: str = "", ca_file: Path | None = None) -> ssl.SSLContext:
    """Return a context for connections to a server elsewhere.

    fingerprint: ``SHA256:`` and the hex digits of the server's certificate, colons between them or
    not; then this certificate alone is trusted, whatever its name and date. ca_file: PEM file of
    the authorities, or of the self-signed certificate, to trust instead of this computer's.

    Raises ConnectError where one of them is damaged.
    """
    if fingerprint:
        return _pinned(_digest(fingerprint))
    try:
        return ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
    except (OSError, ValueError):  # SSLError is an OSError
        raise ConnectError(
            _(
                "{file} holds no certificate that can be read: take the file that whoever runs the "
                "server gave you."
            ).format(file=ca_file)
        ) from None


def broken_tls(address: object, error: OSError) -> str:
    """Return the sentence for a connection that failed while TLS was being agreed on."""
    if isinstance(error, _WrongFingerprintError):
        return _(
            "The certificate of the server at {address} has another fingerprint, so nothing was "
            "sent: ask whoever runs it for the new one, or else somebody stands in between."
        ).format(address=address)
    code = getattr(error, "verify_code", 0)
    if code == _EXPIRED:
        return _(
            "The certificate of the server at {address} has expired: whoever runs it has to make a "
            "new one."
        ).format(address=address)
    if code == _NOT_YET:
        return _(
            "The certificate of the server at {address} is not good yet: check both computers' "
            "clocks."
        ).format(address=address)
    if code in _STRANGERS:
        return _(
            "Nobody whom this computer trusts vouches for the certificate of the server at "
            "{address}: enter its fingerprint, or give the certificate's file."
        ).format(address=address)
    if code in _OTHER_NAME:
        return _(
            "The certificate of the server at {address} is for another name: use the name that it "
            "was made for, or enter its fingerprint."
        ).format(address=address)
    if code:
        reason = getattr(error, "verify_message", "?")
        return _(
            "The certificate of the server at {address} is not accepted ({reason}): enter its "
            "fingerprint."
        ).format(address=address, reason=reason)
    return _(
        "No safe connection to {address} could be made: check that the address and port are right "
        "and that the server there uses TLS."
    ).format(address=address)


def _digest(fingerprint: str) -> bytes:
    digits = re.sub(r"(?i)^\s*sha-?256([:=]| fingerprint=)", "", fingerprint)
    digits = digits.replace(":", "").strip()
    if len(digits) != _DIGITS or not re.fullmatch("[0-9A-Fa-f]+", digits):
        raise ConnectError(
            _(
                "The fingerprint is not “SHA256:” and 64 digits: copy it as “restore-colorize "
                "certificate” printed it."
            )
        )
    return bytes.fromhex(digits)


def _pinned(expected: bytes) -> ssl.SSLContext:
    class Pinned(ssl.SSLObject):
        """Ends the handshake with an error, before anything can be sent, unless it is the one."""

        def do_handshake(self) -> None:
            super().do_handshake()
            shown = hashlib.sha256(self.getpeercert(binary_form=True) or b"").digest()
            if not hmac.compare_digest(shown, expected):
                raise _WrongFingerprintError("the certificate has another fingerprint")

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # the fingerprint says more than any authority
    context.sslobject_class = Pinned
    return context
