"""Model folders with a tiny PixColor whose weights are random."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import torch
from restore_colorize.networks import PixColor, PixColorSizes
from safetensors.torch import save_file

TINY = {
    "prior": {
        "trunk_widths": [4, 6, 8, 8],
        "trunk_blocks": [1, 1, 1],
        "adaptation": [8, 6],
        "maps": 8,
        "blocks": 2,
        "hidden": 12,
    },
    "refinement": {
        "low": [4, 4, 6, 6],
        "mid": [6, 4],
        "branch": [4, 6, 4],
        "decoder": [6, 4, 4],
    },
    "critic": {"condition": 6, "widths": [4, 6]},
}


def add_model(folder: Path, has_critic: bool = True) -> PixColor:
    """Add a model for ``sample.prior`` to the folder, which may have others already."""
    torch.manual_seed(4)
    config = {name: part for name, part in TINY.items() if has_critic or name != "critic"}
    network = PixColor(PixColorSizes.from_config(config)).eval().requires_grad_(False)
    network.refinement.last.weight.normal_(std=0.3)
    file = folder / "pixcolor.safetensors"
    save_file({name: value.contiguous() for name, value in network.state_dict().items()}, file)
    entry = {
        "name": "tiny-pixcolor",
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "role": "sample.prior",
        "network": "pixcolor",
        "config": network.sizes.to_config(),
        "default": True,
    }
    manifest = folder / "manifest.json"
    models = json.loads(manifest.read_text())["models"] if manifest.exists() else []
    manifest.write_text(json.dumps({"format": 1, "models": [*models, entry]}))
    return network
