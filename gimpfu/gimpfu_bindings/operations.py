"""GEGL operations merged into drawables, as the filters of GIMP 2.10 worked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gi.repository import Gegl, Gimp

from gimpfu_bindings.procedures import error
from gimpfu_bindings.tables import Alias
from gimpfu_bindings.values import UnfitError, to_argument, to_choice, to_object


def merge(alias: Alias, arguments: Sequence[Any]) -> None:
    """Do an alias's operation; ``arguments`` are image, drawable and the old filter's own."""
    if len(arguments) > 2 and isinstance(arguments[0], int) and not isinstance(arguments[1], int):
        arguments = arguments[1:]  # a run mode
    if len(arguments) < 2:
        raise UnfitError("needs an image and a drawable")
    named = alias.arranged(arguments)[1]
    apply(to_object(arguments[1]), alias.new, named)


def apply(drawable: Gimp.Drawable, operation: str, values: Mapping[str, Any]) -> None:
    """Merge an operation into a drawable's pixels, where selected.

    values: by the operation's own names; ``aux`` and ``aux2`` are drawables.
    """
    try:
        made = Gimp.DrawableFilter.new(drawable, operation, None)
    except TypeError:  # 3.2.6 makes none for gegl:polar-coordinates, for one
        raise error(f"this GIMP lets no script use {operation}: use its entry in Filters") from None
    config = made.get_config()
    specs = {spec.name: spec for spec in config.list_properties()}
    if {"width", "height"} <= specs.keys():  # of what is drawn, which has a default of its own
        size = {"width": drawable.get_width(), "height": drawable.get_height()}
        values = {**size, **values}
    for name, value in values.items():
        if name in ("aux", "aux2"):
            made.set_aux_input(name, to_object(value))
            continue
        spec = specs[name]
        is_choice = spec.__gtype__.name == "GimpParamChoice"
        kind = spec.value_type.name
        fitted = to_choice(spec, value) if is_choice else to_argument(kind, value)
        low, high = getattr(spec, "minimum", None), getattr(spec, "maximum", None)
        if low is not None and isinstance(fitted, (int, float)):
            fitted = min(max(fitted, low), high)  # 2.10's ranges were wider here and there
        config.set_property(name, fitted)
    made.update()
    _merge_within_bounds(drawable, made)


def _merge_within_bounds(drawable: Gimp.Drawable, made: Gimp.DrawableFilter) -> None:
    """Merge; GIMP 3 lets layers grow by what a filter draws beyond them, which 2.10 cut off."""
    width, height, (_, x, y) = drawable.get_width(), drawable.get_height(), drawable.get_offsets()
    drawable.merge_filter(made)
    if isinstance(drawable, Gimp.Layer):
        _, new_x, new_y = drawable.get_offsets()
        if (drawable.get_width(), drawable.get_height(), new_x, new_y) != (width, height, x, y):
            drawable.resize(width, height, new_x - x, new_y - y)


def has(operation: str) -> bool:
    """Whether GEGL brings the operation."""
    return bool(Gegl.has_operation(operation))
