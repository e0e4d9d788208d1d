"""Who may call: the token of this user's own server, or a file with one token for each person.

Each line of such a file is ``NAME TOKEN``, or ``TOKEN`` alone where everybody shares one. Empty
lines and lines that begin with # are passed over. Deleting a line withdraws its token.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from restore_colorize.errors import FormatError, RequestError, RestoreError
from restore_colorize.service.secret_files import read_secret

__all__ = ["Keyring", "add_token", "new_token", "read_tokens", "watch_tokens"]

_log = logging.getLogger(__name__)

# What can be guessed must not be used; ``new_token`` makes 43 characters.
MIN_TOKEN = 24
_MAX_NAME = 64
_LOOK_S = 2.0


class Keyring:
    """The tokens that a server accepts, by the name of who holds them; used in one event loop."""

    def __init__(self, tokens: Mapping[str, str]) -> None:
        self.replace(tokens)

    def replace(self, tokens: Mapping[str, str]) -> None:
        """Accept these from now on, and no others."""
        self._wanted = [(name, f"Bearer {token}".encode()) for name, token in tokens.items()]

    def holder(self, authorization: str) -> str | None:
        """Return whose ``Bearer TOKEN`` this is, None if nobody's; in constant time."""
        given = authorization.encode("utf-8", "surrogateescape")
        found = None
        for name, wanted in self._wanted:
            if hmac.compare_digest(given, wanted):
                found = name
        return found


def new_token() -> str:
    """Return a token that nobody guesses."""
    return secrets.token_urlsafe(32)


def read_tokens(path: Path) -> dict[str, str]:
    """Return name to token of a file that only its owner can read; a lone token's name is empty.

    Raises:
        OSError: the file cannot be read.
        FormatError: it is readable by others, or not a list of tokens; no token is told.
    """
    try:
        lines = read_secret(path).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise FormatError(f"{path} is not a text file with tokens.") from None
    tokens: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        name, token = (words if len(words) > 1 else ["", *words])[:2]
        if len(words) > 2 or not (token.isascii() and token.isprintable()):
            raise FormatError(f"Line {number} of {path} is not “NAME TOKEN”.")
        if len(token) < MIN_TOKEN:
            raise FormatError(
                f"The token in line {number} of {path} has fewer than {MIN_TOKEN} characters: let "
                "“restore-colorize token” make one."
            )
        if name in tokens or token in tokens.values():
            raise FormatError(f"Line {number} of {path} repeats a name or a token.")
        tokens[name] = token
    if not tokens:
        raise FormatError(f"{path} holds no token: add one with “restore-colorize token”.")
    if "" in tokens and len(tokens) > 1:
        raise FormatError(f"{path} mixes tokens with and without names: give each a name.")
    return tokens


def add_token(path: Path, name: str) -> str:
    """Add a line with a new token for ``name`` to a file, which is made where there is none.

    Raises:
        OSError: the file cannot be written.
        FormatError: it is not a list of tokens.
        RequestError: no name, or one that has a token already.
    """
    if not name.isprintable() or len(name.split()) != 1 or name[0] == "#":
        raise RequestError(f"{name!r} is no name for a token: take one word.")
    if len(name) > _MAX_NAME:
        raise RequestError(f"A name has at most {_MAX_NAME} characters.")
    tokens = read_tokens(path) if path.exists() and path.stat().st_size else {}
    if name in tokens:
        raise RequestError(
            f"{path} has a token for {name} already: delete its line to withdraw it."
        )
    if "" in tokens:
        raise RequestError(f"The token in {path} has no name: write one before it first.")
    token = new_token()
    # Editors leave the last line open; a name glued to it would spoil both entries.
    opening = "\n" if tokens and not path.read_bytes().endswith((b"\n", b"\r")) else ""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        file.write(f"{opening}{name} {token}\n")
    return token


async def watch_tokens(keyring: Keyring, path: Path) -> None:
    """Follow a file of tokens for ever; while it is broken, those that were good remain."""
    seen = _state(path)
    while True:
        await asyncio.sleep(_LOOK_S)
        state = _state(path)
        if state == seen:
            continue
        seen = state
        try:
            keyring.replace(read_tokens(path))
            _log.info("the tokens were read again")
        except (RestoreError, OSError) as error:
            _log.warning("the tokens stay as they were: %s", error)


def _state(path: Path) -> tuple[int, ...]:
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_mode
