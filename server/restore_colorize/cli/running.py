"""What commands that make pictures of pictures share: options, outputs, backend and report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from restore_colorize.cli.options import (
    DEBUG,
    debug_option,
    device_options,
    json_option,
    server_of,
    server_options,
)
from restore_colorize.cli.pairings import Pairing, pair_targets

if TYPE_CHECKING:
    from restore_colorize.cli.backends import Backend
    from restore_colorize.cli.batch import Existing
    from restore_colorize.cli.report import Report

__all__ = ["existing_of", "pairings_of", "picture_options", "running"]

_EXISTING = click.Path(exists=True, path_type=Path)


def picture_options(formats: tuple[str, ...]) -> Callable[[Callable[..., Any]], Any]:
    """Add to a command: targets, output, model, format, device and server.

    Args:
        formats: file suffixes that outputs in a folder may have.
    """
    options = (
        click.argument("targets", nargs=-1, required=True, type=_EXISTING),
        click.option(
            "-o",
            "--output",
            required=True,
            type=click.Path(path_type=Path),
            help="A file; a folder for several targets.",
        ),
        click.option("--model", default="", help="Name of a model.  [default: see `models`]"),
        click.option(
            "--format",
            "suffix",
            type=click.Choice(formats),
            help="Of outputs in a folder.",
        ),
        click.option(
            "--overwrite", is_flag=True, help="Replace outputs that exist; never an input."
        ),
        device_options,
        server_options,
        json_option,
        debug_option,
        click.pass_context,
    )

    def decorated(command: Callable[..., Any]) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return decorated


def pairings_of(
    targets: tuple[Path, ...], chosen: dict[str, Any], usual_suffix: str
) -> list[Pairing]:
    """Return where every target goes; without ``--format`` outputs get the usual suffix."""
    suffix = f".{chosen['suffix']}" if chosen["suffix"] else usual_suffix
    return pair_targets(targets, (), chosen["output"], suffix)


def existing_of(pairings: list[Pairing], chosen: dict[str, Any]) -> Existing:
    """Return what to do where an output exists: one file is refused, in a folder it is skipped."""
    from restore_colorize.cli.batch import Existing

    if chosen["overwrite"]:
        return Existing.REPLACE
    is_one_file = len(pairings) == 1 and pairings[0].output == chosen["output"]
    return Existing.REFUSE if is_one_file else Existing.SKIP


@contextmanager
def running(
    context: click.Context, pairings: list[Pairing], as_json: bool, chosen: dict[str, Any]
) -> Iterator[tuple[Backend, Report]]:
    """Open the backend that the options name, and the report."""
    from restore_colorize.cli import backends
    from restore_colorize.cli.report import Report

    is_debug = context.meta.get(DEBUG, False)
    server, device, threads = server_of(chosen), chosen["device"], chosen["threads"] or 0
    with (
        closing(Report(as_json=as_json, total=len(pairings), is_debug=is_debug)) as report,
        closing(backends.open_backend(server, device, threads, report.note)) as backend,
    ):
        yield backend, report
