"""Writes averaged weights as safetensors: python training/export.py CHECKPOINT -o FILE.

Trained values become float16 (their rounding is far below what one seed changes), or, with
``--bits 8``, int8 with a scale for each output of a layer; BatchNorm statistics stay float32. The
header says what the file is and how it was made. Prints the lines that a manifest needs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import torch
from restore_colorize_training import RECIPES
from torch import Tensor

LICENSE_NOTE = (
    "Trained on photographs whose sources partly state no terms or research-only terms, some with "
    "recognizable people: whether commercial use is allowed is unclear. MIT covers the code only."
)
_LARGE = 2048  # values of a tensor that are worth rounding
_OPTIONS_WITH_PATHS = {"--data": "DATA", "--out": "RUN"}


def main(arguments: list[str] | None = None) -> None:
    """Read the command line and write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--commit", help="commit that trained it; default: the present one")
    parser.add_argument("--bits", type=int, choices=(8, 16), default=16, help="of large weights")
    options = parser.parse_args(arguments)
    written = export(options.checkpoint, options.output, options.commit, options.bits)
    print(json.dumps(written, indent=2))


def export(
    checkpoint: Path, output: Path, commit: str | None = None, bits: int = 16
) -> dict[str, Any]:
    """Write the averaged weights of a checkpoint; return what a manifest says of the file."""
    from safetensors.torch import save_file  # training itself does without it

    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    recipe = RECIPES[state["config"]["recipe"]]
    tensors = shipped_tensors(recipe.shipped(state["average"], state["config"]))
    stored = rounded_to_8_bits(tensors) if bits == 8 else tensors
    save_file(stored, output, header(state, commit or present_commit()))
    return {
        "file": output.name,
        "sha256": hashlib.sha256(output.read_bytes()).hexdigest(),
        "network": state["network_name"],
        "config": state["network_config"],
        "parameters": sum(t.numel() for k, t in tensors.items() if not _is_statistic(k)),
    }


def shipped_tensors(average: dict[str, Tensor]) -> dict[str, Tensor]:
    """Averaged weights in float16; statistics of BatchNorm as they are."""
    return {
        name: tensor.contiguous() if _is_statistic(name) else tensor.half().contiguous()
        for name, tensor in average.items()
    }


def rounded_to_8_bits(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Large weights as int8 from -127 to 127, and beside each the scales of its first dimension."""
    from restore_colorize.models.files import SCALE  # it needs safetensors, as the export does

    stored = {}
    for name, tensor in tensors.items():
        if _is_statistic(name) or tensor.ndim < 2 or tensor.numel() < _LARGE:
            stored[name] = tensor
            continue
        rows = tensor.float().flatten(1)
        scale = rows.abs().amax(1).clamp(min=1e-8) / 127
        stored[name] = (rows / scale[:, None]).round().to(torch.int8).view_as(tensor).contiguous()
        stored[name + SCALE] = scale
    return stored


def header(state: dict[str, Any], commit: str) -> dict[str, str]:
    """What the file is and how it was made; safetensors wants strings."""
    packs = sorted({pack for source in state["config"]["sources"] for pack in source["packs"]})
    if "held_out_groups" in state["config"]["data"]:
        packs.append("pairs.tar (train parts less the groups set aside)")
    return {
        "format": "pt",
        "network": state["network_name"],
        "config": json.dumps(state["network_config"]),
        "training_command": _without_paths(state["command"]),
        "training_config": json.dumps(state["config"]),
        "commit": commit,
        "steps": str(state["step"]),
        "pictures_seen": str(state["pictures"]),
        "minutes": f"{state['elapsed_s'] / 60:.1f}",
        "packs": ", ".join(packs),
        "license": LICENSE_NOTE,
    }


def _is_statistic(name: str) -> bool:
    return name.endswith(("running_mean", "running_var", "num_batches_tracked"))


def _without_paths(command: str) -> str:
    """The command without the folders of the machine that ran it; a checkpoint keeps its run's."""
    words = command.split()
    for index, word in enumerate(words):
        if index and words[index - 1] in _OPTIONS_WITH_PATHS:
            words[index] = _OPTIONS_WITH_PATHS[words[index - 1]]
        elif Path(word).is_absolute():
            words[index] = "/".join(Path(word).parts[-2:])
    return " ".join(words)


def present_commit() -> str:
    command = ["git", "rev-parse", "--short=12", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
