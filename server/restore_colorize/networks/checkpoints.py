"""What loaders of the authors' checkpoints share: names, shapes and values, checked in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import torch
from torch import Tensor, nn

from restore_colorize.errors import ModelError

NetworkT = TypeVar("NetworkT", bound=nn.Module)


def tensors_of(part: Mapping[str, object], title: str) -> dict[str, Tensor]:
    """A state dictionary that holds tensors alone; ``title`` names it in messages.

    Raises:
        ModelError: if something else is in it.
    """
    tensors: dict[str, Tensor] = {}
    for name, value in part.items():
        if not isinstance(value, Tensor):
            raise ModelError(f"{title} holds something else than a tensor: {name}.")
        tensors[name] = value
    return tensors


def load_renamed(
    build: Callable[[], NetworkT], tensors: Mapping[str, Tensor], title: str
) -> NetworkT:
    """Build a network with tensors under our names; returns it in evaluation mode.

    Everything is compared with a network without memory first, so that a wrong file is refused
    before hundreds of megabytes are made.

    Raises:
        ModelError: if a tensor is missing, unknown, of another shape or not finite.
    """
    with torch.device("meta"):
        wanted = build().state_dict()
    missing = sorted(wanted.keys() - tensors.keys())
    if missing:
        raise ModelError(
            f"{len(missing)} of {len(wanted)} tensors are missing in {title},"
            f" the first is ours named {missing[0]}."
        )
    for name, tensor in tensors.items():
        if name not in wanted:
            raise unknown_tensor(name, title)
        if tensor.shape != wanted[name].shape:
            raise ModelError(
                f"{title} has {tuple(tensor.shape)} where {name} needs"
                f" {tuple(wanted[name].shape)}: it is of another size."
            )
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            raise ModelError(f"{title} holds numbers that are not finite: {name}.")
    network = build()
    network.load_state_dict(dict(tensors))
    return network.eval()


def unknown_tensor(name: str, title: str) -> ModelError:
    """The error for a tensor that no layer takes."""
    return ModelError(f"{title} holds a tensor that its public code does not have: {name}.")
