"""``restore-colorize models``: what is installed, on what terms, and whether it is whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from restore_colorize.cli.failures import FAILED
from restore_colorize.cli.options import debug_option, json_option

if TYPE_CHECKING:
    from restore_colorize.models import Model

__all__ = ["models"]


@click.command()
@json_option
@debug_option
def models(as_json: bool) -> int:
    """List the models with their roles, sizes and licenses.

    Models of your own lie in the user's model folder with a manifest.json beside them.
    """
    from restore_colorize.models import ModelStore, user_model_folder

    found = ModelStore.default().models
    for model in found:
        click.echo(json.dumps(as_object(model)) if as_json else in_words(model) + "\n")
    if not as_json:
        if not found:
            click.echo("No models are installed: install Restore & Colorize again.", err=True)
        click.echo(f"Models of your own: {user_model_folder()}")
    return FAILED if not found or any(model.problem for model in found) else 0


def as_object(model: Model) -> dict[str, Any]:
    """Return a model as one flat JSON object; ``problem`` is empty when it is whole."""
    entry = model.entry
    return {
        "name": entry.name,
        "role": entry.role,
        "default": entry.default,
        "network": entry.network,
        "paper": entry.paper,
        "parameters": entry.parameters,
        "bytes": weights_bytes(model),
        "sha256": entry.sha256,
        "license": entry.license,
        "problem": model.problem,
    }


def in_words(model: Model) -> str:
    """Return a model as a short paragraph."""
    entry = model.entry
    lines = [
        f"{entry.name}{'  (default)' if entry.default else ''}",
        f"  role        {entry.role}",
        f"  network     {entry.network}" + (f", after {entry.paper}" if entry.paper else ""),
        f"  parameters  {entry.parameters:,}",
        f"  size        {weights_bytes(model) / 2**20:.1f} MiB, SHA-256 {entry.sha256[:12]}…",
        f"  license     {entry.license or 'not stated'}",
    ]
    if model.problem:
        lines.append(f"  PROBLEM     {model.problem}")
    return "\n".join(lines)


def weights_bytes(model: Model) -> int:
    """Return the size of the weights file, 0 if it is missing."""
    try:
        return len(model.folder.joinpath(model.entry.file).read_bytes())
    except OSError:
        return 0
