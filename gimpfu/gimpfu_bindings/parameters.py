"""The values of a script's parameters: what its function is given, and what its dialog shows."""

from __future__ import annotations

from typing import Any

from gi.repository import Gegl, Gimp

from gimpfu_bindings import kinds
from gimpfu_bindings.arguments import FILES, RESOURCES, choices, default_color, is_whole
from gimpfu_bindings.scripts import Parameter
from gimpfu_bindings.values import from_gimp, to_file


def value_of(parameter: Parameter, config: Gimp.ProcedureConfig) -> Any:
    """Return a parameter's value as the script's function takes it."""
    kind = parameter.kind
    value = config.get_property(parameter.name)
    if kind in (kinds.PF_RADIO, kinds.PF_OPTION):
        return next(own for _, own in choices(parameter) if str(own) == value)
    if kind == kinds.PF_TOGGLE:
        return bool(value)
    if kind == kinds.PF_SLIDER and is_whole(parameter) and value == int(value):
        return int(value)
    if value is None and (kind in RESOURCES or kind in FILES):
        return parameter.default
    if kind == kinds.PF_COLOR and _is_forgotten(value):
        value = default_color(parameter)
    return from_gimp(value)


def _is_forgotten(color: Gegl.Color | None) -> bool:
    """Whether GIMP forgot a default: 3.0 makes all of them transparent black."""
    return color is None or color.get_rgba().alpha == 0


def prefill(parameter: Parameter, config: Gimp.ProcedureConfig) -> None:
    """Show a default in the dialog that could not be given to GIMP at query time."""
    if parameter.kind == kinds.PF_COLOR and _is_forgotten(config.get_property(parameter.name)):
        config.set_property(parameter.name, default_color(parameter))
    if config.get_property(parameter.name) is not None or not parameter.default:
        return
    if parameter.kind in RESOURCES:
        found = _found(RESOURCES[parameter.kind], str(parameter.default))
        if found is not None:
            config.set_property(parameter.name, found)
    elif parameter.kind in FILES:
        config.set_property(parameter.name, to_file(parameter.default))


def _found(resource: str, name: str) -> Gimp.Resource | None:
    kind: type[Gimp.Resource] = getattr(Gimp, resource.capitalize())
    return kind.get_by_name(name)
