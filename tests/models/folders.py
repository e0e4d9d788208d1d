"""Model folders with a tiny untrained network, for tests that need any network at all."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import torch
from restore_colorize.networks import (
    Color2Embed,
    Color2EmbedSizes,
    ExemplarNet,
    ExemplarSizes,
)
from safetensors.torch import save_file

TINY = {
    "widths": (8, 8, 8, 8),
    "up_widths": (8, 8, 8),
    "reference_widths": (8, 8, 8, 8, 8),
    "embedding": 8,
    "heads": 2,
    "head_channels": 4,
    "hint_channels": 4,
}

TINY_COLOR2EMBED = {
    "encoder": "strided",
    "embedding": 8,
    "down": (8, 8, 8, 8, 8),
    "up": (8, 8, 8, 8),
    "sdft_kernels": (3, 3, 3, 3),
    "strided_widths": (8, 8, 8, 8, 8),
}


def write_model_folder(
    folder: Path,
    *,
    name: str = "tiny",
    network: str = "exemplar",
    tensors: dict[str, torch.Tensor] | None = None,
    keep_file: bool = False,
) -> ExemplarNet | Color2Embed:
    """Write a manifest and weights for role colorize.exemplar; return the network saved."""
    torch.manual_seed(0)
    net: ExemplarNet | Color2Embed = ExemplarNet(ExemplarSizes(**TINY))
    if network == "color2embed":
        net = Color2Embed(Color2EmbedSizes(**TINY_COLOR2EMBED))
    net.eval()
    file = folder / "tiny.safetensors"
    if not keep_file:
        save_file(net.state_dict() if tensors is None else tensors, file)
    entry = {
        "name": name,
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "role": "colorize.exemplar",
        "network": network,
        "config": net.sizes.to_config(),
        "parameters": sum(p.numel() for p in net.parameters()),
        "license": "untrained",
        "default": True,
    }
    (folder / "manifest.json").write_text(json.dumps({"format": 1, "models": [entry]}))
    return net
