"""``restore-colorize restore`` and ``detect``: the options, and from them the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from restore_colorize.cli.failures import FAILED
from restore_colorize.cli.options import folders_option, number_option
from restore_colorize.cli.pairings import check_outputs, mask_for
from restore_colorize.cli.running import existing_of, pairings_of, picture_options, running

__all__ = ["detect", "restore"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_EXISTING = click.Path(exists=True, path_type=Path)


@click.command()
@picture_options(("png", "tif", "jpg", "webp"))
@click.option(
    "--damage",
    type=_EXISTING,
    help="Mask: only white is repaired. A folder holds one of each target's name.",
)
@click.option("--selection", type=_FILE, help="Mask: white changes, black stays as it is.")
@number_option("--strength", 0, 1, 1.0, "0 keeps the target, 1 takes the restored picture.")
@number_option("--eagerness", 0, 1, 0.0, "How readily marks are taken for damage: 0 safe, 1 eager.")
@click.option("--tone", is_flag=True, help="Also correct fading and contrast.")
@click.option("--white-balance", is_flag=True, help="Also take a color picture's cast away.")
@click.option("--colorize", is_flag=True, help="Then give it the colors of references.")
@click.option(
    "-r",
    "--reference",
    "references",
    multiple=True,
    type=_FILE,
    help="With --colorize: a color picture whose colors are wanted; several are possible.",
)
@folders_option("--reference-from", "With --colorize: take the photograph there that suits best.")
@click.option("--hints", type=_FILE, help="With --colorize: strokes on a transparent picture.")
@number_option("--saturation", 0, 4, 1.0, "With --colorize: multiplies the new colors' chroma.")
@number_option(
    "--trust", 0, 1, 0.0, "With --colorize: 1 uses references that seem to show other things."
)
@click.option("--color-model", default="", help="With --colorize: name of the colors' model.")
def restore(context: click.Context, targets: tuple[Path, ...], as_json: bool, **chosen: Any) -> int:
    """Take scratches, holes, noise and blur out of old pictures.

    TARGETS are pictures or folders of pictures. With a damage mask only what it shows is repaired,
    everything else stays as it is, to the last bit; `detect` proposes such a mask. In a folder,
    outputs that exist are skipped: a run that was interrupted continues when it is started again.

    \b
    restore-colorize restore old.jpg -o restored.png
    restore-colorize restore old.png --damage mask.png -o repaired.png
    restore-colorize restore scans/ -o restored/ --tone
    restore-colorize restore old.jpg --colorize -r similar.jpg -o colored.png
    restore-colorize restore scans/ --colorize --reference-from ~/Pictures -o colored/
    """
    pairings = pairings_of(targets, chosen, "")
    masks = [mask for name in ("selection", "hints") if (mask := chosen[name])]
    if chosen["damage"]:
        found = (mask_for(pairing.target, chosen["damage"]) for pairing in pairings)
        masks += [mask for mask in found if mask]
    check_outputs(pairings, [*masks, *chosen["references"]])
    _check_colors(chosen)

    # From here on torch is needed.
    from restore_colorize.cli.restoring import RestoreSettings, restore_all
    from restore_colorize.engines import ColorizeOptions, RestoreOptions

    colors = None
    if chosen["colorize"]:
        colors = ColorizeOptions(
            saturation=chosen["saturation"],
            trust=chosen["trust"],
            folders=chosen["folders"],
        )
    settings = RestoreSettings(
        options=RestoreOptions(
            strength=chosen["strength"],
            eagerness=chosen["eagerness"],
            tone=chosen["tone"],
            white_balance=chosen["white_balance"],
            colors=colors,
            color_model=chosen["color_model"],
        ),
        references=chosen["references"],
        hints=chosen["hints"],
        damage=chosen["damage"],
        selection=chosen["selection"],
        model=chosen["model"],
        existing=existing_of(pairings, chosen),
    )
    with running(context, pairings, as_json, chosen) as (backend, report):
        restore_all(pairings, settings, backend, report)
    return FAILED if report.failures else 0


def _check_colors(chosen: dict[str, Any]) -> None:
    saying = [name for name in ("references", "folders", "hints") if chosen[name]]
    if (saying or chosen["color_model"]) and not chosen["colorize"]:
        raise click.UsageError(
            "--reference, --reference-from, --hints and --color-model need --colorize."
        )
    if chosen["colorize"] and not saying:
        raise click.UsageError("--colorize needs a --reference, --reference-from, or --hints.")
    if chosen["references"] and chosen["folders"]:
        raise click.UsageError("Give either --reference or --reference-from, not both.")


@click.command()
@picture_options(("png", "tif"))
@number_option("--sensitivity", 0, 1, 0.5, "0 marks only what is sure, 1 everything suspicious.")
def detect(context: click.Context, targets: tuple[Path, ...], as_json: bool, **chosen: Any) -> int:
    """Propose where pictures are damaged, as masks to edit and to give to `restore --damage`.

    TARGETS are pictures or folders of pictures; masks in a folder keep the pictures' names. Those
    that exist are skipped.

    \b
    restore-colorize detect old.jpg -o mask.png
    restore-colorize detect scans/ -o masks/
    """
    pairings = pairings_of(targets, chosen, ".png")
    check_outputs(pairings, [])

    # From here on torch is needed.
    from restore_colorize.cli.restoring import DetectSettings, detect_all
    from restore_colorize.engines import DetectOptions

    settings = DetectSettings(
        options=DetectOptions(sensitivity=chosen["sensitivity"]),
        model=chosen["model"],
        existing=existing_of(pairings, chosen),
    )
    with running(context, pairings, as_json, chosen) as (backend, report):
        detect_all(pairings, settings, backend, report)
    return FAILED if report.failures else 0
