"""Takes weights of the papers' authors into a folder of models, as safetensors."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import save

from restore_colorize.errors import ModelError
from restore_colorize.models.files import load_authors_checkpoint, weights_sha256
from restore_colorize.models.manifest import MANIFEST, ModelEntry, read_manifest, with_entry
from restore_colorize.networks import Color2Embed, PikFixColor
from restore_colorize.networks.color2embed.authors import network_from_authors
from restore_colorize.networks.pikfix.authors import pikfix_from_authors

__all__ = ["import_model"]

_TERMS = "Weights of the paper's authors, converted: their terms hold, ask them before you sell."
_COLOR2EMBED_PART, _PIKFIX_TENSOR, _RESNET_TENSOR = "colorEncoder", "hf_1.conv.weight", "fc.weight"


def import_model(
    checkpoint: Path, name: str, folder: Path, resnet34: Path | None = None
) -> ModelEntry:
    """Convert a checkpoint of Color2Embed or of Pik-Fix's color net, and list it in a manifest.

    Args:
        checkpoint: as the authors' public code writes it.
        name: of the model in the folder, unique there.
        folder: made if missing.
        resnet34: torchvision's file, which Pik-Fix's checkpoint leaves out.

    Raises:
        ModelError: the file is another one, lacks something or has a name that exists; nothing is
            written then.
    """
    manifest = folder / MANIFEST
    text = manifest.read_text(encoding="utf-8") if manifest.exists() else ""
    if text and any(entry.name == name for entry in read_manifest(text, str(manifest))):
        raise ModelError(f"{folder} holds a model called {name} already: choose another name.")
    network, kind, paper = _converted(load_authors_checkpoint(checkpoint), resnet34)
    content = save({key: _stored(value) for key, value in network.state_dict().items()})
    entry = ModelEntry(
        name=name,
        file=f"{name}.safetensors",
        sha256=weights_sha256(content),
        role="colorize.exemplar",
        network=kind,
        config=network.sizes.to_config(),
        parameters=sum(p.numel() for p in network.parameters()),
        paper=paper,
        license=_TERMS,
    )
    text = with_entry(text, asdict(entry))
    read_manifest(text, str(manifest))  # refuses a name that no manifest may hold
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / entry.file, content)
    _write(manifest, text.encode())
    return entry


def _converted(
    content: Mapping[str, object], resnet34: Path | None
) -> tuple[Color2Embed | PikFixColor, str, str]:
    """The network of a checkpoint, its kind and its paper."""
    if _COLOR2EMBED_PART in content:
        return network_from_authors(content), "color2embed", "Color2Embed, arXiv 2106.08017"
    if _PIKFIX_TENSOR not in content:
        what = "a classifier" if _RESNET_TENSOR in content else "something else"
        raise ModelError(
            f"The checkpoint is neither Color2Embed's nor that of Pik-Fix's color network, but "
            f"{what}: only these two can be imported."
        )
    if resnet34 is None:
        raise ModelError(
            "Pik-Fix's checkpoint leaves out the ResNet34 that it compares with: name the file of "
            "torchvision as well."
        )
    network = pikfix_from_authors(content, load_authors_checkpoint(resnet34))
    return network, "pikfix", "Pik-Fix, arXiv 2205.01902"


def _stored(tensor: torch.Tensor) -> torch.Tensor:
    """Large weights as float16, where it can hold them."""
    if tensor.ndim < 2 or not tensor.is_floating_point():
        return tensor.contiguous()
    half = tensor.half().contiguous()
    return half if bool(half.isfinite().all()) else tensor.contiguous()


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
