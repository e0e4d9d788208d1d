"""Options that several commands share."""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from restore_colorize.cli.backends import Server

__all__ = [
    "DEBUG",
    "NumberRange",
    "count_option",
    "debug_option",
    "device_options",
    "folders_option",
    "json_option",
    "number_option",
    "server_of",
    "server_options",
]

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
    """Add ``--server`` and what a server elsewhere needs to a command that can ask one.

    What contradicts itself, also with ``device_options``, is refused before the command runs.
    """
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    options = (
        click.option(
            "--server",
            is_flag=False,
            flag_value="local",
            metavar="[HOST:PORT]",
            callback=_address,
            help="Compute at the server of this machine (started when none runs), or at HOST:PORT.",
        ),
        click.option(
            "--token-file",
            type=file,
            help="Holds your token for HOST:PORT.  [default: RESTORE_COLORIZE_TOKEN]",
        ),
        click.option(
            "--fingerprint",
            default="",
            metavar="SHA256:…",
            help="Of the certificate of HOST:PORT; no other server gets the token.",
        ),
        click.option(
            "--ca-file", type=file, help="Certificates that vouch for HOST:PORT, instead of it."
        ),
    )

    @functools.wraps(command)
    def checked(*words: Any, **chosen: Any) -> Any:
        _refuse_contradictions(chosen)
        return command(*words, **chosen)

    for option in reversed(options):
        checked = option(checked)
    return checked


class NumberRange(click.FloatRange):
    """Numbers between two bounds; NaN, which is neither below nor above any, is none."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number, or refuse the word in a sentence."""
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number


def count_option(
    *names: str, most: int, default: int, text: str
) -> Callable[[Callable[..., Any]], Any]:
    """Add to a command an option that is a whole number in [1, most]."""
    kind = click.IntRange(1, most)
    return click.option(
        *names, type=kind, metavar="N", default=default, show_default=True, help=text
    )


def folders_option(
    name: str, text: str, *, required: bool = False
) -> Callable[[Callable[..., Any]], Any]:
    """Add to a command folders of photographs, ``folders``: named from the root, links resolved."""
    kind = click.Path(exists=True, file_okay=False, resolve_path=True)
    return click.option(
        name,
        "folders",
        type=kind,
        multiple=True,
        required=required,
        metavar="FOLDER",
        help=f"{text}  [repeatable]",
    )


def number_option(
    name: str, low: float, high: float, default: float, text: str
) -> Callable[[Callable[..., Any]], Any]:
    """Add to a command an option that is a number in [low, high]."""
    kind = NumberRange(low, high)
    return click.option(name, type=kind, metavar="X", default=default, show_default=True, help=text)


def _refuse_contradictions(chosen: dict[str, Any]) -> None:
    elsewhere = any(chosen[name] for name in ("token_file", "fingerprint", "ca_file"))
    if elsewhere and chosen["server"] in (None, "", "local"):
        raise click.UsageError("--token-file, --fingerprint and --ca-file need --server HOST:PORT.")
    if chosen["server"] and (chosen["threads"] or chosen["device"] != "auto"):
        raise click.UsageError("--threads and --device are the server's own: give them to `serve`.")


def server_of(chosen: dict[str, Any]) -> Server | None:
    """Return the server that these options name, None for this process; never a token in words.

    The words of a command line can be read by every user of the machine.

    Raises:
        click.UsageError: a server elsewhere, but no token for it.
    """
    from restore_colorize.cli.backends import Server

    if not chosen["server"]:
        return None
    address = "" if chosen["server"] == "local" else chosen["server"]
    token = _token_of(chosen["token_file"])
    if address and not token:
        raise click.UsageError(
            f"No token was given for {address}: write yours into a file of mode 0600 and name it "
            "with --token-file, or put it into the variable RESTORE_COLORIZE_TOKEN."
        )
    return Server(
        address=address,
        token=token,
        fingerprint=chosen["fingerprint"],
        ca_file=chosen["ca_file"],
    )


def _token_of(file: Path | None) -> str:
    if file is None:
        return os.environ.get("RESTORE_COLORIZE_TOKEN", "")
    from restore_colorize.service import read_tokens

    tokens = read_tokens(file)
    if len(tokens) > 1:
        raise click.UsageError(f"{file} holds several tokens: it must be yours alone.")
    return next(iter(tokens.values()))
