"""``restore-colorize serve``: the server that editors talk to, in the foreground."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict
from pathlib import Path

import click

from restore_colorize.cli.options import debug_option, device_options

__all__ = ["serve"]

_LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


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
    type=click.FloatRange(0, min_open=True),
    metavar="MINUTES",
    help="End after so many minutes without a job.  [default: never]",
)
@click.option(
    "--max-pixels", type=click.IntRange(1), help="Of one picture.  [default: 150 million]"
)
@click.option("--max-waiting-jobs", type=click.IntRange(1), help="Of all clients.  [default: 16]")
@click.option(
    "--max-open-memory",
    "max_open_gb",
    type=click.FloatRange(0, min_open=True),
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
    device: str,
    threads: int | None,
) -> int:
    """Answer editors and `colorize --server` until stopped with Ctrl-C.

    Editors start a server by themselves when none runs. The log holds sizes, times and codes,
    never pixels or names of pictures.

    Other machines are served with --host, --tls-cert, --tls-key and --token-file, see
    docs/studio.md.
    """
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
    if log_file is not None:
        logging.basicConfig(filename=log_file, level=logging.INFO, format=_LOG_FORMAT)
    return service.serve(options)
