"""Values between a script of GIMP 2.10 and GIMP 3: items, colors, files, resources, arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
from gi.repository import Gegl, Gimp, Gio, GLib, GObject  # noqa: E402
from gimpcolor import RGB, _Components  # noqa: E402

from gimpfu_bindings import srgb  # noqa: E402
from gimpfu_bindings.tables import new_number, old_number  # noqa: E402

# Filled by the module objects, which needs this one: GIMP 3's class to what scripts get of it,
# the most special class first.
WRAPPERS: list[tuple[type, Callable[[Any], Any]]] = []
_ITEMS = {
    "GimpItem", "GimpDrawable", "GimpLayer", "GimpGroupLayer", "GimpTextLayer", "GimpChannel",
    "GimpLayerMask", "GimpSelection", "GimpPath",
}  # fmt: skip
_RESOURCES = {
    f"Gimp{kind}": getattr(Gimp, kind)
    for kind in ("Brush", "Font", "Gradient", "Palette", "Pattern")
}
_ARRAYS = {
    "GimpCoreObjectArray",
    "GimpDoubleArray",
    "GimpInt32Array",
    "GimpColorArray",
    "GStrv",
    "GBytes",
}
_LIKE_ARRAYS = (list, tuple, bytes, bytearray)


class UnfitError(TypeError):
    """An argument is not what the procedure wants."""


def is_array(kind: str) -> bool:
    """Whether arguments of this GObject type are arrays, which had a count before them in 2.10."""
    return kind in _ARRAYS


def to_color(value: Any) -> Gegl.Color:
    """Return GIMP 3's color of a tuple, a gimpcolor.RGB or a text."""
    color = Gegl.Color.new("black")
    if isinstance(value, str):
        rgb = RGB(0, 0, 0)
        rgb.parse_css(value)
    elif hasattr(value, "to_rgb"):
        rgb = value.to_rgb()
    elif isinstance(value, Gegl.Color):
        return value
    elif isinstance(value, (tuple, list, _Components)):
        rgb = value if isinstance(value, RGB) else RGB(*value)
    else:
        raise UnfitError(f"{value!r} is no color")
    color.set_rgba(*(srgb.linear_of(part) for part in (rgb.r, rgb.g, rgb.b)), rgb.a)
    return color


def to_object(value: Any) -> Any:
    """Return GIMP 3's image, item or display of a wrapper or an ID; None for None and -1."""
    if value is None or (isinstance(value, int) and value == -1):
        return None
    if isinstance(value, int):
        if Gimp.Item.id_is_valid(value):
            return Gimp.Item.get_by_id(value)
        raise UnfitError(f"there is no layer, channel or path with the ID {value}")
    thing = getattr(value, "_thing", value)
    if not isinstance(thing, GObject.Object):
        raise UnfitError(f"{value!r} is no image, layer, channel or path")
    return thing


def to_image(value: Any) -> Any:
    """Return GIMP 3's image of a wrapper or an ID."""
    if isinstance(value, int) and value >= 0:
        if not Gimp.Image.id_is_valid(value):
            raise UnfitError(f"there is no image with the ID {value}")
        return Gimp.Image.get_by_id(value)
    return to_object(value)


def to_file(value: Any) -> Gio.File | None:
    """Return the file of a path or a URI."""
    if value is None or isinstance(value, Gio.File):
        return value
    text = value.decode() if isinstance(value, bytes) else str(value)
    return Gio.File.new_for_uri(text) if "://" in text else Gio.File.new_for_path(text)


def to_resource(kind: str, value: Any) -> Any:
    """Return the brush, font, gradient, palette or pattern of a name; None for none.

    Fonts are found as 2.10 named them too: ``Sans`` is GIMP 3's ``Sans-serif``.
    """
    if value is None or isinstance(value, Gimp.Resource):
        return value
    find = _RESOURCES[kind].get_by_name
    found = find(value)
    if found is None and kind == "GimpFont":
        family, _, style = value.partition(" ")
        generic = {"Sans": "Sans-serif", "Monospace": "Monospace", "Serif": "Serif"}
        for name in (f"{generic.get(family, family)} {style}".strip(), f"{value} Regular"):
            found = found or find(name)
        found = found or (find("Sans-serif") if family in generic else None)
    if found is None:
        raise UnfitError(f"there is no {kind[4:].lower()} “{value}”")
    return found


def to_choice(spec: Any, value: Any) -> str:
    """Return the entry of a choice that is named so, or has this number: 2.10 knew numbers."""
    choice = Gimp.param_spec_choice_get_choice(spec)
    names = choice.list_nicks()
    if str(value) not in names and isinstance(value, (int, float)):
        return next((name for name in names if choice.get_id(name) == int(value)), str(value))
    return str(value)


def to_argument(kind: str, value: Any) -> Any:
    """Return an argument as GIMP 3 takes it; ``kind`` is the GObject type's name.

    Raises UnfitError. Arrays of objects come back as a list.
    """
    if kind == "GimpImage":
        return to_image(value)
    if kind in _ITEMS:
        return to_object(value)
    if kind == "GeglColor":
        return None if value is None else to_color(value)
    if kind == "GFile":
        return to_file(value)
    if kind in _RESOURCES:
        return to_resource(kind, value)
    if kind in _ARRAYS:
        return _array(kind, value)
    if kind == "GimpUnit":
        return Gimp.Unit.get_by_id(int(value))
    if kind == "GimpDisplay":
        return getattr(value, "_thing", None)
    if kind == "GimpParasite":
        return getattr(value, "_thing", value)
    return _plain(kind, value)


def _plain(kind: str, value: Any) -> Any:
    if kind in ("gint", "guint"):
        return int(value)
    if kind == "gdouble":
        return float(value)
    if kind == "gboolean":
        return bool(value)
    if kind == "gchararray":
        return value.decode("utf-8") if isinstance(value, bytes) else value
    if isinstance(value, GObject.GEnum):
        return value
    if isinstance(value, (int, float)):
        return new_number(kind, int(value))
    return value


def _array(kind: str, value: Any) -> Any:
    if kind == "GimpCoreObjectArray":
        several = value if isinstance(value, (list, tuple)) else [value]
        return [to_object(each) for each in several if each is not None]
    if kind == "GStrv":
        return [each.decode() if isinstance(each, bytes) else str(each) for each in value]
    if kind == "GBytes":
        return GLib.Bytes.new(_octets(value))
    if kind == "GimpColorArray":
        return [to_color(each) for each in value]
    holder = GObject.Value()
    holder.init(GObject.GType.from_name(kind))
    if kind == "GimpDoubleArray":
        Gimp.value_set_double_array(holder, [float(each) for each in value])
    else:
        Gimp.value_set_int32_array(holder, [int(each) for each in value])
    return holder.get_boxed()


def _octets(value: Any) -> bytes:
    if isinstance(value, str):
        return value.encode("latin-1")
    return bytes(value)


def without_counts(kinds: Sequence[str], arguments: Sequence[Any]) -> list[Any]:
    """Return the arguments without the counts that stood before arrays in GIMP 2.10."""
    left, fitted = list(arguments), []
    for kind in kinds:
        if not left:
            break
        is_counted = (
            is_array(kind)
            and isinstance(left[0], (int, float))
            and len(left) > 1
            and (isinstance(left[1], _LIKE_ARRAYS) or hasattr(left[1], "typecode"))
        )
        if is_counted:
            count = int(left.pop(0))
            fitted.append(left.pop(0)[:count])
        else:
            fitted.append(left.pop(0))
    return fitted + left


def from_gimp(value: Any) -> Any:
    """Return one of GIMP 3's values as scripts of GIMP 2.10 know it."""
    for kind, wrap in WRAPPERS:
        if isinstance(value, kind):
            return wrap(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Gegl.Color):
        color = value.get_rgba()
        parts = (srgb.value_of(part) for part in (color.red, color.green, color.blue))
        return RGB(*parts, float(color.alpha))
    if isinstance(value, Gio.File):
        return value.get_path() or value.get_uri()
    if isinstance(value, GObject.GEnum):
        return old_number(value.__gtype__.name, int(value))
    if isinstance(value, Gimp.Resource):
        return value.get_name()
    if isinstance(value, Gimp.Unit):
        return value.get_id()
    if isinstance(value, GLib.Bytes):
        return value.get_data()
    return value


def from_results(kinds: Sequence[str], results: Gimp.ValueArray) -> tuple[Any, ...]:
    """Return a procedure's results, arrays with a count before them as in GIMP 2.10."""
    told: list[Any] = []
    for index, kind in enumerate(kinds, start=1):
        if not is_array(kind):
            told.append(from_gimp(results.index(index)))
            continue
        if kind == "GBytes":
            values = results.index(index).get_data()
        else:
            values = tuple(_listed(kind, results, index))
        told += [len(values), values]
    return tuple(told)


def _listed(kind: str, results: Gimp.ValueArray, index: int) -> list[Any]:
    if kind == "GimpCoreObjectArray":
        things = results.get_core_object_array(index)
        return [
            thing.get_name() if isinstance(thing, Gimp.Resource) else thing.get_id()
            for thing in things
        ]
    if kind == "GimpColorArray":
        return [from_gimp(color) for color in results.get_color_array(index)]
    if kind == "GStrv":
        return list(results.index(index) or [])
    holder = GObject.Value()
    holder.init(GObject.GType.from_name(kind))
    holder.set_boxed(results.index(index))  # results stays alive, so its memory does
    if kind == "GimpDoubleArray":
        return list(Gimp.value_get_double_array(holder))
    return list(Gimp.value_get_int32_array(holder))
