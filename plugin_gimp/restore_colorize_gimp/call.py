"""One call of an entry: what GIMP handed over, and the layers that it means."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

from gi.repository import Gimp
from restore_colorize_client import RefusedError

from restore_colorize_gimp.entries import Entry
from restore_colorize_gimp.translation import _

__all__ = ["Call"]


@dataclass(frozen=True)
class Call:
    """The arguments of a run; ``image`` is None where none is open."""

    entry: Entry
    procedure: Gimp.Procedure
    run_mode: Gimp.RunMode
    config: Gimp.ProcedureConfig
    image: Gimp.Image | None
    drawables: list[Gimp.Drawable]

    def run(self) -> Any:
        """Do what the entry does and return what its procedure gives. Raises ClientError."""
        return importlib.import_module(f"restore_colorize_gimp.{self.entry.run}").run(self)

    def option(self, name: str) -> Any:
        """Return an argument's value."""
        return self.config.get_property(name)

    @property
    def is_interactive(self) -> bool:
        """Whether to ask before, with windows of our own."""
        return bool(self.run_mode == Gimp.RunMode.INTERACTIVE)

    def sources(self) -> tuple[Gimp.Image, list[Gimp.Drawable]]:
        """Return the image and the chosen layers, a mask standing for its layer.

        Raises RefusedError where there are none.
        """
        if self.image is None or not self.image.is_valid():
            raise RefusedError(_("No image is open: open the photograph first."))
        layers: list[Gimp.Drawable] = []
        for drawable in self.drawables:
            is_mask = isinstance(drawable, Gimp.LayerMask)
            layer = Gimp.Layer.from_mask(drawable) if is_mask else drawable
            if layer is not None and layer.is_valid() and layer not in layers:
                layers.append(layer)
        if not layers and self.is_interactive:
            layers = _only_layer(self.image)
        if not layers:
            raise RefusedError(_("No layer is chosen: choose the photograph's layer."))
        return self.image, layers

    def source(self) -> tuple[Gimp.Image, Gimp.Drawable]:
        """Return the image and the one chosen layer. Raises RefusedError."""
        image, layers = self.sources()
        if len(layers) > 1:
            raise RefusedError(_("Several layers are chosen: choose the photograph's alone."))
        return image, layers[0]


def _only_layer(image: Gimp.Image) -> list[Gimp.Drawable]:
    """Return the layer of an image that has but one: in GIMP 3.2 an undo leaves none chosen."""
    layers = image.get_layers()
    return layers if len(layers) == 1 and not layers[0].is_group() else []
