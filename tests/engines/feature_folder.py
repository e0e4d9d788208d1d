"""Model folders with a tiny feature network whose weights are random."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import torch
from restore_colorize.networks import FeatureNet, FeatureSizes
from safetensors.torch import save_file

TINY = FeatureSizes(widths=(8, 8, 8, 8, 8))


def add_feature_model(folder: Path, *, seed: int = 0) -> None:
    """Add a model for ``suggest.features`` to the folder, which may have others already."""
    torch.manual_seed(seed)
    network = FeatureNet(TINY)
    file = folder / "features.safetensors"
    save_file({name: value.contiguous() for name, value in network.state_dict().items()}, file)
    entry = {
        "name": "tiny-features",
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "role": "suggest.features",
        "network": "features",
        "config": TINY.to_config(),
        "default": True,
    }
    manifest = folder / "manifest.json"
    models = json.loads(manifest.read_text())["models"] if manifest.exists() else []
    models = [model for model in models if model["name"] != entry["name"]]
    manifest.write_text(json.dumps({"format": 1, "models": [*models, entry]}))
