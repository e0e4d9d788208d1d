"""``restore-colorize restore`` and ``detect``: the options, and from them the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from restore_colorize.cli.failures import FAILED
from restore_colorize.cli.options import (
    DEBUG,
    debug_option,
    device_options,
    json_option,
    server_of,
    server_options,
)
from restore_colorize.cli.pairings import Pairing, check_outputs, pair_targets

if TYPE_CHECKING:
    from restore_colorize.cli.backends import Backend
    from restore_colorize.cli.batch import Existing
    from restore_colorize.cli.report import Report

__all__ = ["detect", "restore"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_EXISTING = click.Path(exists=True, path_type=Path)


def _picture_options(formats: tuple[str, ...]) -> Callable[[Callable[..., Any]], Any]:
    """Add what both commands share: targets, output, model, format, device and server."""
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


@click.command()
@_picture_options(("png", "tif", "jpg", "webp"))
@click.option(
    "--damage",
    type=_EXISTING,
    help="Mask: only white is repaired. A folder holds one of each target's name.",
)
@click.option("--selection", type=_FILE, help="Mask: white changes, black stays as it is.")
@click.option(
    "--strength",
    type=click.FloatRange(0, 1),
    metavar="X",
    default=1.0,
    show_default=True,
    help="0 keeps the target, 1 takes the restored picture.",
)
@click.option(
    "--eagerness",
    type=click.FloatRange(0, 1),
    metavar="X",
    default=0.0,
    show_default=True,
    help="How readily marks are taken for damage: 0 safe, 1 eager.",
)
@click.option("--tone", is_flag=True, help="Also correct fading and contrast.")
@click.option("--white-balance", is_flag=True, help="Also take a color picture's cast away.")
def restore(context: click.Context, targets: tuple[Path, ...], as_json: bool, **chosen: Any) -> int:
    """Take scratches, holes, noise and blur out of old pictures.

    TARGETS are pictures or folders of pictures. With a damage mask only what it shows is repaired,
    everything else stays as it is, to the last bit; `detect` proposes such a mask. In a folder,
    outputs that exist are skipped: a run that was interrupted continues when it is started again.

    \b
    restore-colorize restore old.jpg -o restored.png
    restore-colorize restore old.png --damage mask.png -o repaired.png
    restore-colorize restore scans/ -o restored/ --tone
    """
    pairings = _pairings(targets, chosen, "")
    masks = [mask for name in ("damage", "selection") if (mask := chosen[name])]
    check_outputs(pairings, masks, 1)

    # From here on torch is needed.
    from restore_colorize.cli.restoring import RestoreSettings, restore_all
    from restore_colorize.engines import RestoreOptions

    settings = RestoreSettings(
        options=RestoreOptions(
            strength=chosen["strength"],
            eagerness=chosen["eagerness"],
            tone=chosen["tone"],
            white_balance=chosen["white_balance"],
        ),
        damage=chosen["damage"],
        selection=chosen["selection"],
        model=chosen["model"],
        existing=_existing(pairings, chosen),
    )
    with _running(context, pairings, as_json, chosen) as (backend, report):
        restore_all(pairings, settings, backend, report)
    return FAILED if report.failures else 0


@click.command()
@_picture_options(("png", "tif"))
@click.option(
    "--sensitivity",
    type=click.FloatRange(0, 1),
    metavar="X",
    default=0.5,
    show_default=True,
    help="0 marks only what is sure, 1 everything suspicious.",
)
def detect(context: click.Context, targets: tuple[Path, ...], as_json: bool, **chosen: Any) -> int:
    """Propose where pictures are damaged, as masks to edit and to give to `restore --damage`.

    TARGETS are pictures or folders of pictures; masks in a folder keep the pictures' names. Those
    that exist are skipped.

    \b
    restore-colorize detect old.jpg -o mask.png
    restore-colorize detect scans/ -o masks/
    """
    pairings = _pairings(targets, chosen, ".png")
    check_outputs(pairings, [], 1)

    # From here on torch is needed.
    from restore_colorize.cli.restoring import DetectSettings, detect_all
    from restore_colorize.engines import DetectOptions

    settings = DetectSettings(
        options=DetectOptions(sensitivity=chosen["sensitivity"]),
        model=chosen["model"],
        existing=_existing(pairings, chosen),
    )
    with _running(context, pairings, as_json, chosen) as (backend, report):
        detect_all(pairings, settings, backend, report)
    return FAILED if report.failures else 0


def _pairings(
    targets: tuple[Path, ...], chosen: dict[str, Any], usual_suffix: str
) -> list[Pairing]:
    suffix = f".{chosen['suffix']}" if chosen["suffix"] else usual_suffix
    return pair_targets(targets, (), chosen["output"], suffix)


def _existing(pairings: list[Pairing], chosen: dict[str, Any]) -> Existing:
    from restore_colorize.cli.batch import Existing

    if chosen["overwrite"]:
        return Existing.REPLACE
    is_one_file = len(pairings) == 1 and pairings[0].output == chosen["output"]
    return Existing.REFUSE if is_one_file else Existing.SKIP


@contextmanager
def _running(
    context: click.Context, pairings: list[Pairing], as_json: bool, chosen: dict[str, Any]
) -> Iterator[tuple[Backend, Report]]:
    from restore_colorize.cli import backends
    from restore_colorize.cli.report import Report

    is_debug = context.meta.get(DEBUG, False)
    server, device, threads = server_of(chosen), chosen["device"], chosen["threads"] or 0
    with (
        closing(Report(as_json=as_json, total=len(pairings), is_debug=is_debug)) as report,
        closing(backends.open_backend(server, device, threads, report.note)) as backend,
    ):
        yield backend, report
