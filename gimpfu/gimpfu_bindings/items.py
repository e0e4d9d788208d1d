"""Layers, channels and paths as scripts of GIMP 2.10 know them."""

from __future__ import annotations

from typing import Any

from gi.repository import Gimp

from gimpfu_bindings import pixels
from gimpfu_bindings.attributes import Attribute, Thing, method
from gimpfu_bindings.procedures import error, pdb
from gimpfu_bindings.tables import constants
from gimpfu_bindings.values import WRAPPERS, from_gimp

LEGACY_NORMAL = constants()["NORMAL_MODE"]
RGB_IMAGE = constants()["RGB_IMAGE"]


class Parasite(Thing):
    """Named data that is attached to GIMP, an image or an item."""

    def __init__(self, name: str, flags: int = 0, data: bytes | str = b"") -> None:
        octets = data.encode("utf-8") if isinstance(data, str) else bytes(data)
        super().__init__(Gimp.Parasite.new(name, flags, octets))

    name = property(lambda self: self._thing.get_name())
    flags = property(lambda self: self._thing.get_flags())
    is_persistent = property(lambda self: bool(self.flags & 1))
    is_undoable = property(lambda self: bool(self.flags & 2))

    @property
    def data(self) -> pixels.Octets:
        """What it holds."""
        return pixels.Octets(bytes(self._thing.get_data()))

    def copy(self) -> Parasite:
        """Return the same anew."""
        return Parasite(self.name, self.flags, self.data)

    def is_type(self, name: str) -> bool:
        """Whether it has this name."""
        return bool(self.name == name)

    def has_flag(self, flag: int) -> bool:
        """Whether a flag is set."""
        return bool(self.flags & flag)

    def __eq__(self, other: object) -> bool:
        is_same = isinstance(other, Parasite) and self.name == other.name
        return is_same and self.data == other.data and self.flags == other.flags

    def __hash__(self) -> int:
        return hash((self.name, bytes(self.data)))


def found_parasite(holder: Any, procedure: str, name: str) -> Parasite | None:
    """Return a parasite, None where there is none."""
    try:
        return pdb[procedure](holder, name) if holder is not None else pdb[procedure](name)
    except error:
        return None


class Item(Thing):
    """What layers, channels and paths have in common."""

    name = Attribute("gimp-item-get-name", "gimp-item-set-name")
    image = Attribute("gimp-item-get-image")
    parent = Attribute("gimp-item-get-parent")
    visible = Attribute("gimp-item-get-visible", "gimp-item-set-visible", bool)
    linked = Attribute("gimp-item-get-linked", "gimp-item-set-linked", bool)
    tattoo = Attribute("gimp-item-get-tattoo", "gimp-item-set-tattoo")
    lock_content = Attribute("gimp-item-get-lock-content", "gimp-item-set-lock-content", bool)

    @property
    def children(self) -> list[Any]:
        """The items inside of a group."""
        return [from_gimp(each) for each in self._thing.get_children()]

    @staticmethod
    def from_id(number: int) -> Any:
        """Return the item of an ID, None if there is none."""
        return from_gimp(Gimp.Item.get_by_id(number))

    parasite_attach = method("gimp-item-parasite-attach")
    parasite_detach = method("gimp-item-parasite-detach")

    def parasite_find(self, name: str) -> Parasite | None:
        """Return an attached parasite, None where there is none."""
        return found_parasite(self, "gimp-item-parasite-find", name)

    def parasite_list(self) -> tuple[str, ...]:
        """Return the names of the attached parasites."""
        return tuple(self._thing.get_parasite_list())

    def attach_new_parasite(self, name: str, flags: int, data: bytes | str) -> None:
        """Attach a parasite made of these."""
        self.parasite_attach(Parasite(name, flags, data))

    def _family(self) -> str:
        return "item"

    def __bool__(self) -> bool:
        return True


class Drawable(Item):
    """An item with pixels."""

    bpp = Attribute("gimp-drawable-bpp")
    width = Attribute("gimp-drawable-width")
    height = Attribute("gimp-drawable-height")
    has_alpha = Attribute("gimp-drawable-has-alpha", kind=bool)
    is_rgb = Attribute("gimp-drawable-is-rgb", kind=bool)
    is_gray = Attribute("gimp-drawable-is-gray", kind=bool)
    is_indexed = Attribute("gimp-drawable-is-indexed", kind=bool)
    type = Attribute("gimp-drawable-type")
    type_with_alpha = Attribute("gimp-drawable-type-with-alpha")
    offsets = Attribute("gimp-drawable-offsets")
    is_layer_mask = property(lambda self: isinstance(self._thing, Gimp.LayerMask))
    mask_bounds = property(lambda self: pdb["gimp-drawable-mask-bounds"](self)[1:])

    @property
    def mask_intersect(self) -> tuple[int, ...] | None:
        """The selected part as x, y, width, height; None when it is empty."""
        told = pdb["gimp-drawable-mask-intersect"](self)
        return told[1:] if told[0] else None

    def flush(self) -> None:
        """Bring written pixels to GIMP."""
        self._thing.get_buffer().flush()

    def fill(self, fill_type: int) -> None:
        """Fill it all, whatever is selected."""
        pdb["gimp-drawable-fill"](self, fill_type)

    def merge_shadow(self, undo: bool = True) -> None:
        """Bring what was written to the shadow into the pixels, where selected."""
        self._thing.merge_shadow(undo)

    free_shadow = method("gimp-drawable-free-shadow")
    update = method("gimp-drawable-update")
    offset = method("gimp-drawable-offset")

    def get_pixel(self, x: int, y: int) -> tuple[int, ...]:
        """Return a pixel's channels, 0 to 255."""
        return pixels.pixel(self._thing, x, y)

    def set_pixel(self, x: int, y: int, value: Any) -> None:
        """Write a pixel's channels, 0 to 255."""
        pixels.put_pixel(self._thing, x, y, value)

    def get_pixel_rgn(
        self, x: int, y: int, width: int, height: int, dirty: bool = True, shadow: bool = False
    ) -> pixels.PixelRgn:
        """Return a rectangle whose pixels are read and written as byte strings."""
        return pixels.PixelRgn(self, x, y, width, height, dirty, shadow)

    def get_tile(self, shadow: bool, row: int, col: int) -> pixels.Tile:
        """Return a tile of 64 by 64 pixels by its place."""
        return pixels.Tile(self, bool(shadow), row, col)

    def get_tile2(self, shadow: bool, x: int, y: int) -> pixels.Tile:
        """Return the tile in which a pixel lies."""
        return pixels.Tile(self, bool(shadow), y // pixels.TILE_PX, x // pixels.TILE_PX)

    def get_data(self) -> pixels.Octets:
        """Return all pixels."""
        region = pixels.PixelRgn(self, 0, 0, self.width, self.height, False, False)
        return region[0 : self.width, 0 : self.height]

    transform_flip = method("gimp-drawable-transform-flip")
    transform_flip_default = method("gimp-drawable-transform-flip-default")
    transform_flip_simple = method("gimp-drawable-transform-flip-simple")
    transform_rotate = method("gimp-drawable-transform-rotate")
    transform_rotate_default = method("gimp-drawable-transform-rotate-default")
    transform_rotate_simple = method("gimp-drawable-transform-rotate-simple")
    transform_scale = method("gimp-drawable-transform-scale")
    transform_scale_default = method("gimp-drawable-transform-scale-default")
    transform_shear = method("gimp-drawable-transform-shear")
    transform_shear_default = method("gimp-drawable-transform-shear-default")
    transform_2d = method("gimp-drawable-transform-2d")
    transform_2d_default = method("gimp-drawable-transform-2d-default")
    transform_perspective = method("gimp-drawable-transform-perspective")
    transform_perspective_default = method("gimp-drawable-transform-perspective-default")
    transform_matrix = method("gimp-drawable-transform-matrix")
    transform_matrix_default = method("gimp-drawable-transform-matrix-default")


class Layer(Drawable):
    """A layer; ``Layer(image, name, width, height)`` makes one that is in no image yet."""

    def __init__(
        self,
        image: Any,
        name: str,
        width: int,
        height: int,
        type: int = RGB_IMAGE,  # noqa: A002 - the interface's name
        opacity: float = 100.0,
        mode: int = LEGACY_NORMAL,
    ) -> None:
        made = pdb["gimp-layer-new"](image, width, height, type, name, opacity, mode)
        super().__init__(made._thing)

    opacity = Attribute("gimp-layer-get-opacity", "gimp-layer-set-opacity")
    mode = Attribute("gimp-layer-get-mode", "gimp-layer-set-mode")
    mask = Attribute("gimp-layer-get-mask")
    apply_mask = Attribute("gimp-layer-get-apply-mask", "gimp-layer-set-apply-mask", bool)
    show_mask = Attribute("gimp-layer-get-show-mask", "gimp-layer-set-show-mask", bool)
    edit_mask = Attribute("gimp-layer-get-edit-mask", "gimp-layer-set-edit-mask", bool)
    lock_alpha = Attribute("gimp-layer-get-lock-alpha", "gimp-layer-set-lock-alpha", bool)
    preserve_trans = lock_alpha
    is_floating_sel = Attribute("gimp-layer-is-floating-sel", kind=bool)
    copy = method("gimp-layer-copy", False)
    add_alpha = method("gimp-layer-add-alpha")
    add_mask = method("gimp-layer-add-mask")
    remove_mask = method("gimp-layer-remove-mask")
    create_mask = method("gimp-layer-create-mask")
    resize = method("gimp-layer-resize", 0, 0, 0, 0)
    resize_to_image_size = method("gimp-layer-resize-to-image-size")
    scale = method("gimp-layer-scale", 0, 0, False)
    translate = method("gimp-layer-translate")
    set_offsets = method("gimp-layer-set-offsets")


class GroupLayer(Layer):
    """A group of layers."""

    def __init__(
        self, image: Any, name: str = "", opacity: float = 100.0, mode: int = LEGACY_NORMAL
    ) -> None:
        Thing.__init__(self, pdb["gimp-layer-group-new"](image)._thing)
        if name:
            self.name = name
        self.opacity, self.mode = opacity, mode


class Channel(Drawable):
    """A channel, a mask or the selection; ``Channel(image, name, ...)`` makes a new one."""

    def __init__(
        self,
        image: Any,
        name: str,
        width: int,
        height: int,
        opacity: float = 100.0,
        color: Any = (0, 0, 0),
    ) -> None:
        made = pdb["gimp-channel-new"](image, width, height, name, opacity, color)
        super().__init__(made._thing)

    opacity = Attribute("gimp-channel-get-opacity", "gimp-channel-set-opacity")
    color = Attribute("gimp-channel-get-color", "gimp-channel-set-color")
    colour = color
    show_masked = Attribute("gimp-channel-get-show-masked", "gimp-channel-set-show-masked", bool)
    copy = method("gimp-channel-copy")
    combine_masks = method("gimp-channel-combine-masks")


class Vectors(Item):
    """A path; ``Vectors(image, name)`` makes an empty one that is in no image yet."""

    def __init__(self, image: Any, name: str) -> None:
        super().__init__(pdb["gimp-vectors-new"](image, name)._thing)

    @property
    def strokes(self) -> list[VectorsBezierStroke]:
        """The path's strokes."""
        return [VectorsBezierStroke(self, number) for number in self._thing.get_strokes()]

    def remove_stroke(self, stroke: Any) -> None:
        """Remove a stroke, given by itself or its number."""
        pdb["gimp-vectors-remove-stroke"](self, getattr(stroke, "ID", stroke))

    def to_selection(
        self,
        operation: int = constants()["CHANNEL_OP_REPLACE"],
        antialias: bool = True,
        feather: bool = False,
        radius_x: float = 0.0,
        radius_y: float = 0.0,
    ) -> None:
        """Select what the path encloses."""
        pdb["gimp-vectors-to-selection"](self, operation, antialias, feather, radius_x, radius_y)


class VectorsBezierStroke:
    """One stroke of a path."""

    def __init__(self, vectors: Vectors, stroke: Any, is_closed: bool = False) -> None:
        if not isinstance(stroke, int):  # control points make a new one
            stroke = pdb["gimp-vectors-stroke-new-from-points"](
                vectors, 0, len(stroke), list(stroke), is_closed
            )
        self.vectors, self.ID = vectors, stroke

    vectors_ID = property(lambda self: self.vectors.ID)  # noqa: N815 - the interface's name
    points = property(
        lambda self: pdb["gimp-vectors-stroke-get-points"](self.vectors, self.ID)[2:4]
    )

    def get_length(self, precision: float) -> float:
        """Return its length in pixels."""
        return float(pdb["gimp-vectors-stroke-get-length"](self.vectors, self.ID, precision))

    def close(self) -> None:
        """Join its ends."""
        pdb["gimp-vectors-stroke-close"](self.vectors, self.ID)

    def translate(self, x: float, y: float) -> None:
        """Move it."""
        pdb["gimp-vectors-stroke-translate"](self.vectors, self.ID, x, y)

    def scale(self, x: float, y: float) -> None:
        """Scale it."""
        pdb["gimp-vectors-stroke-scale"](self.vectors, self.ID, x, y)

    def rotate(self, x: float, y: float, angle: float) -> None:
        """Rotate it around a point, in degrees."""
        pdb["gimp-vectors-stroke-rotate"](self.vectors, self.ID, x, y, angle)

    def flip(self, direction: int, axis: float) -> None:
        """Flip it at an axis."""
        pdb["gimp-vectors-stroke-flip"](self.vectors, self.ID, direction, axis)

    @classmethod
    def new_moveto(cls, vectors: Vectors, x: float, y: float) -> VectorsBezierStroke:
        """Begin a stroke at a point."""
        return cls(vectors, pdb["gimp-vectors-bezier-stroke-new-moveto"](vectors, x, y))

    @classmethod
    def new_ellipse(
        cls, vectors: Vectors, x: float, y: float, radius_x: float, radius_y: float, angle: float
    ) -> VectorsBezierStroke:
        """Make a stroke that is an ellipse."""
        made = pdb["gimp-vectors-bezier-stroke-new-ellipse"]
        return cls(vectors, made(vectors, x, y, radius_x, radius_y, angle))

    def lineto(self, x: float, y: float) -> None:
        """Go on straight."""
        pdb["gimp-vectors-bezier-stroke-lineto"](self.vectors, self.ID, x, y)

    def conicto(self, *coordinates: float) -> None:
        """Go on in a conic curve."""
        pdb["gimp-vectors-bezier-stroke-conicto"](self.vectors, self.ID, *coordinates)

    def cubicto(self, *coordinates: float) -> None:
        """Go on in a cubic curve."""
        pdb["gimp-vectors-bezier-stroke-cubicto"](self.vectors, self.ID, *coordinates)


def _parasite(thing: Gimp.Parasite) -> Any:
    return Parasite._of(thing.copy())  # the results that it came in do not live on


WRAPPERS += [
    (Gimp.GroupLayer, GroupLayer._of),
    (Gimp.Layer, Layer._of),
    (Gimp.Channel, Channel._of),
    (Gimp.Path, Vectors._of),
    (Gimp.Parasite, _parasite),
]
