"""``restore-colorize sample``: the options, and from them the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from restore_colorize.cli.failures import FAILED
from restore_colorize.cli.options import count_option, number_option
from restore_colorize.cli.pairings import check_outputs
from restore_colorize.cli.running import existing_of, pairings_of, picture_options, running

__all__ = ["sample"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@picture_options(("png", "tif", "jpg", "webp"))
@count_option(
    "-n", "--candidates", most=16, default=4, text="Results wanted, best first: OUT-1, OUT-2, …"
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**62),
    default=0,
    metavar="N",
    help="Of everything that is drawn.",
)
@click.option("--hints", type=_FILE, help="Strokes of color on a transparent picture.")
@click.option(
    "--selection",
    type=_FILE,
    help="Mask: white is drawn anew, between the colors that the target has where it is black.",
)
@click.option("--sheet", is_flag=True, help="Also write OUT-sheet: all candidates side by side.")
@click.option(
    "--uncertainty",
    is_flag=True,
    help="Also write OUT-uncertainty: white where the draws disagree.",
)
@number_option(
    "--temperature", 0.1, 4, 0.9, "Below 1 likelier colors are drawn, above 1 bolder ones."
)
@number_option("--top-p", 0.01, 1, 1.0, "Mass of the likeliest colors that may be drawn.")
@number_option("--diversity", 0, 1, 0.5, "0 takes the best draws, 1 those that differ most.")
@number_option("--strength", 0, 1, 1.0, "0 keeps the target's own colors, 1 takes the new ones.")
@number_option("--saturation", 0, 4, 1.0, "Multiplies the new colors' chroma.")
@click.option("--unrefined", is_flag=True, help="Show the small drawn chroma itself, enlarged.")
def sample(context: click.Context, targets: tuple[Path, ...], as_json: bool, **chosen: Any) -> int:
    """Draw several colorizations of gray pictures, without a reference.

    TARGETS are pictures or folders of pictures. The same seed gives the same candidates. In a
    folder, targets whose first candidate exists are skipped: a run that was interrupted continues
    when it is started again.

    \b
    restore-colorize sample old.jpg -n 6 --seed 1 -o colored.png
    restore-colorize sample old.jpg --hints strokes.png -o colored.png --sheet
    restore-colorize sample colored.png --selection dress.png -o dress.png
    """
    pairings = pairings_of(targets, chosen, "")
    masks = [chosen[name] for name in ("selection", "hints") if chosen[name]]
    further = [name for name in ("sheet", "uncertainty") if chosen[name]]
    check_outputs(pairings, masks, chosen["candidates"], further)

    # From here on torch is needed.
    from restore_colorize.cli.batch import Settings, colorize_all
    from restore_colorize.engines import KnownColors, SampleOptions

    known = KnownColors.OUTSIDE_SELECTION if chosen["selection"] else KnownColors.NONE
    settings = Settings(
        options=SampleOptions(
            strength=chosen["strength"],
            saturation=chosen["saturation"],
            known_colors=known,
            candidates=chosen["candidates"],
            temperature=chosen["temperature"],
            top_p=chosen["top_p"],
            diversity=chosen["diversity"],
            refine=not chosen["unrefined"],
        ),
        engine="sample",
        selection=chosen["selection"],
        hints=chosen["hints"],
        model=chosen["model"],
        seed=chosen["seed"],
        existing=existing_of(pairings, chosen),
        has_sheet=chosen["sheet"],
        has_uncertainty=chosen["uncertainty"],
    )
    with running(context, pairings, as_json, chosen) as (backend, report):
        colorize_all(pairings, settings, backend, report)
    return FAILED if report.failures else 0
