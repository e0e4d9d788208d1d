"""``restore-colorize serve``: the server that editors talk to, in the foreground."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from restore_colorize.cli.at_login import login_item
from restore_colorize.cli.options import NumberRange, debug_option, device_options

if TYPE_CHECKING:
    from restore_colorize.service import ServeOptions

__all__ = ["serve"]

_LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_MAX_IDLE_MIN = 60 * 24 * 365
_MAX_PIXELS = 65_536**2  # no side is longer
_MAX_JOBS = 10_000
_MAX_GB = 100_000
_ENDING_S = 5.0
_NOT_AT_LOGIN = {"at_login", "remove", "dry_run", "show_config", "debug"}


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Port; 0 takes a free one.  [default: 0]",
)
@click.option(
    "--idle-exit",
    "idle_exit_min",
    type=NumberRange(0, _MAX_IDLE_MIN, min_open=True),
    metavar="MINUTES",
    help="End after so many minutes without a job.  [default: never]",
)
@click.option(
    "--max-pixels",
    type=click.IntRange(1, _MAX_PIXELS),
    help="Of one picture.  [default: 150 million]",
)
@click.option(
    "--max-waiting-jobs",
    type=click.IntRange(1, _MAX_JOBS),
    help="Of all clients.  [default: 16]",
)
@click.option(
    "--max-open-memory",
    "max_open_gb",
    type=NumberRange(0.001, _MAX_GB),
    metavar="GB",
    help="For the pictures of all open jobs.  [default: 4.3]",
)
@click.option(
    "--token-file",
    type=_FILE,
    help="Serve people instead of this user's programs: one line “NAME TOKEN” each, see `token`.",
)
@click.option("--tls-cert", type=_FILE, help="Certificate as PEM, see `certificate`.")
@click.option("--tls-key", type=_FILE, help="Its key, readable by nobody else.")
@click.option(
    "--log-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Append the log to a file.  [default: standard error]",
)
@click.option("--show-config", is_flag=True, help="Print the options in force as JSON and end.")
@click.option(
    "--at-login",
    is_flag=True,
    help="Start the server whenever you log in, with these options, and now; then end.",
)
@click.option("--remove", is_flag=True, help="With --at-login: do so no longer.")
@click.option("--dry-run", is_flag=True, help="With --at-login: only say what would be done.")
@device_options
@debug_option
def serve(
    host: str,
    port: int,
    idle_exit_min: float | None,
    max_pixels: int | None,
    max_waiting_jobs: int | None,
    max_open_gb: float | None,
    token_file: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    log_file: Path | None,
    show_config: bool,
    at_login: bool,
    remove: bool,
    dry_run: bool,
    device: str,
    threads: int | None,
) -> int:
    """Answer editors and `colorize --server` until stopped with Ctrl-C.

    Editors start a server by themselves when none runs. The log holds sizes, times and codes,
    never pixels or names of pictures.

    Other machines are served with --host, --tls-cert, --tls-key and --token-file, see
    docs/studio.md. GIMP and Krita from Flatpak or Snap cannot start a server: for them --at-login
    has one always there.
    """
    if (remove or dry_run) and not at_login:
        raise click.UsageError("--remove and --dry-run go with --at-login.")
    # The service is light: torch comes in on its worker's thread, when the port is bound.
    from restore_colorize import service

    given = {
        "max_pixels": max_pixels,
        "max_waiting_jobs": max_waiting_jobs,
        "max_open_bytes": round(1e9 * max_open_gb) if max_open_gb else None,
    }
    options = service.ServeOptions(
        host=host,
        port=port,
        device=device,
        threads=threads or 0,
        state_dir=service.state_folder(os.environ),
        token_file=token_file,
        tls_cert=tls_cert,
        tls_key=tls_key,
        idle_exit_s=None if idle_exit_min is None else 60 * idle_exit_min,
        limits=service.Limits(**{name: value for name, value in given.items() if value}),
    )
    if show_config:
        click.echo(json.dumps(asdict(options), indent=2, default=str))
        return 0
    if at_login:
        return _at_login(options, remove=remove, dry_run=dry_run)
    if log_file is not None:
        logging.basicConfig(filename=log_file, level=logging.INFO, format=_LOG_FORMAT)
    return service.serve(options)


def _at_login(options: ServeOptions, *, remove: bool, dry_run: bool) -> int:
    """Set up a server that starts at login, or take it away, and say so."""
    item = login_item(
        list(_given_words(click.get_current_context())),
        python=sys.executable,
        home=Path.home(),
        environment=os.environ,
        system=sys.platform,
        state_dir=options.state_dir,
        user_id=os.getuid() if sys.platform != "win32" else 0,
    )
    if dry_run:
        click.echo("\n".join(item.describe(removing=remove)))
    elif remove:
        was_there = item.take_away()
        click.echo(
            f"Removed the {item.kind} {item.file}: the server starts at login no longer."
            if was_there
            else f"There is no {item.kind} {item.file}: nothing starts at login."
        )
    else:
        options.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_free = options.is_shared or _end_idle_server(options.state_dir)
        item.set_up()
        click.echo(f"The server starts whenever you log in ({item.kind} {item.file}).")
        click.echo(
            "It runs now."
            if is_free
            else "One that has jobs runs now: the new one takes its place at your next login."
        )
        click.echo(f"Its log: {item.log}")
        click.echo("Undo it with: restore-colorize serve --at-login --remove")
    return 0


def _end_idle_server(state_dir: Path) -> bool:
    """End the local server that runs, for another one; False where jobs hold it."""
    import restore_colorize_client as client

    try:
        with client.connect(start=False, timeout_s=_ENDING_S, state_dir=state_dir) as found:
            queue = found.describe().queue
            if queue.running or queue.waiting:
                return False
            found.shutdown()
    except client.ClientError:
        return True  # none runs, or none that would hold the place
    end = time.monotonic() + _ENDING_S
    while (state_dir / "server.json").exists() and time.monotonic() < end:
        time.sleep(0.1)
    return True


def _given_words(context: click.Context) -> Iterator[str]:
    """Yield the options that this command line was given, for a later one like it."""
    for parameter in context.command.params:
        name = str(parameter.name)
        is_given = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if is_given and name not in _NOT_AT_LOGIN:
            value = context.params[name]
            yield parameter.opts[0]
            yield str(value.absolute() if isinstance(value, Path) else value)
