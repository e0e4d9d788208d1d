"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

__all__ = ["DEBUG", "debug_option", "device_options", "json_option", "server_options", "token_of"]

DEBUG = "--debug"


def _remember(context: click.Context, _option: click.Parameter, value: bool) -> None:
    if value:
        context.meta[DEBUG] = True


# Works before and after the command's name; ``context.meta.get(DEBUG)`` tells.
debug_option = click.option(
    DEBUG,
    is_flag=True,
    expose_value=False,
    callback=_remember,
    help="On an error show the traceback too.",
)

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON on standard output and nothing else."
)


def device_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--device`` and ``--threads`` to a command that computes."""
    threads = click.option(
        "--threads",
        type=click.IntRange(1, 256),
        metavar="N",
        help="CPU threads.  [default: physical cores]",
    )
    device = click.option(
        "--device", default="auto", show_default=True, help="auto, cpu, cuda or cuda:N."
    )
    return device(threads(command))


def _address(_context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Check HOST:PORT; an option whose value is optional easily swallows a file's name."""
    if value in (None, "", "local"):
        return value
    host, _, port = str(value).rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise click.BadParameter(
            f"{value!r} is no HOST:PORT; for the server of this machine write --server=local, or "
            "--server as the last word.",
            param=option,
        )
    return value


def server_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--server`` and ``--token-file`` to a command that can ask a server."""
    server = click.option(
        "--server",
        is_flag=False,
        flag_value="local",
        metavar="[HOST:PORT]",
        callback=_address,
        help="Compute at the server of this machine (started when none runs), or at HOST:PORT.",
    )
    token = click.option(
        "--token-file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Holds the token of HOST:PORT.  [default: RESTORE_COLORIZE_TOKEN]",
    )
    return server(token(command))


def token_of(file: Path | None) -> str:
    """Return the token for a server elsewhere, from its file or the environment; never an option.

    The words of a command line can be read by every user of the machine.
    """
    if file is not None:
        return file.read_text(encoding="utf-8").strip()
    return os.environ.get("RESTORE_COLORIZE_TOKEN", "")
