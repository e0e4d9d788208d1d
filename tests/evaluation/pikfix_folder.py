"""Model folders with tiny networks of Pik-Fix whose weights are random."""

from __future__ import annotations

import hashlib
from pathlib import Path

import publish
import torch
from restore_colorize.networks import MultiLevelRDN, PikFixColor, PikFixSizes
from safetensors.torch import save_file

SIZES = {
    "stem": 8,
    "stem_stride": 2,
    "blocks": (1, 1, 1, 1),
    "growth": 4,
    "bottleneck": 1,
    "dropout": 0.0,
    "fusion_units": 1,
    "decoder_units": (1, 1, 1, 1, 1),
    "trunk": "own",
    "trunk_widths": (8, 8, 8, 8, 8),
    "similarity_channels": 4,
    "bins": 8,
    "starts_at_match": True,
}


def add_pikfix(folder: Path, name: str, **sizes: str) -> None:
    """Add a model that colors to the folder, which may have others already."""
    torch.manual_seed(0)
    network = PikFixColor(PikFixSizes(**{**SIZES, **sizes}))  # type: ignore[arg-type]
    add_network(folder, name, network, "pikfix", "colorize.exemplar", ("6.0", "500", "8000"))


def add_network(
    folder: Path,
    name: str,
    network: PikFixColor | MultiLevelRDN,
    kind: str,
    role: str,
    training: tuple[str, str, str],
) -> None:
    """Add any network; ``training`` are the minutes, steps and pictures that its file tells."""
    file = folder / f"{name}.safetensors"
    save_file(
        network.state_dict(),
        file,
        dict(zip(("minutes", "steps", "pictures_seen"), training, strict=True)),
    )
    entry = {
        "name": name,
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "role": role,
        "network": kind,
        "config": network.sizes.to_config(),
        "parameters": sum(p.numel() for p in network.parameters()),
    }
    publish.renew_manifest(folder, entry)
