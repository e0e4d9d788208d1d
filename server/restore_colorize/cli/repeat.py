"""``restore-colorize repeat``: makes an output again from the receipt that it carries."""

from __future__ import annotations

from pathlib import Path

import click

from restore_colorize.cli.options import debug_option
from restore_colorize.cli.pairings import Pairing, check_outputs

__all__ = ["repeat"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("image", type=_FILE)
@click.argument("target", type=_FILE)
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path))
@click.option("--selection", type=_FILE, help="The mask that was used, if there was one.")
@click.option("--damage", type=_FILE, help="The damage mask that was used, if there was one.")
@click.option("--overwrite", is_flag=True, help="Replace the output if it exists.")
@debug_option
def repeat(
    image: Path,
    target: Path,
    output: Path,
    selection: Path | None,
    damage: Path | None,
    overwrite: bool,
) -> None:
    """Make IMAGE from TARGET again: the same bytes, or what differs is named.

    IMAGE is a picture that this program colored or restored. The reference is not needed, IMAGE
    carries all that the network saw of it (PNG, TIFF and WebP do, JPEG has no room).
    """
    masks = [mask for mask in (selection, damage) if mask]
    check_outputs([Pairing(target, (image,), output)], masks)

    # From here on torch is needed.
    from restore_colorize.cli.batch import write_candidate
    from restore_colorize.cli.local import repeating_backend, repeating_request
    from restore_colorize.cli.receipts import stored_receipt
    from restore_colorize.engines import SilentControl
    from restore_colorize.errors import RequestError
    from restore_colorize.imaging import read_mask, read_picture

    if output.exists() and not overwrite:
        raise RequestError(f"{output} exists already; --overwrite replaces it.")
    stored = stored_receipt(read_picture(image).metadata.text, image)
    original = read_picture(target)
    mask = read_mask(selection, original.size) if selection else None
    holes = read_mask(damage, original.size) if damage else None
    request = repeating_request(stored.receipt, original, mask, holes)
    with repeating_backend(stored.receipt).run(request, SilentControl()) as result:
        candidate = result.candidates[stored.candidate]
        write_candidate(original, mask, result, candidate, output)
    click.echo(f"{output}  (repeated exactly)")
