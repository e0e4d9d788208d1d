"""Joins a content and a tone training: python training/join_restoration.py CONTENT [TONE] -o FILE.

The content branch, its level and its mask come from CONTENT, the tone branch from TONE; both are
checkpoints. What is chosen on pictures set aside enters the config, from where the export takes
it: the gate, which says when the mask's logit fills, and how sure the tone branch must be.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import torch

_TONE = "tone."


def main(arguments: list[str] | None = None) -> None:
    """Read the command line and write the joined checkpoint."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("content", type=Path)
    parser.add_argument("tone", type=Path, nargs="?", help="default: the tone of CONTENT")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--fill-slope", type=float, help="of the safe gate; default: learned")
    parser.add_argument("--fill-threshold", type=float, help="logit at which it opens half")
    parser.add_argument("--tone-slope", type=float, help="of the verdict on tone; default: learned")
    parser.add_argument("--tone-threshold", type=float, help="logit from which tone is corrected")
    options = parser.parse_args(arguments)
    state = torch.load(options.content, map_location="cpu", weights_only=True)
    if options.tone is not None:
        state = joined(state, torch.load(options.tone, map_location="cpu", weights_only=True))
    for name in ("fill", "tone"):
        slope, threshold = (getattr(options, f"{name}_{word}") for word in ("slope", "threshold"))
        if slope is not None and threshold is not None:
            gate = {"slope": slope, "threshold": threshold}
            state["config"] = state["config"] | {f"{name}_gate": gate}
    torch.save(state, options.output)


def joined(content: dict[str, Any], tone: dict[str, Any]) -> dict[str, Any]:
    """The checkpoint ``content`` with the averaged tone branch of ``tone``.

    Raises:
        SystemExit: the two are of different sizes.
    """
    if content["network_config"] != tone["network_config"]:
        raise SystemExit("The two checkpoints hold networks of different sizes.")
    average = {
        name: value for name, value in content["average"].items() if not name.startswith(_TONE)
    }
    average |= {name: value for name, value in tone["average"].items() if name.startswith(_TONE)}
    config = content["config"] | {"tone_training": tone["config"]}
    return content | {
        "average": average,
        "config": config,
        "command": f"{content['command']}; then {tone['command']}",
    }


if __name__ == "__main__":
    main()
