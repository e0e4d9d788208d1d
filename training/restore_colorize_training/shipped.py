"""Models that are installed, as what a training begins with or compares by."""

from __future__ import annotations

import torch
from restore_colorize.models import Model, ModelStore
from torch import nn


def shipped_model(name: str) -> Model:
    """The model of this name.

    Raises:
        SystemExit: none is installed.
    """
    return _find(ModelStore.default(), name)


def shipped_network(name: str, device: torch.device) -> nn.Module:
    """The network of an installed model with its weights, frozen.

    Raises:
        SystemExit: none of this name is installed.
    """
    store = ModelStore.default()
    return store.load(_find(store, name), device).requires_grad_(False)


def _find(store: ModelStore, name: str) -> Model:
    for model in store.models:
        if model.name == name:
            return model
    raise SystemExit(f"There is no model called {name} to take a network from.")
