"""Images and displays as scripts of GIMP 2.10 know them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gi.repository import Gimp

from gimpfu_bindings.attributes import Attribute, Thing, method
from gimpfu_bindings.items import LEGACY_NORMAL, Layer, Parasite, found_parasite
from gimpfu_bindings.procedures import error, pdb
from gimpfu_bindings.tables import constants
from gimpfu_bindings.values import WRAPPERS, from_gimp

RGBA_IMAGE = constants()["RGBA_IMAGE"]


class Image(Thing):
    """An image; ``Image(width, height, type)`` makes a new one."""

    def __init__(self, width: int, height: int, type: int = 0) -> None:  # noqa: A002
        super().__init__(pdb["gimp-image-new"](width, height, type)._thing)

    width = Attribute("gimp-image-width")
    height = Attribute("gimp-image-height")
    base_type = Attribute("gimp-image-base-type")
    precision = Attribute("gimp-image-get-precision")
    active_layer = Attribute("gimp-image-get-active-layer", "gimp-image-set-active-layer")
    active_channel = Attribute("gimp-image-get-active-channel", "gimp-image-set-active-channel")
    active_vectors = Attribute("gimp-image-get-active-vectors", "gimp-image-set-active-vectors")
    active_drawable = Attribute("gimp-image-get-active-drawable")
    selection = Attribute("gimp-image-get-selection")
    floating_selection = Attribute("gimp-image-get-floating-sel")
    floating_sel_attached_to = Attribute("gimp-image-floating-sel-attached-to")
    filename = Attribute("gimp-image-get-filename", "gimp-image-set-filename")
    uri = Attribute("gimp-image-get-uri")
    name = Attribute("gimp-image-get-name")
    dirty = Attribute("gimp-image-is-dirty", kind=bool)
    unit = Attribute("gimp-image-get-unit", "gimp-image-set-unit")
    tattoo_state = Attribute("gimp-image-get-tattoo-state", "gimp-image-set-tattoo-state")

    @property
    def resolution(self) -> tuple[float, float]:
        """Pixels per inch, across and down."""
        return tuple(pdb["gimp-image-get-resolution"](self))

    @resolution.setter
    def resolution(self, value: Sequence[float]) -> None:
        pdb["gimp-image-set-resolution"](self, *value)

    @property
    def colormap(self) -> bytes:
        """The palette of an indexed image, three bytes a color."""
        return pdb["gimp-image-get-colormap"](self)[1]

    @colormap.setter
    def colormap(self, value: bytes | str) -> None:
        pdb["gimp-image-set-colormap"](self, len(value), value)

    cmap = colormap

    @property
    def layers(self) -> list[Any]:
        """The topmost layers, from above."""
        return [from_gimp(layer) for layer in self._thing.get_layers()]

    @property
    def channels(self) -> list[Any]:
        """The channels, from above."""
        return [from_gimp(channel) for channel in self._thing.get_channels()]

    @property
    def vectors(self) -> list[Any]:
        """The paths, from above."""
        return [from_gimp(path) for path in self._thing.get_paths()]

    add_layer = method("gimp-image-add-layer", None, -1)
    add_channel = method("gimp-image-add-channel", None, 0)

    def insert_layer(self, layer: Any, parent: Any = None, position: int = -1) -> None:
        """Put a layer into the image."""
        pdb["gimp-image-insert-layer"](self, layer, parent, position)

    def insert_channel(self, channel: Any, parent: Any = None, position: int = -1) -> None:
        """Put a channel into the image."""
        pdb["gimp-image-insert-channel"](self, channel, parent, position)

    def insert_vectors(self, vectors: Any, parent: Any = None, position: int = -1) -> None:
        """Put a path into the image."""
        pdb["gimp-image-insert-vectors"](self, vectors, parent, position)

    def new_layer(
        self,
        name: str = "New Layer",
        width: int = 0,
        height: int = 0,
        offset_x: int = 0,
        offset_y: int = 0,
        alpha: bool = True,
        pos: int = -1,
        opacity: float = 100.0,
        mode: int = LEGACY_NORMAL,
        fill_mode: int = -1,
    ) -> Layer:
        """Make a layer, put it into the image and return it."""
        kind = 2 * self.base_type + bool(alpha)
        layer = Layer(self, name, width or self.width, height or self.height, kind, opacity, mode)
        self.insert_layer(layer, None, pos)
        layer.set_offsets(offset_x, offset_y)
        if fill_mode == -1:
            fill_mode = constants()["TRANSPARENT_FILL" if alpha else "BACKGROUND_FILL"]
        if fill_mode != constants()["NO_FILL"]:
            layer.fill(fill_mode)
        return layer

    add_layer_mask = method("gimp-image-add-layer-mask")
    remove_layer_mask = method("gimp-image-remove-layer-mask")
    remove_layer = method("gimp-image-remove-layer")
    remove_channel = method("gimp-image-remove-channel")
    remove_vectors = method("gimp-image-remove-vectors")
    raise_layer = method("gimp-image-raise-layer")
    lower_layer = method("gimp-image-lower-layer")
    raise_layer_to_top = method("gimp-image-raise-layer-to-top")
    lower_layer_to_bottom = method("gimp-image-lower-layer-to-bottom")
    raise_channel = method("gimp-image-raise-channel")
    lower_channel = method("gimp-image-lower-channel")
    merge_visible_layers = method("gimp-image-merge-visible-layers")
    merge_down = method("gimp-image-merge-down")
    flatten = method("gimp-image-flatten")
    crop = method("gimp-image-crop", 0, 0, 0, 0)
    resize = method("gimp-image-resize", 0, 0, 0, 0)
    scale = method("gimp-image-scale")
    duplicate = method("gimp-image-duplicate")
    disable_undo = method("gimp-image-undo-disable")
    enable_undo = method("gimp-image-undo-enable")
    undo_freeze = method("gimp-image-undo-freeze")
    undo_thaw = method("gimp-image-undo-thaw")
    undo_group_start = method("gimp-image-undo-group-start")
    undo_group_end = method("gimp-image-undo-group-end")
    undo_is_enabled = method("gimp-image-undo-is-enabled")
    clean_all = method("gimp-image-clean-all")
    free_shadow = method("gimp-image-free-shadow")
    get_component_active = method("gimp-image-get-component-active")
    set_component_active = method("gimp-image-set-component-active")
    get_component_visible = method("gimp-image-get-component-visible")
    set_component_visible = method("gimp-image-set-component-visible")
    pick_correlate_layer = method("gimp-image-pick-correlate-layer")
    get_layer_by_tattoo = method("gimp-image-get-layer-by-tattoo")
    get_channel_by_tattoo = method("gimp-image-get-channel-by-tattoo")
    add_hguide = method("gimp-image-add-hguide")
    add_vguide = method("gimp-image-add-vguide")
    delete_guide = method("gimp-image-delete-guide")
    find_next_guide = method("gimp-image-find-next-guide")
    get_guide_orientation = method("gimp-image-get-guide-orientation")
    get_guide_position = method("gimp-image-get-guide-position")
    parasite_attach = method("gimp-image-parasite-attach")
    parasite_detach = method("gimp-image-parasite-detach")
    unset_active_channel = method("gimp-image-unset-active-channel")

    def parasite_find(self, name: str) -> Parasite | None:
        """Return an attached parasite, None where there is none."""
        return found_parasite(self, "gimp-image-parasite-find", name)

    def parasite_list(self) -> tuple[str, ...]:
        """Return the names of the attached parasites."""
        return tuple(self._thing.get_parasite_list())

    def attach_new_parasite(self, name: str, flags: int, data: bytes | str) -> None:
        """Attach a parasite made of these."""
        self.parasite_attach(Parasite(name, flags, data))

    def clear_colormap(self) -> None:
        """Empty the palette of an indexed image."""
        self.colormap = b""

    @staticmethod
    def from_id(number: int) -> Image | None:
        """Return the image of an ID, None if there is none."""
        return from_gimp(Gimp.Image.get_by_id(number)) if Gimp.Image.id_is_valid(number) else None


class Display(Thing):
    """A window with an image. Where GIMP has no windows, it stands for none."""

    def __init__(self, image: Image) -> None:
        try:
            shown = pdb["gimp-display-new"](image)
        except error:  # GIMP runs without windows: what is shown does not matter there
            shown = None
        super().__init__(getattr(shown, "_thing", None))

    @property
    def ID(self) -> int:  # noqa: N802 - the name that scripts use
        """The number by which GIMP knows it, -1 for none."""
        return -1 if self._thing is None else int(self._thing.get_id())


WRAPPERS += [(Gimp.Image, Image._of), (Gimp.Display, Display._of)]
