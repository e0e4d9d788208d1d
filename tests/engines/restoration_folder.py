"""Model folders with a tiny restoration network whose weights are random."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import torch
from restore_colorize.networks import MultiLevelRDN, RdnSizes, RestorationNet, RestorationSizes
from safetensors.torch import save_file

TINY = RestorationSizes(widths=(8, 8, 8, 8), level_features=8, tone_segments=4)
TINY_RDN = RdnSizes(features=4, growth=4, blocks=1, units=1, reductions=(1, 2))


def tiny_network() -> RestorationNet:
    """A network that changes every pixel, sees damage in some and moves the tone."""
    torch.manual_seed(3)
    network = RestorationNet(TINY).eval().requires_grad_(False)
    for parameter in network.parameters():
        parameter.add_(torch.randn_like(parameter) * 0.05)
    network.content.last.bias[:4] = 0.5  # some logits lie above the gate, some below
    network.tone.answer.bias[-1] = 2.0
    return network


def add_model(folder: Path, network: RestorationNet | MultiLevelRDN | None = None) -> None:
    """Add a model for ``restore.luma`` to the folder, which may have others already."""
    chosen = tiny_network() if network is None else network
    kind = "restoration" if isinstance(chosen, RestorationNet) else "rdn"
    file = folder / f"{kind}.safetensors"
    save_file({name: value.contiguous() for name, value in chosen.state_dict().items()}, file)
    entry = {
        "name": f"tiny-{kind}",
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "role": "restore.luma",
        "network": kind,
        "config": chosen.sizes.to_config(),
        "default": True,
    }
    manifest = folder / "manifest.json"
    models = json.loads(manifest.read_text())["models"] if manifest.exists() else []
    manifest.write_text(json.dumps({"format": 1, "models": [*models, entry]}))
