"""Levels, curves and brightness as GIMP 2.10 did them: on values as they are seen.

GIMP 3's procedures of these names work on linear light. So a procedure is asked for its curve, by
applying it to a ramp of linear light, and that curve is applied where it was meant. From 3.2 on
those that take curves see values as 2.10 did, and take fewer of them.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

from gi.repository import Gegl, Gimp

from gimpfu_bindings import srgb
from gimpfu_bindings.procedures import run_new
from gimpfu_bindings.tables import constants
from gimpfu_bindings.values import to_object

CURVES_SEE = (Gimp.MAJOR_VERSION, Gimp.MINOR_VERSION) >= (3, 2)
RAMP, SAMPLES = 1024, 256 if CURVES_SEE else 4096
VALUE, ALPHA = constants()["HISTOGRAM_VALUE"], constants()["HISTOGRAM_ALPHA"]


def levels(drawable: Any, channel: int, *numbers: float) -> None:
    """Map a channel: low and high input, gamma, low and high output; 0 to 255 but gamma."""
    low, high, gamma, low_out, high_out = numbers
    scaled = [low / 255, high / 255, False, gamma, low_out / 255, high_out / 255, False]
    _as_seen("gimp-drawable-levels", drawable, channel, scaled)


def drawable_levels(drawable: Any, channel: int, *numbers: float) -> None:
    """Map a channel as 2.10's newer procedure: in [0, 1], with whether to clamp."""
    _as_seen("gimp-drawable-levels", drawable, channel, numbers)


def curves_spline(drawable: Any, channel: int, *points: Any) -> None:
    """Bend a channel through points, which are 0 to 255 by pairs."""
    _as_seen("gimp-drawable-curves-spline", drawable, channel, [_given(points, 255)])


def drawable_curves_spline(drawable: Any, channel: int, *points: Any) -> None:
    """Bend a channel through points in [0, 1] by pairs."""
    _as_seen("gimp-drawable-curves-spline", drawable, channel, [_given(points, 1)])


def curves_explicit(drawable: Any, channel: int, *values: Any) -> None:
    """Map a channel by a table of values 0 to 255."""
    _as_seen("gimp-drawable-curves-explicit", drawable, channel, [_given(values, 255)])


def drawable_curves_explicit(drawable: Any, channel: int, *values: Any) -> None:
    """Map a channel by a table of values in [0, 1]."""
    _as_seen("gimp-drawable-curves-explicit", drawable, channel, [_given(values, 1)])


def brightness_contrast(drawable: Any, brightness: float, contrast: float) -> None:
    """Change brightness and contrast, both of -127 to 127."""
    numbers = [brightness / 127, contrast / 127]
    _as_seen("gimp-drawable-brightness-contrast", drawable, None, numbers)


def drawable_brightness_contrast(drawable: Any, brightness: float, contrast: float) -> None:
    """Change brightness and contrast, both in [-0.5, 0.5]."""
    numbers = [2 * brightness, 2 * contrast]
    _as_seen("gimp-drawable-brightness-contrast", drawable, None, numbers)


def _given(arguments: Sequence[Any], full: float) -> list[float]:
    """Return numbers over ``full``, from a sequence with or without its count before it."""
    values = arguments[-1]
    if isinstance(values, str):
        values = values.encode("latin-1")
    if isinstance(values, (bytes, bytearray)):
        values = list(bytearray(values))
    count = int(arguments[0]) if len(arguments) > 1 else len(values)
    return [float(value) / full for value in values[:count]]


def _as_seen(name: str, drawable: Any, channel: int | None, numbers: Sequence[Any]) -> None:
    """Do a procedure of GIMP 3 on perceptual values instead of linear light."""
    # alpha has no other way to be seen
    if channel == ALPHA or (CURVES_SEE and name.startswith("gimp-drawable-curves")):
        run_new(name, drawable, channel, *numbers)
        return
    curve = _curve(name, [] if channel is None else [VALUE], numbers)
    steps = [at / (SAMPLES - 1) for at in range(SAMPLES)]
    if CURVES_SEE:
        values = [_interpolated(curve, step) for step in steps]
    else:
        seen = [_interpolated(curve, srgb.value_of(step)) for step in steps]
        values = [srgb.linear_of(value) for value in seen]
    run_new(
        "gimp-drawable-curves-explicit", drawable, VALUE if channel is None else channel, values
    )


def _curve(name: str, channel: Sequence[int], numbers: Sequence[Any]) -> list[float]:
    """Return what a procedure makes of a ramp from 0 to 1."""
    image = Gimp.Image.new_with_precision(
        RAMP, 1, Gimp.ImageBaseType.GRAY, Gimp.Precision.FLOAT_LINEAR
    )
    mode, kind = Gimp.LayerMode.NORMAL, Gimp.ImageType.GRAY_IMAGE
    layer = Gimp.Layer.new(image, "ramp", RAMP, 1, kind, 100.0, mode)
    image.insert_layer(layer, None, 0)
    place, form = Gegl.Rectangle.new(0, 0, RAMP, 1), "Y float"
    buffer = layer.get_buffer()
    ramp = [at / (RAMP - 1) for at in range(RAMP)]
    buffer.set(place, form, struct.pack(f"{RAMP}f", *ramp))
    buffer.flush()
    run_new(name, to_object(layer), *channel, *numbers)
    bent = layer.get_buffer().get(place, 1.0, form, Gegl.AbyssPolicy.NONE)
    image.delete()
    return list(struct.unpack(f"{RAMP}f", bent))


def _interpolated(curve: Sequence[float], value: float) -> float:
    place = min(max(value, 0.0), 1.0) * (len(curve) - 1)
    at = min(int(place), len(curve) - 2)
    share = place - at
    return min(max(curve[at] * (1 - share) + curve[at + 1] * share, 0.0), 1.0)
