"""Filters of GIMP 2.10 whose arguments decide more than an operation's numbers."""

from __future__ import annotations

from typing import Any

from gi.repository import Gimp

from gimpfu_bindings.operations import apply
from gimpfu_bindings.pixels import PixelRgn, octets
from gimpfu_bindings.procedures import error, pdb
from gimpfu_bindings.values import from_gimp, to_object


def gauss_one_radius(
    image: Any, drawable: Any, radius: float, is_horizontal: bool = True, is_vertical: bool = True
) -> None:
    """Blur by one radius along one direction or both."""
    sigma = radius * 0.32
    values = {"std-dev-x": sigma * bool(is_horizontal), "std-dev-y": sigma * bool(is_vertical)}
    apply(to_object(drawable), "gegl:gaussian-blur", values)


def motion_blur(
    image: Any,
    drawable: Any,
    kind: int,
    length: float,
    angle: float,
    center_x: float = -1,
    center_y: float = -1,
) -> None:
    """Blur along a line (kind 0), a circle (1), or rays (2)."""
    thing = to_object(drawable)
    width, height = thing.get_width(), thing.get_height()
    center = {
        "center-x": (center_x if center_x >= 0 else width / 2) / width,
        "center-y": (center_y if center_y >= 0 else height / 2) / height,
    }
    if int(kind) == 0:
        apply(thing, "gegl:motion-blur-linear", {"length": length, "angle": angle})
    elif int(kind) == 1:
        apply(thing, "gegl:motion-blur-circular", {**center, "angle": angle})
    else:
        apply(thing, "gegl:motion-blur-zoom", {**center, "factor": length / max(width, height)})


def displace(
    image: Any,
    drawable: Any,
    amount_x: float,
    amount_y: float,
    do_x: bool,
    do_y: bool,
    map_x: Any,
    map_y: Any,
    displace_type: int = 2,
) -> None:
    """Move pixels by maps; beyond the edges is the other side (1), the edge (2), or black (3)."""
    values: dict[str, Any] = {
        "amount-x": amount_x * bool(do_x),
        "amount-y": amount_y * bool(do_y),
        "abyss-policy": {1: "loop", 3: "black"}.get(int(displace_type), "clamp"),
    }
    if do_x:
        values["aux"] = map_x
    if do_y:
        values["aux2"] = map_y
    apply(to_object(drawable), "gegl:displace", values)


def color_to_alpha(image: Any, drawable: Any, color: Any) -> None:
    """Make a color transparent."""
    thing = to_object(drawable)
    if not thing.has_alpha():
        thing.add_alpha()
    apply(thing, "gegl:color-to-alpha", {"color": color})


def _relative(drawable: Any, x: float, y: float) -> tuple[Any, float, float]:
    thing = to_object(drawable)
    return thing, x / thing.get_width(), y / thing.get_height()


def nova(
    image: Any,
    drawable: Any,
    x: float,
    y: float,
    color: Any,
    radius: int,
    spokes: int,
    random_hue: int,
) -> None:
    """Draw a star at a point."""
    thing, center_x, center_y = _relative(drawable, x, y)
    values = {"center-x": center_x, "center-y": center_y, "color": color, "radius": radius}
    more = {"spokes-count": spokes, "random-hue": random_hue}
    apply(thing, "gegl:supernova", {**values, **more})


def lens_flare(image: Any, drawable: Any, x: float, y: float) -> None:
    """Draw a lens flare at a point."""
    thing, pos_x, pos_y = _relative(drawable, x, y)
    apply(thing, "gegl:lens-flare", {"pos-x": pos_x, "pos-y": pos_y})


def ripple(
    image: Any,
    drawable: Any,
    period: float,
    amplitude: float,
    orientation: int = 0,
    edges: int = 0,
    waveform: int = 1,
    antialias: bool = True,
    tile: bool = False,
) -> None:
    """Move rows (orientation 0) or columns (1) in waves: a sawtooth (waveform 0) or a sine."""
    values = {
        "period": period,
        "amplitude": amplitude,
        "angle": 90.0 if int(orientation) == 0 else 0.0,
        "abyss-policy": {0: "clamp", 1: "loop"}.get(int(edges), "none"),
        "wave-type": "sine" if int(waveform) else "sawtooth",
        "sampler-type": "cubic" if antialias else "nearest",
        "tileable": tile,
    }
    apply(to_object(drawable), "gegl:ripple", values)


def sinus(
    image: Any,
    drawable: Any,
    x_scale: float,
    y_scale: float,
    complexity: float,
    seed: int,
    tiling: bool,
    perturb: bool,
    colors: int,
    *rest: Any,
) -> None:
    """Draw waves of two colors: black and white (colors 0), the context's (1), or given ones."""
    first, second, alpha, second_alpha, blend, power = rest
    ends: Any = [(0, 0, 0), (255, 255, 255)]
    if int(colors) == 1:
        ends = [Gimp.context_get_foreground(), Gimp.context_get_background()]
    elif int(colors) == 2:
        ends = [(*tuple(first)[:3], float(alpha)), (*tuple(second)[:3], float(second_alpha))]
    values = {
        "x-scale": x_scale, "y-scale": y_scale, "complexity": complexity, "seed": seed,
        "tiling": tiling, "perturbation": perturb, "color1": ends[0], "color2": ends[1],
        "blend-mode": blend, "blend-power": power,
    }  # fmt: skip
    apply(to_object(drawable), "gegl:sinus", values)


def max_rgb(image: Any, drawable: Any, keeps_largest: bool) -> None:
    """Keep of each pixel's colors the largest, or the smallest, and make the others black."""
    thing = to_object(drawable)
    region = PixelRgn(from_gimp(thing), 0, 0, thing.get_width(), thing.get_height(), True, True)
    source = PixelRgn(from_gimp(thing), 0, 0, thing.get_width(), thing.get_height(), False, False)
    if source.bpp < 3:
        raise error("plug-in-max-rgb needs a layer with colors")
    everything = bytearray(octets(source[:, :]))
    planes = [bytes(everything[at :: source.bpp]) for at in range(3)]
    kept = bytes(map(max if keeps_largest else min, *planes))
    for at, plane in enumerate(planes):
        pairs = zip(plane, kept, strict=True)
        everything[at :: source.bpp] = bytes(value * (value == end) for value, end in pairs)
    region[:, :] = bytes(everything)
    thing.merge_shadow(True)
    thing.update(0, 0, thing.get_width(), thing.get_height())


def shift(image: Any, drawable: Any, amount: int, orientation: int) -> None:
    """Shift each row (1) or column (0) by a random amount."""
    direction = "horizontal" if int(orientation) else "vertical"
    apply(to_object(drawable), "gegl:shift", {"shift": amount, "direction": direction})


def _propagate(drawable: Any, mode: str) -> None:
    apply(to_object(drawable), "gegl:value-propagate", {"mode": mode, "rate": 1.0})


def erode(image: Any, drawable: Any, *_: Any) -> None:
    """Let dark pixels grow by one."""
    _propagate(drawable, "black")


def dilate(image: Any, drawable: Any, *_: Any) -> None:
    """Let bright pixels grow by one."""
    _propagate(drawable, "white")


def semi_flatten(image: Any, drawable: Any) -> None:
    """Put the background color behind what is half transparent."""
    values = {"color": Gimp.context_get_background()}
    apply(to_object(drawable), "gimp:semi-flatten", values)


def rotate_image(image: Any, drawable: Any, quarters: int, is_whole_image: bool) -> None:
    """Rotate an image, or one layer, by quarters of a turn."""
    if int(quarters) % 4 == 0:
        return
    if is_whole_image:
        pdb["gimp-image-rotate"](image, int(quarters) % 4 - 1)
    else:
        pdb["gimp-item-transform-rotate-simple"](drawable, int(quarters) % 4 - 1, True, 0, 0)
