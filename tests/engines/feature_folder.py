"""Model folders with tiny networks that compare pictures, whose weights are random."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import torch
from restore_colorize.networks import FeatureNet, FeatureSizes, PikFixColor, PikFixSizes
from safetensors.torch import save_file

from tests.networks.pikfix.tiny import TINY as TINY_PIKFIX

TINY = FeatureSizes(widths=(8, 8, 8, 8, 8))
TINY_CELLS = replace(
    TINY_PIKFIX, stem_stride=2, trunk_widths=(16, 16, 16, 16, 16), similarity_channels=32
)


def add_feature_model(folder: Path, *, seed: int = 0) -> None:
    """Add a model for ``suggest.features`` to the folder, which may have others already."""
    torch.manual_seed(seed)
    _add(folder, "features", FeatureNet(TINY))


def add_cells_model(folder: Path, sizes: PikFixSizes = TINY_CELLS) -> None:
    """Add a model for ``suggest.cells``."""
    torch.manual_seed(1)
    network = PikFixColor(sizes)
    if sizes.similarity == "four":  # untrained, what all cells share hides what they do not
        torch.nn.init.zeros_(network.similarity.shared.bias)
    _add(folder, "cells", network)


def _add(folder: Path, kind: str, network: FeatureNet | PikFixColor) -> None:
    file = folder / f"{kind}.safetensors"
    save_file({name: value.contiguous() for name, value in network.state_dict().items()}, file)
    entry = {
        "name": f"tiny-{kind}",
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "role": f"suggest.{kind}",
        "network": "features" if isinstance(network, FeatureNet) else "pikfix",
        "config": network.sizes.to_config(),
        "default": True,
    }
    manifest = folder / "manifest.json"
    models = json.loads(manifest.read_text())["models"] if manifest.exists() else []
    models = [model for model in models if model["name"] != entry["name"]]
    manifest.write_text(json.dumps({"format": 1, "models": [*models, entry]}))
