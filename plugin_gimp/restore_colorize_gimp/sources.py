"""Layers to work on: what can be said of them before and after a wait, and their selection."""

from __future__ import annotations

from dataclasses import dataclass

from gi.repository import Gimp
from restore_colorize_client import Pixels, RefusedError, SampleType
from restore_colorize_client.editing import SourceFacts, SourceKind, why_not

from restore_colorize_gimp.pixels import read_layer, read_mask, sample_type_of

__all__ = ["Source", "check_source", "read_source"]


@dataclass(frozen=True)
class Source:
    """A layer as it was read.

    lasting_id: names the layer also when the image was saved and opened again. mask: the
    selection at the image's depth, or None.
    """

    image: Gimp.Image
    layer: Gimp.Drawable
    lasting_id: str
    target: Pixels
    mask: Pixels | None = None

    def check_still_there(self) -> None:
        """Raise RefusedError unless a result can still go above the layer."""
        if not self.image.is_valid():
            raise RefusedError("The image was closed meanwhile, so nothing was changed.")
        if not self.layer.is_valid():
            raise RefusedError("The layer was deleted meanwhile, so nothing was changed.")
        if (self.layer.get_width(), self.layer.get_height()) != (
            self.target.width,
            self.target.height,
        ):
            raise RefusedError("The layer's size was changed meanwhile: try again.")
        check_source(self.image, self.layer)


def check_source(image: Gimp.Image, layer: Gimp.Drawable) -> None:
    """Raise RefusedError, in words, where a layer cannot be worked on."""
    sentence = why_not(_facts(image, layer))
    if sentence:
        raise RefusedError(sentence)


def read_source(
    image: Gimp.Image, layer: Gimp.Drawable, *, as_gray: bool = False, with_selection: bool = True
) -> Source:
    """Read a layer and what of it is selected. Raises RefusedError."""
    check_source(image, layer)
    sample_type = sample_type_of(image)
    mask = _read_selection(image, layer, sample_type) if with_selection else None
    target = read_layer(layer, sample_type, as_gray=as_gray)
    if _is_invisible(target):
        raise RefusedError(
            f"“{layer.get_name()}” is fully transparent: choose the photograph's layer."
        )
    return Source(image, layer, str(layer.get_tattoo()), target, mask)


def _read_selection(
    image: Gimp.Image, layer: Gimp.Drawable, sample_type: SampleType
) -> Pixels | None:
    """Return what is selected of a layer, None where nothing is anywhere."""
    if Gimp.Selection.is_empty(image):
        return None
    depth = SampleType.UINT8 if sample_type is SampleType.UINT8 else SampleType.FLOAT32
    box = (*layer.get_offsets()[1:], layer.get_width(), layer.get_height())
    mask = read_mask(image.get_selection(), depth, box)
    if not any(mask.view()):
        raise RefusedError(why_not(SourceFacts(name=layer.get_name(), misses_selection=True)))
    return mask


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
