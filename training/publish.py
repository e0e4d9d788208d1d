"""Exports a checkpoint into a folder of models: python training/publish.py CHECKPOINT --name NAME.

Writes FOLDER/NAME.safetensors and its entry in FOLDER/manifest.json; the card is written by hand
beside it as NAME.md.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import export
from restore_colorize.models.manifest import MANIFEST, with_entry

NAME_HELP = "of the model: lower case, no spaces"
FOLDER = Path(__file__).resolve().parent.parent / "weights" / "restore_colorize_weights"


def main(arguments: list[str] | None = None) -> None:
    """Read the command line, export, and renew the manifest's entry of that name."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--name", required=True, help=NAME_HELP)
    parser.add_argument("--role", default="colorize.exemplar")
    parser.add_argument("--paper", default="", help="name and arXiv number")
    parser.add_argument("--default", action="store_true", help="fill the role when none is named")
    parser.add_argument(
        "--folder", type=Path, default=FOLDER, help="made if missing; default: what is shipped"
    )
    parser.add_argument("--commit", help="commit that trained it; default: the present one")
    parser.add_argument("--bits", type=int, choices=(8, 16), default=16, help="of large weights")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    written = export.export(
        options.checkpoint,
        options.folder / f"{options.name}.safetensors",
        options.commit,
        options.bits,
    )
    entry = {
        "name": options.name,
        "role": options.role,
        "paper": options.paper,
        "license": export.LICENSE_NOTE,
        "card": f"{options.name}.md",
        "default": options.default,
    } | written
    renew_manifest(options.folder, entry)


def renew_manifest(folder: Path, entry: dict[str, Any]) -> None:
    """Put a model's entry into the folder's manifest, in place of one of the same name."""
    manifest = folder / MANIFEST
    text = manifest.read_text(encoding="utf-8") if manifest.exists() else ""
    manifest.write_text(with_entry(text, entry), encoding="utf-8")
    print(f"{entry['name']}: {entry['parameters']:,} parameters, {entry['sha256']}")


if __name__ == "__main__":
    main()
