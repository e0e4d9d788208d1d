"""sRGB's curve (IEC 61966-2-1). GEGL's colors count linear light, scripts count what is seen."""

from __future__ import annotations


def linear_of(value: float) -> float:
    """Return the linear light of a value in [0, 1]."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def value_of(linear: float) -> float:
    """Return the value of linear light in [0, 1]."""
    return linear * 12.92 if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
