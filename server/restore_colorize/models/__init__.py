"""Models: networks with weights and a card, found, verified and loaded."""

from __future__ import annotations

from restore_colorize.models.files import load_authors_checkpoint
from restore_colorize.models.importing import import_model
from restore_colorize.models.manifest import ModelEntry, read_manifest
from restore_colorize.models.store import Model, ModelStore, user_model_folder

__all__ = [
    "Model",
    "ModelEntry",
    "ModelStore",
    "import_model",
    "load_authors_checkpoint",
    "read_manifest",
    "user_model_folder",
]
