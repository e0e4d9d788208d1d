"""What a file gets: GIMP 2.10 wrote the drawable that a script named, alone, into flat formats."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gi.repository import Gimp

# Formats, by the words in procedures and files' names, into which 2.10 wrote all layers.
_WHOLE = frozenset(
    "ani bz2 cur fli gif gih gz ico mng openraster ora pdf psd xcf xmc xz".split()  # noqa: SIM905
)


@contextmanager
def written(image: Gimp.Image, drawable: Any, form: str) -> Iterator[Gimp.Image]:
    """Give the image that is to be written when a script says to write a drawable.

    form: the format, such as ``png``. A copy with the drawable alone ends with the context; it
    keeps resolution, profile, metadata and palette.
    """
    if form in _WHOLE or not isinstance(drawable, Gimp.Drawable) or _is_all_of(image, drawable):
        yield image
        return
    copy = image.duplicate()
    try:
        for layer in copy.get_layers():
            copy.remove_layer(layer)
        _add(copy, drawable)
        yield copy
    finally:
        copy.delete()


def _is_all_of(image: Gimp.Image, drawable: Gimp.Drawable) -> bool:
    layers = image.get_layers()
    if len(layers) != 1 or layers[0].get_id() != drawable.get_id():
        return False
    size = (drawable.get_width(), drawable.get_height()) == (image.get_width(), image.get_height())
    is_plain = drawable.get_visible() and drawable.get_opacity() == 100 and not drawable.get_mask()
    return bool(size and is_plain and list(drawable.get_offsets())[1:] == [0, 0])


def _add(image: Gimp.Image, drawable: Gimp.Drawable) -> None:
    """Put a drawable's pixels, as they are, into an image without layers, and fit its size."""
    layer = Gimp.Layer.new_from_drawable(drawable, image)
    image.insert_layer(layer, None, 0)
    if layer.get_mask() is not None:
        layer.remove_mask(Gimp.MaskApplyMode.DISCARD)
    layer.set_opacity(100.0)
    layer.set_mode(Gimp.LayerMode.NORMAL)
    layer.set_visible(True)
    layer.set_offsets(0, 0)
    image.resize(layer.get_width(), layer.get_height(), 0, 0)
