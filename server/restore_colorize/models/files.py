"""Weight files: what kind they are, by content, and how they get into a network.

Our own format is safetensors. Files of the papers' authors are pickles: they are read by torch's
restricted unpickler, which runs no code, and only when the user asks to import one.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import struct
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors

from restore_colorize.errors import ModelError

__all__ = ["SCALE", "load_authors_checkpoint", "load_into", "read_tensors", "weights_sha256"]

# Beside a tensor NAME of int8 stands NAME.scale, a factor for each of its first dimension.
SCALE = ".scale"
_MAX_HEADER_BYTES = 100 * 1024 * 1024  # safetensors' own limit


def weights_sha256(content: bytes) -> str:
    """Return the lower-case hex SHA-256 that manifests and receipts name."""
    return hashlib.sha256(content).hexdigest()


def read_tensors(content: bytes, name: str) -> dict[str, torch.Tensor]:
    """Read a safetensors file from memory; ``name`` appears in messages.

    Weights that were rounded to int8 come back multiplied by their scale, as float32.

    Raises:
        ModelError: the content is something else (a pickle under a safe name, say) or damaged.
    """
    _refuse_other_kinds(content, name)
    try:
        return _scaled(load_safetensors(content))
    except (SafetensorError, ValueError, KeyError) as error:
        raise ModelError(
            f"The weights file {name} is damaged ({error}): install it again."
        ) from None


def _scaled(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    scales = {
        key.removesuffix(SCALE): tensors[key]
        for key in tensors
        if key.endswith(SCALE)
        and tensors.get(key.removesuffix(SCALE), tensors[key]).dtype == torch.int8
    }
    return {
        key: value
        if key not in scales
        else value.float() * scales[key].float().view(-1, *(1,) * (value.ndim - 1))
        for key, value in tensors.items()
        if key.removesuffix(SCALE) not in scales or not key.endswith(SCALE)
    }


def _refuse_other_kinds(content: bytes, name: str) -> None:
    """Tell by content what a file is; its name proves nothing."""
    # The length at the beginning of a safetensors file can look like a pickle's first byte too.
    is_pickle = content[:2] == b"PK" or content[:1] == b"\x80"
    if is_pickle and content[8:9] != b"{":
        raise ModelError(
            f"The weights file {name} is a Python pickle, whatever its name says; pickles can run "
            "code and are not loaded: convert it to safetensors first."
        )
    header_bytes = struct.unpack("<Q", content[:8])[0] if len(content) >= 8 else -1
    if not 2 <= header_bytes <= min(_MAX_HEADER_BYTES, len(content) - 8):
        raise ModelError(
            f"The weights file {name} is no safetensors file or is cut off: install it again."
        )
    try:
        json.loads(content[8 : 8 + header_bytes])
    except ValueError:
        raise ModelError(
            f"The weights file {name} is damaged (its header is unreadable): install it again."
        ) from None


def load_into(network: torch.nn.Module, tensors: dict[str, torch.Tensor], name: str) -> None:
    """Copy tensors into a network: every name and shape must agree, values must be finite.

    Raises:
        ModelError: names, shapes or values do not fit; the network is unchanged then.
    """
    wanted = {key: tuple(value.shape) for key, value in network.state_dict().items()}
    given = {key: tuple(value.shape) for key, value in tensors.items()}
    if wanted != given:
        wrong = [key for key in wanted if given.get(key) != wanted[key]]
        wrong += [key for key in given if key not in wanted]
        raise ModelError(
            f"The weights {name} belong to another network: {len(wrong)} of {len(wanted)} tensors "
            f"do not fit, the first is {wrong[0]}."
        )
    for key, value in tensors.items():
        if value.is_floating_point() and not torch.isfinite(value).all():
            raise ModelError(
                f"The weights {name} hold numbers that are not finite ({key}): install them again."
            )
    network.load_state_dict(tensors)


def load_authors_checkpoint(path: Path) -> dict[str, object]:
    """Read a ``torch.save`` file of a paper's authors without running code from it.

    Besides tensors only ``argparse.Namespace`` is allowed: Color2Embed's checkpoints carry their
    command line (models.md 3.2 of the design notes).

    Raises:
        ModelError: the file is missing, is no such file, or wants anything else.
    """
    try:
        # An open file, because torch would choose another reader by a path's suffix.
        with path.open("rb") as file, torch.serialization.safe_globals([argparse.Namespace]):
            content = torch.load(file, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise ModelError(f"There is no file {path}.") from None
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError, KeyError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(
            f"The checkpoint {path.name} cannot be read safely ({first}); only plain tensors are "
            "accepted."
        ) from None
    if not isinstance(content, dict):
        raise ModelError(f"The checkpoint {path.name} holds no dictionary of tensors.")
    return content
