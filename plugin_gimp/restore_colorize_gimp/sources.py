"""Layers to work on: what can be said of them before and after a wait, and where they show."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from operator import mul

from gi.repository import Gimp
from restore_colorize_client import Pixels, RefusedError, SampleType
from restore_colorize_client.editing import SourceFacts, SourceKind, why_not

from restore_colorize_gimp.call import Call
from restore_colorize_gimp.lightness import leaves_srgb
from restore_colorize_gimp.pixels import read_layer, read_mask, sample_type_of, write_mask
from restore_colorize_gimp.translation import _

__all__ = ["Source", "check_source", "checked_layers", "read_source"]


@dataclass(frozen=True)
class Source:
    """A layer as it was read.

    lasting_id: names the layer also when the image was saved and opened again. mask: where
    results show, at the image's depth: the selection, times the layer's own mask; None for
    everywhere. selection: the same as it travels, at 8 bit. is_clipped: the layer has colors that
    the target, which is sRGB, has not.
    """

    image: Gimp.Image
    layer: Gimp.Drawable
    lasting_id: str
    target: Pixels
    mask: Pixels | None = None
    selection: Pixels | None = None
    is_clipped: bool = False

    def check_still_there(self) -> None:
        """Raise RefusedError unless a result can still go above the layer."""
        if not self.image.is_valid():
            raise RefusedError(_("The image was closed meanwhile, so nothing was changed."))
        if not self.layer.is_valid():
            raise RefusedError(_("The layer was deleted meanwhile, so nothing was changed."))
        if (self.layer.get_width(), self.layer.get_height()) != (
            self.target.width,
            self.target.height,
        ):
            raise RefusedError(_("The layer's size was changed meanwhile: try again."))
        check_source(self.image, self.layer)


def checked_layers(call: Call) -> tuple[Gimp.Image, list[Gimp.Drawable]]:
    """Return the image and the chosen layers. Raises RefusedError where one cannot be worked on."""
    image, layers = call.sources()
    for layer in layers:
        check_source(image, layer)
    return image, layers


def check_source(image: Gimp.Image, layer: Gimp.Drawable) -> None:
    """Raise RefusedError, in words, where a layer cannot be worked on."""
    sentence = why_not(_facts(image, layer))
    if sentence:
        raise RefusedError(sentence)


def read_source(
    image: Gimp.Image, layer: Gimp.Drawable, *, as_gray: bool = False, with_selection: bool = True
) -> Source:
    """Read a layer and where it shows, if wanted. Raises RefusedError."""
    check_source(image, layer)
    mask, selection = _places(image, layer) if with_selection else (None, None)
    target = read_layer(layer, sample_type_of(image), as_gray=as_gray)
    if _is_invisible(target):
        raise RefusedError(_nothing_seen(layer))
    return Source(
        image, layer, str(layer.get_tattoo()), target, mask, selection, leaves_srgb(layer)
    )


def _places(image: Gimp.Image, layer: Gimp.Drawable) -> tuple[Pixels | None, Pixels | None]:
    """Return where a result shows, at the image's depth and at 8 bit; None for everywhere.

    Raises RefusedError where that is nowhere.
    """
    is_small = sample_type_of(image) is SampleType.UINT8
    depth = SampleType.UINT8 if is_small else SampleType.FLOAT32
    own = _own_mask(layer)
    if own is not None and _is_blank(read_mask(own, SampleType.UINT8)):
        raise RefusedError(_nothing_seen(layer))
    if Gimp.Selection.is_empty(image):
        return (None, None) if own is None else _at_both_depths(own, depth)
    everywhere = image.get_selection()
    box = (*layer.get_offsets()[1:], layer.get_width(), layer.get_height())
    mask, selection = _at_both_depths(everywhere, depth, box)
    if own is not None:
        mask, selection = _times(layer, read_mask(everywhere, SampleType.FLOAT32, box), own, depth)
    if _is_blank(mask):
        raise RefusedError(why_not(SourceFacts(name=layer.get_name(), misses_selection=True)))
    return mask, selection


def _at_both_depths(
    drawable: Gimp.Drawable, depth: SampleType, box: tuple[int, int, int, int] | None = None
) -> tuple[Pixels, Pixels]:
    small = read_mask(drawable, SampleType.UINT8, box)
    return (small if depth is SampleType.UINT8 else read_mask(drawable, depth, box)), small


def _times(
    layer: Gimp.Drawable, selected: Pixels, own: Gimp.LayerMask, depth: SampleType
) -> tuple[Pixels, Pixels]:
    """Multiply a layer's mask with what is selected of it, rounded as GIMP's masks are."""
    values = read_mask(own, SampleType.FLOAT32).view().cast("f")
    product = array("f", map(mul, selected.view().cast("f"), values))
    data = product.tobytes()
    scratch = layer.create_mask(Gimp.AddMaskType.BLACK)
    write_mask(scratch, Pixels(selected.width, selected.height, 1, SampleType.FLOAT32, False, data))
    try:
        return _at_both_depths(scratch, depth)
    finally:
        scratch.delete()


def _own_mask(layer: Gimp.Drawable) -> Gimp.LayerMask | None:
    """Return the mask that hides parts of a layer; a disabled one hides nothing."""
    mask = layer.get_mask()
    return mask if mask is not None and layer.get_apply_mask() else None


def _nothing_seen(layer: Gimp.Drawable) -> str:
    text = _("“{layer}” is fully transparent: choose the photograph's layer.")
    return text.format(layer=layer.get_name())


def _is_blank(mask: Pixels) -> bool:
    return bytes(mask.view()).count(0) == mask.size


def _facts(image: Gimp.Image, layer: Gimp.Drawable) -> SourceFacts:
    return SourceFacts(
        kind=_kind(layer),
        name=layer.get_name(),
        width=layer.get_width(),
        height=layer.get_height(),
        has_floating_selection=image.get_floating_sel() is not None,
        locked_parent=_locked_parent(layer),
        is_empty_group=layer.is_group() and not layer.get_children(),
    )


def _kind(layer: Gimp.Drawable) -> SourceKind:
    if not isinstance(layer, Gimp.Layer):
        return SourceKind.CHANNEL
    if layer.is_text_layer():
        return SourceKind.TEXT
    return SourceKind.GROUP if layer.is_group() else SourceKind.PICTURE


def _locked_parent(layer: Gimp.Drawable) -> str:
    """Name the nearest locked group; GIMP ends a plug-in that puts pixels into one."""
    parent = layer.get_parent()
    while parent is not None:
        if parent.get_lock_content():
            return str(parent.get_name())
        parent = parent.get_parent()
    return ""


def _is_invisible(pixels: Pixels) -> bool:
    if not pixels.has_alpha:
        return False
    item = {1: "B", 2: "H", 4: "f"}[pixels.sample_type.size]
    return not any(pixels.view().cast(item)[pixels.channels - 1 :: pixels.channels])
