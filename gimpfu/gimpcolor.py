"""Colors as scripts of GIMP 2.10 know them: RGB, HSV, HSL and CMYK."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterator
from typing import Any

__all__ = ["CMYK", "HSL", "HSV", "RGB", "rgb_names"]

RGB_COMPOSITE_NONE, RGB_COMPOSITE_NORMAL, RGB_COMPOSITE_BEHIND = 0, 1, 2
RGB_LUMINANCE_RED, RGB_LUMINANCE_GREEN, RGB_LUMINANCE_BLUE = 0.2126, 0.7152, 0.0722
_NAMES = {
    "black": 0x000000, "silver": 0xC0C0C0, "gray": 0x808080, "grey": 0x808080, "white": 0xFFFFFF,
    "maroon": 0x800000, "red": 0xFF0000, "purple": 0x800080, "fuchsia": 0xFF00FF,
    "magenta": 0xFF00FF, "green": 0x008000, "lime": 0x00FF00, "olive": 0x808000,
    "yellow": 0xFFFF00, "navy": 0x000080, "blue": 0x0000FF, "teal": 0x008080, "aqua": 0x00FFFF,
    "cyan": 0x00FFFF, "orange": 0xFFA500, "brown": 0xA52A2A, "pink": 0xFFC0CB, "gold": 0xFFD700,
}  # fmt: skip


class _Components:
    """Numbers with letters; whole numbers given count up to 255, floats up to 1."""

    letters = ""

    def __init__(self, *values: float) -> None:
        if len(values) == 1 and isinstance(values[0], (tuple, list, _Components)):
            values = tuple(values[0])
        if not len(self.letters) - 1 <= len(values) <= len(self.letters):
            raise TypeError(f"{type(self).__name__} takes {len(self.letters) - 1} numbers")
        scale = 255 if all(isinstance(value, int) for value in values) else 1
        parts = [value / scale for value in values]
        self._parts = parts + [1.0] * (len(self.letters) - len(parts))

    def __getattr__(self, name: str) -> float:
        if len(name) == 1 and name in self.letters:
            return self._parts[self.letters.index(name)]
        raise AttributeError(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if len(name) == 1 and name in self.letters:
            self._parts[self.letters.index(name)] = _part(value)
        else:
            super().__setattr__(name, value)

    def __len__(self) -> int:
        return len(self.letters)

    def __getitem__(self, index: Any) -> Any:
        whole = tuple(round(part * 255) for part in self._parts)
        return whole[index]

    def __setitem__(self, index: int, value: float) -> None:
        self._parts[index] = _part(value)

    def __iter__(self) -> Iterator[int]:
        return iter(self[:])

    def __eq__(self, other: object) -> bool:
        if isinstance(other, _Components):
            return type(self) is type(other) and self[:] == other[:]
        return isinstance(other, tuple) and self[: len(other)] == other and len(other) >= 3

    def __hash__(self) -> int:
        return hash(self[:3])

    def __repr__(self) -> str:
        return f"{type(self).__name__}{tuple(self._parts)}"


def _part(value: float) -> float:
    return value / 255 if isinstance(value, int) else value


class RGB(_Components):
    """Red, green, blue and alpha: attributes in [0, 1], items 0 to 255."""

    letters = "rgba"

    def set(self, r: float, g: float, b: float, a: float | None = None) -> None:
        """Set the components."""
        self._parts[:3] = [_part(r), _part(g), _part(b)]
        if a is not None:
            self._parts[3] = _part(a)

    def set_alpha(self, a: float) -> None:
        """Set the alpha alone."""
        self._parts[3] = _part(a)

    def add(self, other: RGB, with_alpha: bool = False) -> None:
        """Add another color's components."""
        self._combine(other, 1, with_alpha)

    def subtract(self, other: RGB, with_alpha: bool = False) -> None:
        """Subtract another color's components."""
        self._combine(other, -1, with_alpha)

    def multiply(self, factor: float, with_alpha: bool = False) -> None:
        """Scale the components."""
        count = 4 if with_alpha else 3
        self._parts[:count] = [part * factor for part in self._parts[:count]]

    def _combine(self, other: RGB, sign: int, with_alpha: bool) -> None:
        for at in range(4 if with_alpha else 3):
            self._parts[at] += sign * other._parts[at]

    def distance(self, other: RGB) -> float:
        """Return the sum of the components' absolute differences."""
        return sum(abs(a - b) for a, b in zip(self._parts[:3], other._parts[:3], strict=True))

    def max(self) -> float:
        """Return the largest component."""
        return max(self._parts[:3])

    def min(self) -> float:
        """Return the smallest component."""
        return min(self._parts[:3])

    def clamp(self) -> None:
        """Bring the components into [0, 1]."""
        self._parts = [min(1.0, max(0.0, part)) for part in self._parts]

    def gamma(self, gamma: float) -> None:
        """Raise the components to 1/gamma."""
        self._parts[:3] = [part ** (1 / gamma) for part in self._parts[:3]]

    def luminance(self) -> float:
        """Return the weighted sum of the components, in [0, 1]."""
        weights = RGB_LUMINANCE_RED, RGB_LUMINANCE_GREEN, RGB_LUMINANCE_BLUE
        return sum(part * weight for part, weight in zip(self._parts, weights, strict=False))

    luminance_uchar = property(lambda self: round(self.luminance() * 255))

    def intensity(self) -> float:
        """Return the weighted sum by the older weights, in [0, 1]."""
        weights = 0.30, 0.59, 0.11
        return sum(part * weight for part, weight in zip(self._parts, weights, strict=False))

    def to_hsv(self) -> HSV:
        """Return hue, saturation, value, in [0, 1]."""
        return HSV(*colorsys.rgb_to_hsv(*self._parts[:3]), float(self._parts[3]))

    def to_hsl(self) -> HSL:
        """Return hue, saturation, lightness, in [0, 1]."""
        hue, light, saturation = colorsys.rgb_to_hls(*self._parts[:3])
        return HSL(float(hue), float(saturation), float(light), float(self._parts[3]))

    def to_cmyk(self, pullout: float = 1.0) -> CMYK:
        """Return cyan, magenta, yellow, black, in [0, 1]."""
        black = pullout * (1 - self.max())
        rest = [(1 - part - black) / (1 - black) if black < 1 else 0.0 for part in self._parts[:3]]
        return CMYK(*rest, float(black), float(self._parts[3]))

    def parse_name(self, name: str) -> None:
        """Take the color of an HTML name; raises ValueError for one that is not known."""
        if name.strip().lower() not in _NAMES:
            raise ValueError(f"{name!r} is no known name of a color")
        number = _NAMES[name.strip().lower()]
        self.set(number >> 16, number >> 8 & 255, number & 255)

    def parse_hex(self, text: str) -> None:
        """Take ``#rgb`` or ``#rrggbb``; raises ValueError."""
        digits = text.strip().lstrip("#")
        if len(digits) == 3:
            digits = "".join(digit * 2 for digit in digits)
        if not re.fullmatch("[0-9a-fA-F]{6}", digits):
            raise ValueError(f"{text!r} is no color in hexadecimal digits")
        self.set(*(int(digits[at : at + 2], 16) for at in (0, 2, 4)))

    def parse_css(self, text: str) -> None:
        """Take a name, ``#rrggbb`` or ``rgb(r, g, b)``; raises ValueError."""
        found = re.fullmatch(r"rgba?\(([^)]*)\)", text.strip())
        if found:
            parts = [part.strip() for part in found[1].split(",")]
            values = [
                float(part[:-1]) / 100 if part.endswith("%") else float(part) / 255
                for part in parts[:3]
            ]
            self.set(*values, float(parts[3]) if len(parts) > 3 else None)
        elif text.strip().startswith("#"):
            self.parse_hex(text)
        else:
            self.parse_name(text)

    def copy(self) -> RGB:
        """Return the same color anew."""
        return RGB(*(float(part) for part in self._parts))


class HSV(_Components):
    """Hue, saturation, value and alpha, in [0, 1]."""

    letters = "hsva"

    def to_rgb(self) -> RGB:
        """Return the same color as RGB."""
        return RGB(*colorsys.hsv_to_rgb(*self._parts[:3]), float(self._parts[3]))


class HSL(_Components):
    """Hue, saturation, lightness and alpha, in [0, 1]."""

    letters = "hsla"

    def to_rgb(self) -> RGB:
        """Return the same color as RGB."""
        hue, saturation, light = self._parts[:3]
        return RGB(*colorsys.hls_to_rgb(hue, light, saturation), float(self._parts[3]))


class CMYK(_Components):
    """Cyan, magenta, yellow, black and alpha, in [0, 1]."""

    letters = "cmyka"

    def to_rgb(self) -> RGB:
        """Return the same color as RGB."""
        black = self._parts[3]
        rest = [float((1 - part) * (1 - black)) for part in self._parts[:3]]
        return RGB(*rest, float(self._parts[4]))


def rgb_names() -> tuple[str, ...]:
    """Return the names that ``parse_name`` knows."""
    return tuple(_NAMES)
