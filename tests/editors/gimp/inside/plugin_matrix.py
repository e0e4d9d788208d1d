"""Runs inside of GIMP: combinations of image, layers and selection through our plug-in."""

from __future__ import annotations

import math
import struct
from typing import Any

from gi.repository import Gegl, Gimp
from inside_gimp import call, write

CANVAS = (48, 36)
NAME = "restore-colorize-from-reference"
# How far the negative may be off, in the space named; None: sRGB-encoded, an exact match.
EXACT = 1e-6
TOLERANCES = {"u8-linear": 0.51 / 255, "u16-linear": 0.51 / 65535, "half-linear": 1e-3}
OTHER_TOLERANCE = {"u8-non-linear": EXACT, "u16-non-linear": 1e-5, "half-perceptual": 1e-3}
# Rounded in the profile's space, looked at in sRGB; at more bits Babl's own curves show.
# Half a step, and what floats add to it.
MASK_STEPS = {"u8": 0.501 / 255, "u16": 0.51 / 65535, "u32": 1e-6, "half": 5e-4, "float": 1e-6}
PROFILED = {"u8": 3 / 255, "u16": 3e-4, "u32": 3e-4, "half": 2e-3, "float": 3e-4}


def examine(case: dict[str, Any]) -> list[str]:
    """Build an image, ask for its layers' negatives, and return what is wrong with what came."""
    image, layers = build(case)
    try:
        return list(differences(image, layers, case))
    finally:
        image.delete()


def build(case: dict[str, Any]) -> tuple[Gimp.Image, list[Gimp.Layer]]:
    """Return an image with a white ground, and checkerboards of one-pixel squares above it."""
    is_gray = case["mode"] == "gray"
    base = Gimp.ImageBaseType.GRAY if is_gray else Gimp.ImageBaseType.RGB
    precision = getattr(Gimp.Precision, case["precision"].upper().replace("-", "_"))
    image = Gimp.Image.new_with_precision(*CANVAS, base, precision)
    if case["profile"] == "adobe" and case["mode"] == "rgb":
        image.set_color_profile(Gimp.ColorProfile.new_rgb_adobe())
    types = [Gimp.ImageType.GRAY_IMAGE] if is_gray else [Gimp.ImageType.RGB_IMAGE]
    types += [Gimp.ImageType.GRAYA_IMAGE] if is_gray else [Gimp.ImageType.RGBA_IMAGE]
    new_layer(image, "ground", CANVAS, types[0]).fill(Gimp.FillType.WHITE)
    layers = [build_layer(image, name, types, each) for name, each in case["layers"].items()]
    if case["mode"] == "indexed":
        palette = Gimp.ConvertPaletteType.GENERATE
        image.convert_indexed(Gimp.ConvertDitherType.NONE, palette, 32, False, True, "")
    select(image, case["selection"])
    return image, layers


def build_layer(
    image: Gimp.Image, name: str, types: list[Gimp.ImageType], each: dict[str, Any]
) -> Gimp.Layer:
    """Return a checkerboard, or a group that holds one, below groups as the case has them."""
    parent = None
    for depth in range({"none": 0, "nested": 2}.get(each["parent"], 1)):
        group = new_group(image, f"parent {depth} of {name}", parent)
        if each["parent"] == "pass-through":
            group.set_mode(Gimp.LayerMode.PASS_THROUGH)
        parent = group
    if each["kind"] == "group":
        parent = new_group(image, name, parent)
    layer = new_layer(image, name, each["size"], types[each["alpha"]], parent)
    checker(layer)
    layer.set_offsets(*each["offset"])
    if each["kind"] == "group":
        layer = parent
    if each["parent"] == "nested":
        layer.get_parent().set_lock_position(True)
    if each["own mask"] != "none":
        mask = layer.create_mask(Gimp.AddMaskType.BLACK)
        layer.add_mask(mask)
        width, height = mask.get_width(), mask.get_height()
        write(mask, bytes(at * 37 % 256 for at in range(width * height)), "Y u8")
        layer.set_apply_mask(each["own mask"] == "soft")
    return layer


def new_group(image: Gimp.Image, name: str, parent: Gimp.Layer | None) -> Gimp.GroupLayer:
    group = Gimp.GroupLayer.new(image, name)
    image.insert_layer(group, parent, 0)
    return group


def new_layer(image, name, size, kind, parent=None) -> Gimp.Layer:
    layer = Gimp.Layer.new(image, name, *size, kind, 100.0, Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, parent, 0)
    return layer


def checker(layer: Gimp.Layer) -> None:
    """Write colors of which no shift by few pixels gives the same picture."""
    width, height = layer.get_width(), layer.get_height()
    data = bytearray()
    for y in range(height):
        for x in range(width):
            dark = (x + y) % 2
            color = (40 if dark else 220, 60 + 40 * (x % 3), 90 + 50 * (y % 3))
            alpha = (255, 255, 128, 255, 0)[(x + 2 * y) % 5]
            data += bytes((*color, alpha))
    buffer = layer.get_buffer()
    buffer.set(Gegl.Rectangle.new(0, 0, width, height), "R'G'B'A u8", bytes(data))
    buffer.flush()
    layer.update(0, 0, width, height)


def select(image: Gimp.Image, kind: str) -> None:
    replace = Gimp.ChannelOps.REPLACE
    if kind == "whole":
        Gimp.Selection.all(image)
    elif kind == "hard":
        image.select_rectangle(replace, 12, 9, 17, 13)
    elif kind == "partly-outside":
        image.select_rectangle(replace, -8, -6, 26, 21)
    elif kind == "feathered":
        image.select_ellipse(replace, 8, 6, 30, 22)
        Gimp.Selection.feather(image, 5.0)


def differences(image: Gimp.Image, layers: list[Gimp.Layer], case: dict[str, Any]):
    everywhere = samples(image.get_selection(), "Y float", (0, 0, *CANVAS))
    has_selection, before = not Gimp.Selection.is_empty(image), flattened(image)
    shown = {layer: shown_part(image, layer) for layer in layers}
    missed = [layer for layer, part in shown.items() if part is not None and not any(part)]
    layers = [layer for layer in layers if layer not in missed]
    for layer in missed[:1]:
        answer = call(NAME, image=image, drawables=[layer], reference_layer=layer)
        if answer.status != "execution-error" or "selected" not in answer.message:
            yield f"nothing is selected, but {answer}"
        if flattened(image) != before:
            yield "changed although nothing is selected"
    if not layers:
        return
    old = [native(layer) for layer in layers]
    answer = call(
        NAME, image=image, drawables=layers, reference_layer=layers[0], strength=case["strength"]
    )
    if answer.status != "success":
        yield f"{answer.status}: {answer.message}"
        return
    if case["mode"] == "rgb" and [native(layer) for layer in layers] != old:
        yield "a source was written"
    for layer in layers:
        for wrong in wrong_result(image, layer, shown[layer], case):
            yield f"{layer.get_name()}: {wrong}"
    if has_selection:
        outside = [at for at, value in enumerate(everywhere) if value == 0.0]
        after = flattened(image)
        wrong = [at for at in outside if not is_same(before, after, at, case)]
        if wrong:
            yield f"{len(wrong)} of {len(outside)} pixels differ outside of the selection"


def shown_part(image: Gimp.Image, layer: Gimp.Layer) -> list[float] | None:
    """Return what the result's mask should hold: the selection's values times the layer's mask."""
    size = layer.get_width(), layer.get_height()
    parts = []
    if not Gimp.Selection.is_empty(image):
        box = (*layer.get_offsets()[1:], *size)
        parts.append(samples(image.get_selection(), "Y float", box))
    if layer.get_mask() is not None and layer.get_apply_mask():
        parts.append(samples(layer.get_mask(), "Y float", (0, 0, *size)))
    return [math.prod(values) for values in zip(*parts, strict=True)] if parts else None


def wrong_result(image: Gimp.Image, layer: Gimp.Layer, part: list[float] | None, case):
    parent, place = layer.get_parent(), image.get_item_position(layer)
    result = (parent.get_children() if parent else image.get_layers())[place - 1]
    if place < 1 or not result.get_name().startswith("Colorized"):
        yield "not directly above the source"
        return
    box = (*layer.get_offsets()[1:], layer.get_width(), layer.get_height())
    if (*result.get_offsets()[1:], result.get_width(), result.get_height()) != box:
        yield f"{result.get_offsets()} {result.get_width()} x {result.get_height()}, not {box}"
    if result.has_alpha() != layer.has_alpha():
        yield "alpha came or went"
    yield from wrong_pixels(layer, result, case)
    yield from wrong_mask(result, part, case)


def is_same(before: bytes, after: bytes, at: int, case: dict[str, Any]) -> bool:
    """Tell whether a pixel is the same: byte by byte, but for GIMP's own rounding at 32 bit.

    There any further layer, even an invisible one, moves the composite by some last places.
    """
    size = len(before) // (CANVAS[0] * CANVAS[1])
    one, other = before[at * size :][:size], after[at * size :][:size]
    form = {"float": "=3f", "u32": "=3I"}.get(case["precision"].split("-")[0])
    if one == other or form is None:
        return one == other
    limit = 1e-6 * (1.0 if form == "=3f" else 2.0**32)
    pairs = zip(struct.unpack(form, one), struct.unpack(form, other), strict=True)
    return all(abs(first - second) <= limit for first, second in pairs)


def wrong_pixels(layer: Gimp.Layer, result: Gimp.Layer, case: dict[str, Any]):
    is_exact = case["precision"].startswith(("u8", "u16")) and not layer.is_group()
    if case["strength"] == 1.0 and is_exact:
        if native(result) != native(layer):
            yield "the identity is none"
        return
    channels = 3 + result.has_alpha()
    name = "R'G'B'A float" if result.has_alpha() else "R'G'B' float"
    box = (0, 0, layer.get_width(), layer.get_height())
    sources, results = samples(layer, name, box), samples(result, name, box)
    linear = TOLERANCES.get(case["precision"])
    limit = linear or OTHER_TOLERANCE.get(case["precision"], 1e-4)
    if image_has_profile(layer):
        linear, limit = None, PROFILED[case["precision"].split("-")[0]]
        limit = 0.05 if case["precision"] == "u8-linear" else limit
    worst = 0.0
    for at, (was, now) in enumerate(zip(sources, results, strict=True)):
        is_alpha = channels == 4 and at % 4 == 3
        wanted = was if is_alpha or case["strength"] == 1.0 else 1.0 - was
        if linear and not is_alpha:
            wanted, now = to_linear(wanted), to_linear(now)
        worst = max(worst, abs(wanted - now))
    if not worst <= limit:
        yield f"pixels are off by {worst:g}"


def image_has_profile(layer: Gimp.Layer) -> bool:
    """Tell whether samples are rounded in another space than the one that is looked at."""
    return layer.get_image().get_color_profile() is not None


def wrong_mask(result: Gimp.Layer, shown: list[float] | None, case: dict[str, Any]):
    mask = result.get_mask()
    if shown is None:
        if mask is not None:
            yield "a mask although all is shown"
        return
    if mask is None:
        yield "no mask"
        return
    values = samples(mask, "Y float", (0, 0, mask.get_width(), mask.get_height()))
    worst = max(abs(one - other) for one, other in zip(values, shown, strict=True))
    # values of one mask are copied; products of two are rounded
    is_product = case["selection"] != "none"
    if worst > (MASK_STEPS[case["precision"].split("-")[0]] if is_product else EXACT):
        yield f"the mask is off by {worst:g}"


def to_linear(value: float) -> float:
    """The sRGB curve of IEC 61966-2-1."""
    return value / 12.92 if value <= 0.04045 else math.pow((value + 0.055) / 1.055, 2.4)


def flattened(image: Gimp.Image) -> bytes:
    """Return the native bytes of the image as it is seen, in RGB."""
    copy = image.duplicate()
    if copy.get_base_type() != Gimp.ImageBaseType.RGB:
        copy.convert_rgb()
    data = native(copy.flatten())
    copy.delete()
    return data


def native(drawable: Gimp.Drawable) -> bytes:
    box = Gegl.Rectangle.new(0, 0, drawable.get_width(), drawable.get_height())
    return bytes(drawable.get_buffer().get(box, 1.0, None, Gegl.AbyssPolicy.NONE))


def samples(drawable: Gimp.Drawable, name: str, box: tuple[int, int, int, int]) -> list[float]:
    data = drawable.get_buffer().get(Gegl.Rectangle.new(*box), 1.0, name, Gegl.AbyssPolicy.NONE)
    return list(struct.unpack(f"={len(data) // 4}f", bytes(data)))
