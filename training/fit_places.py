"""Adds places to a feature network: python training/fit_places.py CHECKPOINT -o FILE --data DATA.

What is kept of each place is fitted to photographs, without training; everything else of the
checkpoint stays as it is.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import torch
from restore_colorize.networks.features import FeatureNet, FeatureSizes
from restore_colorize_training.packs import load_photographs
from restore_colorize_training.places import fit_places

PACK = "photos-large.tar"
SIDE_PX = 256


def main(arguments: list[str] | None = None) -> None:
    """Read the command line and write the checkpoint with places."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help=f"folder of {PACK}")
    parser.add_argument("--values", type=int, default=48, help="kept of each place")
    options = parser.parse_args(arguments)
    state = torch.load(options.checkpoint, map_location="cpu", weights_only=True)
    sizes = replace(FeatureSizes.from_config(state["network_config"]), places=options.values)
    network = FeatureNet(sizes)
    network.load_state_dict(network.state_dict() | state["average"])
    fit_places(network, load_photographs([options.data / PACK], SIDE_PX))
    torch.save(
        state
        | {
            "average": network.state_dict(),
            "network_config": sizes.to_config(),
            "config": state["config"] | {"places": {"values": options.values, "packs": [PACK]}},
            "command": f"{state['command']}; then fit_places.py --values {options.values}",
        },
        options.output,
    )


if __name__ == "__main__":
    main()
