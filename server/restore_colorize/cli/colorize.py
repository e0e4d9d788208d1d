"""``restore-colorize colorize``: the options, and from them the run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from restore_colorize.cli.failures import FAILED
from restore_colorize.cli.options import (
    count_option,
    debug_option,
    device_options,
    folders_option,
    json_option,
    number_option,
    server_options,
)
from restore_colorize.cli.pairings import Pairing, check_outputs, pair_targets, read_table
from restore_colorize.cli.running import existing_of, running

if TYPE_CHECKING:
    from restore_colorize.cli.batch import Existing, Settings

__all__ = ["colorize"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_PATH = click.Path(path_type=Path)
_DRAWN = 4  # candidates without a reference, of which the best is taken


@click.command()
@click.argument("targets", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "-r",
    "--reference",
    "references",
    multiple=True,
    type=_FILE,
    help="A color picture whose colors are wanted; may be given several times.",
)
@folders_option("--reference-from", "Take the photograph there that suits best.")
@click.option("-o", "--output", type=_PATH, help="A file; a folder for several targets.")
@click.option("--pairs", type=_FILE, help="CSV table: target, reference[;reference…], output.")
@click.option("--selection", type=_FILE, help="Mask: white changes, black stays as it is.")
@click.option("--hints", type=_FILE, help="Strokes of color on a transparent picture.")
@click.option(
    "--known-colors",
    type=click.Choice(["none", "outside-selection"]),
    default="none",
    show_default=True,
    help="Colors of the target that are true and guide the others.",
)
@number_option("--strength", 0, 1, 1.0, "0 keeps the target's own colors, 1 takes the new ones.")
@number_option("--saturation", 0, 4, 1.0, "Multiplies the new colors' chroma.")
@number_option(
    "--trust",
    0,
    1,
    0.0,
    "1 uses references even where the model finds that they show other things.",
)
@count_option(
    "--candidates", most=16, default=1, text="Results wanted, best first: OUT-1, OUT-2, …"
)
@click.option("--model", default="", help="Name of a model.  [default: see `models`]")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=0,
    metavar="N",
    help="Of everything that is drawn.",
)
@click.option(
    "--working-size",
    type=click.IntRange(64, 512),
    metavar="N",
    help="Short side in pixels at which the network runs.  [default: the model's own]",
)
@click.option(
    "--format",
    "suffix",
    type=click.Choice(["png", "tif", "jpg", "webp"]),
    help="Of outputs in a folder.  [default: the target's]",
)
@click.option("--overwrite", is_flag=True, help="Replace outputs that exist; never an input.")
@device_options
@server_options
@json_option
@debug_option
@click.pass_context
def colorize(
    context: click.Context, targets: tuple[Path, ...], as_json: bool, **chosen: Any
) -> int:
    """Give gray pictures the colors of reference pictures, or likely ones without any.

    TARGETS are pictures or folders of pictures. Where nothing says which colors are wanted, the
    best of several draws is taken, as by `sample`. Brightness stays as it is, and so does
    everything outside of a selection. In a folder, outputs that exist are skipped: a run that was
    interrupted continues when it is started again.

    \b
    restore-colorize colorize old.jpg -r similar.jpg -o colored.png
    restore-colorize colorize scans/ -r similar.jpg -o colored/
    restore-colorize colorize scans/ --reference-from ~/Pictures -o colored/
    restore-colorize colorize old.jpg -o colored.png
    restore-colorize colorize --pairs table.csv -o colored/
    """
    pairings = _pairings(targets, chosen)
    masks = [chosen[name] for name in ("selection", "hints", "pairs") if chosen[name]]
    check_outputs(pairings, masks, chosen["candidates"])
    if _knows_any(chosen) and not chosen["selection"]:
        raise click.UsageError("--known-colors outside-selection needs a --selection.")

    # From here on torch is needed.
    from restore_colorize.cli.batch import colorize_all

    steers_all = chosen["hints"] or chosen["folders"] or _knows_any(chosen)
    steered = [one for one in pairings if one.references or steers_all]
    drawn = [one for one in pairings if not (one.references or steers_all)]
    existing = existing_of(pairings, chosen)
    with running(context, pairings, as_json, chosen) as (backend, report):
        colorize_all(steered, _settings(chosen, existing), backend, report)
        colorize_all(drawn, _drawn_settings(chosen, existing), backend, report)
    return FAILED if report.failures else 0


def _pairings(targets: tuple[Path, ...], chosen: dict[str, Any]) -> list[Pairing]:
    suffix = f".{chosen['suffix']}" if chosen["suffix"] else ""
    references, output = chosen["references"], chosen["output"]
    if references and chosen["folders"]:
        raise click.UsageError("Give either --reference or --reference-from, not both.")
    if chosen["pairs"]:
        if targets:
            raise click.UsageError("Name targets either as arguments or in --pairs, not both.")
        if output and output.is_file():
            raise click.UsageError(f"With --pairs the output {output} must be a folder.")
        return read_table(chosen["pairs"], references, output, suffix)
    if not targets:
        raise click.UsageError("Name at least one target picture, or a table with --pairs.")
    if output is None:
        raise click.UsageError("Say with -o where the colored picture goes.")
    return pair_targets(targets, references, output, suffix)


def _knows_any(chosen: dict[str, Any]) -> bool:
    return chosen["known_colors"] != "none"


def _settings(chosen: dict[str, Any], existing: Existing) -> Settings:
    from restore_colorize.cli.batch import Settings
    from restore_colorize.engines import ColorizeOptions, KnownColors

    options = ColorizeOptions(
        strength=chosen["strength"],
        saturation=chosen["saturation"],
        known_colors=KnownColors(chosen["known_colors"]),
        candidates=chosen["candidates"],
        working_short_side=chosen["working_size"] or 0,
        trust=chosen["trust"],
        folders=chosen["folders"],
    )
    return Settings(
        options=options,
        selection=chosen["selection"],
        hints=chosen["hints"],
        model=chosen["model"],
        seed=chosen["seed"],
        existing=existing,
    )


def _drawn_settings(chosen: dict[str, Any], existing: Existing) -> Settings:
    """Draw several, of which the best are kept."""
    from restore_colorize.cli.batch import Settings
    from restore_colorize.engines import SampleOptions

    options = SampleOptions(
        strength=chosen["strength"],
        saturation=chosen["saturation"],
        candidates=max(_DRAWN, chosen["candidates"]),
    )
    return Settings(
        options=options,
        engine="sample",
        selection=chosen["selection"],
        model=chosen["model"],
        seed=chosen["seed"],
        existing=existing,
        kept=chosen["candidates"],
    )
