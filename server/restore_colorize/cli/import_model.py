"""``restore-colorize import-model``: weights of the papers' authors, beside the shipped ones."""

from __future__ import annotations

from pathlib import Path

import click

from restore_colorize.cli.options import debug_option

__all__ = ["import_model"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import-model")
@click.argument("checkpoint", type=_FILE)
@click.option("--name", required=True, help="Of the model: small letters, digits, - . and _.")
@click.option("--resnet34", type=_FILE, help="torchvision's file, which Pik-Fix's lacks.")
@debug_option
def import_model(checkpoint: Path, name: str, resnet34: Path | None) -> None:
    """Take a CHECKPOINT of the authors of Color2Embed or Pik-Fix into your folder of models.

    No code of the file runs. The model is then chosen by name, in editors too; servers see it when
    they start next.

    \b
    restore-colorize import-model 045000.pt --name color2embed-authors
    restore-colorize colorize old.jpg --reference like.jpg --model color2embed-authors -o new.png
    """
    from restore_colorize.errors import ModelError
    from restore_colorize.models import ModelStore, user_model_folder
    from restore_colorize.models import import_model as convert

    if any(model.name == name for model in ModelStore.default().models):
        raise ModelError(f"A model called {name} is installed already: choose another name.")
    folder = user_model_folder()
    entry = convert(checkpoint, name, folder, resnet34)
    click.echo(f"{entry.name}: {entry.paper}, {entry.parameters:,} parameters, in {folder}")
