"""Makes layers of whole results: above their sources, in one undo step."""

from __future__ import annotations

from collections.abc import Sequence

from gi.repository import Gimp
from restore_colorize_client import Pixels, RefusedError
from restore_colorize_client.editing import (
    NOTE_NAME,
    LayerMask,
    LayerNote,
    PlannedLayer,
    ResultPlan,
)

from restore_colorize_gimp.lightness import write_with_lightness
from restore_colorize_gimp.pixels import image_type_of, write_layer, write_mask
from restore_colorize_gimp.sources import Source
from restore_colorize_gimp.translation import _

__all__ = ["insert", "note_of"]


def insert(results: Sequence[tuple[Source, ResultPlan]]) -> list[Gimp.Layer]:
    """Insert what was planned for each source, and return the new layers.

    An indexed image becomes RGB in the same step, a gray one where a result has colors. Raises
    RefusedError, with nothing changed, where an image or layer is gone or locked meanwhile.
    """
    for source, plan in results:
        source.check_still_there()
        _check_sizes(source, plan)
    image = results[0][0].image
    image.undo_group_start()
    try:
        if _must_become_rgb(image, results):
            image.convert_rgb()
        layers = [layer for source, plan in results for layer in _insert_plan(source, plan)]
        image.set_selected_layers(layers[:1])
    finally:
        image.undo_group_end()
    Gimp.displays_flush()
    return layers


def _check_sizes(source: Source, plan: ResultPlan) -> None:
    wanted = source.target.width, source.target.height
    if any((layer.pixels.width, layer.pixels.height) != wanted for layer in plan.layers):
        raise RefusedError(_("The server sent a picture of another size: try again."))


def _must_become_rgb(image: Gimp.Image, results: Sequence[tuple[Source, ResultPlan]]) -> bool:
    if image.get_base_type() != Gimp.ImageBaseType.GRAY:
        return bool(image.get_base_type() == Gimp.ImageBaseType.INDEXED)
    pictures = [layer.pixels for _source, plan in results for layer in plan.layers]
    return any(pixels.channels - pixels.has_alpha > 1 for pixels in pictures)


def note_of(layer: Gimp.Drawable) -> LayerNote | None:
    """Return what a layer tells about its making, None where it tells nothing.

    Raises RefusedError where that is damaged.
    """
    parasite = layer.get_parasite(NOTE_NAME)
    return None if parasite is None else LayerNote.from_bytes(bytes(parasite.get_data()))


def _insert_plan(source: Source, plan: ResultPlan) -> list[Gimp.Layer]:
    image = source.image
    parent, position = source.layer.get_parent(), image.get_item_position(source.layer)
    group = Gimp.GroupLayer.new(image, plan.group) if plan.group else None
    if group is not None:
        image.insert_layer(group, parent, position)
        if plan.is_color_layer:  # inside of other groups a mode meets no layer below
            group.set_mode(Gimp.LayerMode.PASS_THROUGH)
        parent, position = group, 0
    layers = []
    for place, planned in enumerate(plan.layers):
        is_color = plan.is_color_layer and not planned.explains
        mode = Gimp.LayerMode.LCH_COLOR if is_color else Gimp.LayerMode.NORMAL
        layer = _new_layer(source, planned, mode)
        layer.set_offsets(*source.layer.get_offsets()[1:])  # later a locked group would forbid it
        image.insert_layer(layer, parent, position + place)
        if planned.mask is not LayerMask.SELECTION:
            is_full = planned.mask is LayerMask.FULL
            kind = Gimp.AddMaskType.WHITE if is_full else Gimp.AddMaskType.BLACK
            layer.add_mask(layer.create_mask(kind))
            layer.set_edit_mask(True)  # it is there to be painted
        elif source.mask is not None:
            _add_mask(layer, source.mask)
        layers.append(layer)
    if group is not None and plan.is_mix and source.mask is not None:
        _add_mask(group, source.mask)
    return layers


def _new_layer(source: Source, planned: PlannedLayer, mode: Gimp.LayerMode) -> Gimp.Layer:
    pixels = planned.pixels
    layer = Gimp.Layer.new(
        source.image,
        planned.name,
        source.layer.get_width(),
        source.layer.get_height(),
        image_type_of(pixels),
        100.0,
        mode,
    )
    if source.is_clipped and mode == Gimp.LayerMode.NORMAL and _only_colors(planned):
        write_with_lightness(layer, source.layer, pixels)
    else:
        write_layer(layer, pixels)
    layer.set_visible(planned.is_visible)
    if planned.note is not None:
        flags = Gimp.PARASITE_PERSISTENT | Gimp.PARASITE_UNDOABLE
        layer.attach_parasite(Gimp.Parasite.new(NOTE_NAME, flags, planned.note.to_bytes()))
    return layer


def _only_colors(planned: PlannedLayer) -> bool:
    """Tell whether a job left the lightness as it was, as its receipt says."""
    return planned.note is not None and planned.note.receipt.engine in ("colorize", "sample")


def _add_mask(layer: Gimp.Layer, values: Pixels) -> None:
    mask = layer.create_mask(Gimp.AddMaskType.BLACK)
    layer.add_mask(mask)
    write_mask(mask, values)
    layer.set_edit_mask(False)
