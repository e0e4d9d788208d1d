"""Parameters of scripts as arguments of GIMP 3's procedures. GIMP asks for these at its start."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from gi.repository import Gegl, Gimp, GObject

from gimpfu_bindings import kinds
from gimpfu_bindings.scripts import Parameter

FLAGS = GObject.ParamFlags.READWRITE
_INTEGERS = {
    kinds.PF_INT32: (-(2**31), 2**31 - 1),
    kinds.PF_INT16: (-(2**15), 2**15 - 1),
    kinds.PF_INT8: (-128, 255),
    kinds.PF_REGION: (-(2**31), 2**31 - 1),
}
RESOURCES = {
    kinds.PF_FONT: "font",
    kinds.PF_BRUSH: "brush",
    kinds.PF_PATTERN: "pattern",
    kinds.PF_GRADIENT: "gradient",
    kinds.PF_PALETTE: "palette",
}
_ITEMS = {
    kinds.PF_LAYER: "layer",
    kinds.PF_CHANNEL: "channel",
    kinds.PF_DRAWABLE: "drawable",
    kinds.PF_VECTORS: "path",
}
FILES = (kinds.PF_FILE, kinds.PF_FILENAME, kinds.PF_DIRNAME)


def add_argument(procedure: Gimp.Procedure, parameter: Parameter) -> None:
    """Add a parameter to a procedure."""
    kind = parameter.kind
    about = (parameter.name, parameter.label, parameter.label)
    if kind in _INTEGERS:
        low, high = _INTEGERS[kind]
        procedure.add_int_argument(*about, low, high, int(parameter.default or 0), FLAGS)
    elif kind == kinds.PF_FLOAT:
        default = float(parameter.default or 0)
        procedure.add_double_argument(*about, -1e300, 1e300, default, FLAGS)
    elif kind in (kinds.PF_SLIDER, kinds.PF_SPINNER):
        _add_number(procedure, parameter, about)
    elif kind in (kinds.PF_STRING, kinds.PF_TEXT):
        procedure.add_string_argument(*about, str(parameter.default or ""), FLAGS)
    elif kind == kinds.PF_TOGGLE:
        procedure.add_boolean_argument(*about, bool(_number(parameter.default)), FLAGS)
    elif kind == kinds.PF_COLOR:
        procedure.add_color_argument(*about, True, default_color(parameter), FLAGS)
    elif kind in (kinds.PF_RADIO, kinds.PF_OPTION):
        _add_choice(procedure, parameter, about)
    elif kind in RESOURCES:
        add = getattr(procedure, f"add_{RESOURCES[kind]}_argument")
        add(*about, True, None, False, FLAGS)  # at query time no resource can be looked up
    elif kind in FILES:
        action = Gimp.FileChooserAction
        # OPEN would refuse callers who name a file that is not there yet
        chooses = action.SAVE if kind == kinds.PF_FILENAME else action.ANY
        chooses = action.SELECT_FOLDER if is_folder(parameter) else chooses
        procedure.add_file_argument(*about, chooses, True, None, FLAGS)
    elif kind == kinds.PF_DISPLAY:
        procedure.add_display_argument(*about, True, FLAGS)
    elif kind == kinds.PF_IMAGE:
        procedure.add_image_argument(*about, True, FLAGS)
    else:
        getattr(procedure, f"add_{_ITEMS[kind]}_argument")(*about, True, FLAGS)


def is_folder(parameter: Parameter) -> bool:
    """Whether a file parameter asks for a folder."""
    default = str(parameter.default or "")
    is_open = parameter.kind == kinds.PF_FILE and default.endswith(("/", os.sep))
    return parameter.kind == kinds.PF_DIRNAME or is_open


def is_whole(parameter: Parameter) -> bool:
    """Whether a slider or spinner gives whole numbers."""
    numbers = [parameter.default, *parameter.extra[:3]]
    return all(float(number) == int(float(number)) for number in numbers)


def choices(parameter: Parameter) -> list[tuple[str, Any]]:
    """Return the labels and values of radio buttons or of an option."""
    if parameter.kind == kinds.PF_OPTION:
        return [(str(label), index) for index, label in enumerate(parameter.extra)]
    return [(str(label), value) for label, value in parameter.extra]


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isdigit() else value


def _add_number(procedure: Gimp.Procedure, parameter: Parameter, about: tuple[str, ...]) -> None:
    low, high = float(parameter.extra[0]), float(parameter.extra[1])
    default = min(max(float(parameter.default), low), high)
    if is_whole(parameter) and parameter.kind == kinds.PF_SPINNER:
        procedure.add_int_argument(*about, int(low), int(high), int(default), FLAGS)
    else:
        procedure.add_double_argument(*about, low, high, default, FLAGS)


def _add_choice(procedure: Gimp.Procedure, parameter: Parameter, about: tuple[str, ...]) -> None:
    """Add a choice whose entries are named by their values, as callers give them."""
    choice = Gimp.Choice.new()
    values = [str(value) for _, value in choices(parameter)]
    for number, (label, value) in enumerate(choices(parameter)):
        choice.add(str(value), number, label, label)
    default = str(parameter.default)
    procedure.add_choice_argument(
        *about, choice, default if default in values else values[0], FLAGS
    )


def default_color(parameter: Parameter) -> Gegl.Color:
    """Return a color parameter's default, black where there is none."""
    return _color(parameter.default if parameter.default is not None else (0, 0, 0))


def _color(value: Any) -> Gegl.Color:
    from gimpfu_bindings.values import to_color  # few scripts ask for colors, and it is much

    return to_color(value)


def add_result(procedure: Gimp.Procedure, result: tuple[int, str, str]) -> None:
    """Add a result's type to a procedure."""
    kind, name, label = result
    about = (str(name).replace("_", "-").lower(), label, label)
    add: Callable[..., None]
    if kind in (kinds.PF_FLOAT, kinds.PF_SLIDER, kinds.PF_SPINNER):
        procedure.add_double_return_value(*about, -1e300, 1e300, 0.0, FLAGS)
    elif kind in (kinds.PF_STRING, kinds.PF_TEXT, *FILES, *RESOURCES):
        procedure.add_string_return_value(*about, "", FLAGS)
    elif kind == kinds.PF_TOGGLE:
        procedure.add_boolean_return_value(*about, False, FLAGS)
    elif kind == kinds.PF_COLOR:
        procedure.add_color_return_value(*about, True, _color((0, 0, 0)), FLAGS)
    elif kind == kinds.PF_IMAGE:
        procedure.add_image_return_value(*about, True, FLAGS)
    elif kind in _ITEMS:
        add = getattr(procedure, f"add_{_ITEMS[kind]}_return_value")
        add(*about, True, FLAGS)
    else:
        procedure.add_int_return_value(*about, -(2**31), 2**31 - 1, 0, FLAGS)
