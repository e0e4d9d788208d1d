"""Joins a content and a tone training: python training/join_restoration.py CONTENT TONE -o FILE.

The content branch, its level and its mask come from CONTENT, the tone branch from TONE; both are
checkpoints. The gate, chosen on pictures set aside, enters the config, from where the export
takes it.
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
    parser.add_argument("tone", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--gate-slope", type=float, help="of the safe gate; default: learned")
    parser.add_argument("--gate-threshold", type=float, help="logit at which it opens half")
    options = parser.parse_args(arguments)
    gate = None
    if options.gate_slope is not None and options.gate_threshold is not None:
        gate = {"slope": options.gate_slope, "threshold": options.gate_threshold}
    content, tone = (
        torch.load(path, map_location="cpu", weights_only=True)
        for path in (options.content, options.tone)
    )
    torch.save(joined(content, tone, gate), options.output)


def joined(
    content: dict[str, Any], tone: dict[str, Any], gate: dict[str, float] | None
) -> dict[str, Any]:
    """The checkpoint ``content`` with the averaged tone branch of ``tone``.

    Raises:
        SystemExit: the two are of different sizes.
    """
    if content["network_config"] != tone["network_config"]:
        raise SystemExit("The two checkpoints hold networks of different sizes.")
    branch = {name: value for name, value in tone["average"].items() if name.startswith(_TONE)}
    config = content["config"] | {"tone_training": tone["config"]}
    if gate is not None:
        config["gate"] = gate
    return content | {
        "average": content["average"] | branch,
        "config": config,
        "command": f"{content['command']}; then {tone['command']}",
    }


if __name__ == "__main__":
    main()
