"""Publishes PixColor: training/join_pixcolor.py PRIOR REFINEMENT --critic CRITIC --name NAME.

All are checkpoints of ``train.py``; without a critic candidates are ranked by their likelihood.
Writes FOLDER/NAME.safetensors, whose header tells how each was trained, and its entry in
FOLDER/manifest.json; the card is written by hand beside it as NAME.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import publish
import torch
from export import LICENSE_NOTE, header, present_commit, rounded_to_8_bits, shipped_tensors

PARTS = {
    "prior": "pixcolor-prior",
    "refinement": "pixcolor-refinement",
    "critic": "pixcolor-critic",
}


def main(arguments: list[str] | None = None) -> None:
    """Read the command line and write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("prior", type=Path)
    parser.add_argument("refinement", type=Path)
    parser.add_argument("--critic", type=Path)
    parser.add_argument("--name", required=True, help=publish.NAME_HELP)
    parser.add_argument("--folder", type=Path, default=publish.FOLDER)
    parser.add_argument("--commit", help="commit that trained them; default: the present one")
    parser.add_argument("--bits", type=int, choices=(8, 16), default=16, help="of large weights")
    options = parser.parse_args(arguments)
    checkpoints = {"prior": options.prior, "refinement": options.refinement}
    if options.critic:
        checkpoints["critic"] = options.critic
    output = options.folder / f"{options.name}.safetensors"
    written = join(checkpoints, output, options.commit, options.bits)
    entry = {
        "name": options.name,
        "role": "sample.prior",
        "paper": "PixColor, arXiv 1705.07208",
        "license": LICENSE_NOTE,
        "card": f"{options.name}.md",
        "default": True,
    }
    publish.renew_manifest(options.folder, entry | written)


def join(
    checkpoints: dict[str, Path], output: Path, commit: str | None = None, bits: int = 16
) -> dict[str, Any]:
    """Write the averaged weights of all; return what a manifest says of the file.

    Raises:
        SystemExit: a checkpoint is of another network.
    """
    from safetensors.torch import save_file  # training itself does without it

    states = {
        part: torch.load(path, map_location="cpu", weights_only=True)
        for part, path in checkpoints.items()
    }
    for part, state in states.items():
        if state["network_name"] != PARTS[part]:
            raise SystemExit(f"{checkpoints[part]} holds a {state['network_name']}.")
    tensors = {
        f"{part}.{name}": tensor
        for part, state in states.items()
        for name, tensor in shipped_tensors(state["average"]).items()
    }
    config = {part: state["network_config"] for part, state in states.items()}
    facts = {"format": "pt", "network": "pixcolor", "config": json.dumps(config)}
    for part, state in states.items():
        told = header(state, commit or present_commit())
        facts |= {f"{part}_{name}": value for name, value in told.items() if name not in facts}
    save_file(rounded_to_8_bits(tensors) if bits == 8 else tensors, output, facts)
    return {
        "file": output.name,
        "sha256": hashlib.sha256(output.read_bytes()).hexdigest(),
        "network": "pixcolor",
        "config": config,
        "parameters": sum(t.numel() for t in tensors.values() if t.dtype == torch.float16),
    }


if __name__ == "__main__":
    main()
