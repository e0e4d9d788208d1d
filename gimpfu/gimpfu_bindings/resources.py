"""Brushes, patterns, gradients, palettes and units, which scripts of GIMP 2.10 know by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gi.repository import Gimp

from gimpfu_bindings.procedures import pdb
from gimpfu_bindings.values import from_gimp, to_color, to_resource


def current_brush() -> tuple[str, int, int, int]:
    """Return the brush's name, width, height and spacing."""
    name = pdb["gimp-context-get-brush"]()
    width, height = pdb["gimp-brush-get-info"](name)[:2]
    return name, width, height, pdb["gimp-brush-get-spacing"](name)


def brush_spacing() -> int:
    """Return the current brush's spacing in percent."""
    return current_brush()[3]


def set_brush_spacing(spacing: int) -> None:
    """Set the spacing of the current strokes, in percent."""
    pdb["gimp-context-set-brush-spacing"](spacing / 100)


def current_pattern() -> tuple[str, int, int]:
    """Return the pattern's name, width and height."""
    name = pdb["gimp-context-get-pattern"]()
    width, height = pdb["gimp-pattern-get-info"](name)[:2]
    return name, width, height


def current_palette() -> tuple[str, int]:
    """Return the palette's name and its count of colors."""
    name = pdb["gimp-context-get-palette"]()
    return name, pdb["gimp-palette-get-color-count"](name)


def palettes_entry(name: str, number: int) -> tuple[str, int, Any]:
    """Return a palette's name, its count of colors, and one of them."""
    name = name or pdb["gimp-context-get-palette"]()
    count = pdb["gimp-palette-get-color-count"](name)
    return name, count, pdb["gimp-palette-get-entry-color"](name, number)


def _samples(colors: Sequence[Any]) -> tuple[int, tuple[float, ...]]:
    """Return the count of numbers, and red, green, blue, alpha of each color in a row."""
    seen = [from_gimp(color) for color in colors]
    numbers = tuple(part for color in seen for part in (color.r, color.g, color.b, color.a))
    return len(numbers), numbers


def uniform_samples(name: str, count: int, reverse: bool = False) -> tuple[int, tuple[float, ...]]:
    """Sample a gradient at even places."""
    gradient = to_resource("GimpGradient", name)
    colors = gradient.get_uniform_samples(int(count), bool(reverse))
    return _samples(colors)


def custom_samples(name: str, *given: Any) -> tuple[int, tuple[float, ...]]:
    """Sample a gradient at places in [0, 1], which may have their count before them."""
    positions, reverse = given[-2], given[-1]
    gradient = to_resource("GimpGradient", name)
    colors = gradient.get_custom_samples([float(each) for each in positions], bool(reverse))
    return _samples(colors)


def sample_gradient(count: int, reverse: bool = False) -> tuple[int, tuple[float, ...]]:
    """Sample the current gradient at even places."""
    return uniform_samples(pdb["gimp-context-get-gradient"](), count, reverse)


def sample_gradient_custom(*given: Any) -> tuple[int, tuple[float, ...]]:
    """Sample the current gradient at places in [0, 1]."""
    return custom_samples(pdb["gimp-context-get-gradient"](), *given)


def segment_left_color(name: str, segment: int) -> tuple[Any, float]:
    """Return a segment's color at its left end, and its opacity of 0 to 100."""
    return _segment_color_of(name, segment, "left")


def segment_right_color(name: str, segment: int) -> tuple[Any, float]:
    """Return a segment's color at its right end, and its opacity of 0 to 100."""
    return _segment_color_of(name, segment, "right")


def set_segment_left_color(name: str, segment: int, color: Any, opacity: float) -> None:
    """Set a segment's color at its left end, with an opacity of 0 to 100."""
    _set_segment_color_of(name, segment, color, opacity, "left")


def set_segment_right_color(name: str, segment: int, color: Any, opacity: float) -> None:
    """Set a segment's color at its right end, with an opacity of 0 to 100."""
    _set_segment_color_of(name, segment, color, opacity, "right")


def _segment_color_of(name: str, segment: int, side: str) -> tuple[Any, float]:
    gradient = to_resource("GimpGradient", name)
    color = from_gimp(getattr(gradient, f"segment_get_{side}_color")(int(segment)))
    return color, color.a * 100


def _set_segment_color_of(name: str, segment: int, color: Any, opacity: float, side: str) -> None:
    value = from_gimp(to_color(color))
    value.set_alpha(float(opacity) / 100)
    gradient = to_resource("GimpGradient", name)
    getattr(gradient, f"segment_set_{side}_color")(int(segment), to_color(value))


def _find(kind: str, name: str) -> Gimp.Resource:
    return to_resource(f"Gimp{kind.capitalize()}", name)


def delete(kind: str) -> Callable[[str], None]:
    """Return the procedure that deletes a resource of a kind."""
    return lambda name: pdb["gimp-resource-delete"](_find(kind, name))


def duplicate(kind: str) -> Callable[[str], str]:
    """Return the procedure that copies a resource of a kind and tells the copy's name."""
    return lambda name: str(pdb["gimp-resource-duplicate"](_find(kind, name)))


def rename(kind: str) -> Callable[[str, str], str]:
    """Return the procedure that renames a resource of a kind and tells its new name."""

    def to_new_name(name: str, new_name: str) -> str:
        found = _find(kind, name)
        pdb["gimp-resource-rename"](found, new_name)
        return str(found.get_name())

    return to_new_name


def is_editable(kind: str) -> Callable[[str], int]:
    """Return the procedure that says whether a resource of a kind can be changed."""
    return lambda name: int(pdb["gimp-resource-is-editable"](_find(kind, name)))


def _unit(number: int) -> Gimp.Unit:
    return Gimp.Unit.get_by_id(int(number))


def unit_abbreviation(number: int) -> str:
    """Return a unit's abbreviation."""
    return str(_unit(number).get_abbreviation())


def unit_symbol(number: int) -> str:
    """Return a unit's symbol."""
    return str(_unit(number).get_symbol())


def unit_name(number: int) -> str:
    """Return a unit's name."""
    return str(_unit(number).get_name())


def unit_factor(number: int) -> float:
    """Return how many of a unit make an inch."""
    return float(_unit(number).get_factor())


def unit_digits(number: int) -> int:
    """Return how many digits a unit is given with."""
    return int(_unit(number).get_digits())
