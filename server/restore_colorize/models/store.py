"""Finds models, says what is wrong with them in words, and loads them once."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import platformdirs
import torch

from restore_colorize.errors import ModelError
from restore_colorize.models.builders import BUILDERS, PREPARED_FOR_BFLOAT16
from restore_colorize.models.files import load_into, read_tensors, weights_sha256
from restore_colorize.models.manifest import MANIFEST, ModelEntry, read_manifest
from restore_colorize.networks import for_bfloat16_inference

__all__ = ["Model", "ModelStore", "user_model_folder"]


@dataclass(frozen=True)
class Model:
    """A model that was found: its manifest entry, and what keeps it from working, if anything."""

    entry: ModelEntry
    folder: Traversable
    problem: str = ""

    @property
    def name(self) -> str:
        """The model's unique name."""
        return self.entry.name

    def card(self) -> str:
        """Return the model card as Markdown, or an empty string."""
        if not self.entry.card:
            return ""
        try:
            return self.folder.joinpath(self.entry.card).read_text(encoding="utf-8")
        except OSError:
            return ""

    def read(self) -> bytes:
        """Return the weights file's bytes, verified against the manifest.

        Raises:
            ModelError: the file is missing or is not the one that the manifest names.
        """
        try:
            content = self.folder.joinpath(self.entry.file).read_bytes()
        except OSError:
            raise ModelError(
                f"The weights file {self.entry.file} of {self.name} is missing: install "
                "Restore & Colorize again."
            ) from None
        if weights_sha256(content) != self.entry.sha256:
            raise ModelError(
                f"The weights file {self.entry.file} of {self.name} is not the one that was "
                "published (its SHA-256 differs): install it again."
            )
        return content


def user_model_folder() -> Path:
    """Return the folder where a user may put models of their own, with a manifest.json."""
    return Path(platformdirs.user_data_dir("restore-colorize", appauthor=False)) / "models"


class ModelStore:
    """The models of one installation. Reading is lazy, loading happens once per model and device.

    Args:
        folders: where manifests are looked for; an earlier folder wins for a role's default, a
            later one may not reuse a name.
    """

    def __init__(self, folders: list[Traversable]) -> None:
        self._folders = folders
        self._models: tuple[Model, ...] | None = None
        self._loaded: dict[tuple[str, str, torch.dtype], torch.nn.Module] = {}
        self._lock = threading.Lock()

    @classmethod
    def default(cls) -> ModelStore:
        """Return the store of the installed weights and the user's model folder."""
        return cls([files("restore_colorize_weights"), user_model_folder()])

    @property
    def models(self) -> tuple[Model, ...]:
        """All models found, each checked against its manifest; broken ones carry their problem.

        Raises:
            ModelError: a manifest itself is unreadable.
        """
        if self._models is None:
            found: dict[str, Model] = {}
            for folder in self._folders:
                for entry in _entries(folder):
                    if entry.name in found:
                        raise ModelError(
                            f"Two models are called {entry.name}: rename the one in {folder}."
                        )
                    found[entry.name] = Model(entry, folder, _problem(Model(entry, folder)))
            self._models = tuple(found.values())
        return self._models

    def find(self, role: str, name: str = "") -> Model:
        """Return the model called ``name``, or the default of ``role``.

        Raises:
            ModelError: there is none, it fills another role, or it is broken.
        """
        fitting = [model for model in self.models if model.entry.role == role]
        if name:
            chosen = [model for model in fitting if model.name == name]
            if not chosen:
                known = ", ".join(model.name for model in fitting) or "none"
                raise ModelError(f"There is no model {name} for {role}; installed for it: {known}.")
        else:
            chosen = [model for model in fitting if model.entry.default] or fitting
            if not chosen:
                raise ModelError(
                    f"No model for {role} is installed: install Restore & Colorize again."
                )
        if chosen[0].problem:
            raise ModelError(chosen[0].problem)
        return chosen[0]

    def load(
        self, model: Model, device: torch.device, dtype: torch.dtype = torch.float32
    ) -> torch.nn.Module:
        """Return the model's network with its weights, in eval mode, channels last, on ``device``.

        Args:
            dtype: what it will run in, under autocast; only a CPU's bfloat16 needs to know.

        Raises:
            ModelError: the file changed since it was found, or does not fit its network.
        """
        is_prepared = (
            device.type == "cpu"
            and dtype == torch.bfloat16
            and model.entry.network in PREPARED_FOR_BFLOAT16
        )
        key = (model.entry.sha256, str(device), dtype if is_prepared else torch.float32)
        with self._lock:
            if key not in self._loaded:
                network = BUILDERS[model.entry.network](model.entry.config)
                load_into(network, read_tensors(model.read(), model.entry.file), model.name)
                network.eval().requires_grad_(False)
                # torch's stubs do not know that ``to`` takes both at once.
                network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
                if is_prepared:
                    network = for_bfloat16_inference(network)
                self._loaded[key] = network.to(device)
            return self._loaded[key]


def _entries(folder: Traversable) -> tuple[ModelEntry, ...]:
    try:
        text = folder.joinpath(MANIFEST).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"The list of models in {folder} cannot be read ({error}).") from None
    return read_manifest(text, f"in {folder}")


def _problem(model: Model) -> str:
    try:
        model.read()
    except ModelError as error:
        return str(error)
    if model.entry.network not in BUILDERS:
        return (
            f"The model {model.name} needs the network {model.entry.network}, which this version "
            "does not have: update Restore & Colorize."
        )
    return ""
