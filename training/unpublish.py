"""Makes checkpoints of a published model: python training/unpublish.py NAME -o FOLDER.

Weights outlive the runs that made them. A model of one training becomes FOLDER/NAME.pt; a joined
one (PixColor: prior, refinement and critic) a file for each part. Training goes on from them with
``--start-from``, and whatever takes a checkpoint takes them, with the rounding that was shipped.
"""

from __future__ import annotations

import argparse
import json
import struct
from pathlib import Path
from typing import Any

import torch
from join_pixcolor import PARTS
from restore_colorize.models.files import read_tensors
from restore_colorize_training import RECIPES
from restore_colorize_training.shipped import shipped_model


def main(arguments: list[str] | None = None) -> None:
    """Read the command line and write the checkpoints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="of an installed model")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder; made if missing")
    options = parser.parse_args(arguments)
    made = checkpoints(options.name, shipped_model(options.name).read())
    options.output.mkdir(parents=True, exist_ok=True)
    for part, state in made.items():
        torch.save(state, options.output / f"{part}.pt")
        print(options.output / f"{part}.pt")


def checkpoints(name: str, content: bytes) -> dict[str, dict[str, Any]]:
    """Averaged weights and facts, by part, of what ``publish.py`` or ``join_pixcolor.py`` wrote."""
    end = 8 + struct.unpack("<Q", content[:8])[0]
    facts: dict[str, str] = json.loads(content[8:end])["__metadata__"]
    config = json.loads(facts["config"])
    tensors = {
        key: value.float() if value.is_floating_point() else value
        for key, value in read_tensors(content, name).items()
    }
    if facts["network"] != "pixcolor":
        return {name: _state(tensors, facts, facts["network"], config)}
    states = {}
    for part in config:
        own, told = _under(f"{part}.", tensors), _under(f"{part}_", facts)
        states[part] = _state(own, told, PARTS[part], config[part])
    return states


def _under(prefix: str, all_of_them: dict[str, Any]) -> dict[str, Any]:
    """What begins with the prefix, without it."""
    found = {key: value for key, value in all_of_them.items() if key.startswith(prefix)}
    return {key.removeprefix(prefix): value for key, value in found.items()}


def _state(
    tensors: dict[str, torch.Tensor], facts: dict[str, str], network: str, config: dict[str, Any]
) -> dict[str, Any]:
    trained = json.loads(facts["training_config"])
    return {
        "average": RECIPES[trained["recipe"]].trained(tensors, trained),
        "network_name": network,
        "network_config": config,
        "config": trained,
        "command": facts["training_command"],
        "step": int(facts["steps"]),
        "pictures": int(facts["pictures_seen"]),
        "elapsed_s": float(facts["minutes"]) * 60,
    }


if __name__ == "__main__":
    main()
