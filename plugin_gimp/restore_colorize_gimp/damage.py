"""Where a photograph is damaged, as the user says: a channel, a layer, or the selection."""

from __future__ import annotations

from dataclasses import replace

from gi.repository import Gimp
from restore_colorize_client import Pixels, RefusedError, SampleType
from restore_colorize_client.editing import Box, cut, only_where

from restore_colorize_gimp.call import Call
from restore_colorize_gimp.pixels import read_layer, read_mask
from restore_colorize_gimp.sources import Source
from restore_colorize_gimp.translation import _

__all__ = ["read_damage", "selected_of", "shown_where_damaged"]


def read_damage(call: Call, source: Source) -> Pixels | None:
    """Return a source's damage mask at 8 bit, None where the call names none.

    Only what is selected of a mask counts. Raises RefusedError where nothing is left of it.
    """
    drawable = call.option("damage")
    if drawable is None and not call.option("damage-selection"):
        return None
    selected = selected_of(source)
    if drawable is None:
        if selected is None:
            raise RefusedError(
                _("Nothing is selected, so no damage is shown: select it, or choose a mask.")
            )
        return selected
    if not drawable.is_valid():
        raise RefusedError(_("The damage mask does not exist any more: choose another one."))
    damage = _values(drawable, _box(source.layer))
    if selected is not None:
        damage = only_where(damage, selected)
    if not any(damage.view()):
        raise RefusedError(
            _("“{name}” shows no damage here: paint where to repair.").format(
                name=drawable.get_name()
            )
        )
    return damage


def selected_of(source: Source) -> Pixels | None:
    """Return what the user selected of a source, at 8 bit; its layer's own mask selects nothing."""
    return None if Gimp.Selection.is_empty(source.image) else source.selection


def shown_where_damaged(call: Call, source: Source, damage: Pixels | None) -> Source:
    """Return a source whose result's layer mask keeps all that is intact out of it.

    The server has weighed partial damage already, so the mask is full there, also where the
    selection is the damage; beside a mask the selection limits the result as ever.
    """
    if damage is None:
        return source
    limit = None if call.option("damage") is None else source.mask
    return replace(source, mask=only_where(limit, damage))


def _values(drawable: Gimp.Drawable, box: Box) -> Pixels:
    """Return how much is damaged in a box of the image.

    A channel or mask tells by its values; a layer by its opacity, or where it has none by white.
    """
    left, top = drawable.get_offsets()[1:]
    place = (box[0] - left, box[1] - top, box[2], box[3])
    if isinstance(drawable, Gimp.Channel):
        return read_mask(drawable, SampleType.UINT8, place)
    pixels = read_layer(drawable, SampleType.UINT8)
    values = _plane(pixels, pixels.channels - 1)
    if not pixels.has_alpha or values.count(255) == len(values):
        values = _plane(pixels, 0)
    return cut(Pixels(pixels.width, pixels.height, 1, SampleType.UINT8, False, values), place)


def _plane(pixels: Pixels, channel: int) -> bytes:
    return bytes(pixels.view()[channel :: pixels.channels])


def _box(layer: Gimp.Drawable) -> Box:
    return (*layer.get_offsets()[1:], layer.get_width(), layer.get_height())
