"""Runs inside of GIMP: photographs to restore, and the ways to say where."""

from __future__ import annotations

from typing import Any

from gi.repository import Gegl, Gimp
from inside_gimp import read, write

WIDTH, HEIGHT = 48, 40
LAYER = (40, 36)
OFFSET = (4, -3)
WHITE, CLEAR = b"\xff\xff\xff\xff", bytes(4)


def new_image(base: Gimp.ImageBaseType, precision: Gimp.Precision) -> tuple[Gimp.Image, Gimp.Layer]:
    """Return an image with a layer of many shades that reaches over its edges."""
    image = Gimp.Image.new_with_precision(WIDTH, HEIGHT, base, precision)
    is_gray = base == Gimp.ImageBaseType.GRAY
    kind = Gimp.ImageType.GRAY_IMAGE if is_gray else Gimp.ImageType.RGB_IMAGE
    layer = Gimp.Layer.new(image, "photo", *LAYER, kind, 100.0, Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, None, 0)
    layer.set_offsets(*OFFSET)
    count = LAYER[0] * LAYER[1] * (1 if is_gray else 3)
    write(layer, bytes(at * 37 % 256 for at in range(count)), "Y' u8" if is_gray else "R'G'B' u8")
    return image, layer


def weighed(
    image: Gimp.Image, photo: Gimp.Layer, kind: str
) -> tuple[list[int], list[int], dict[str, Any]]:
    """Say where to restore; return the mask that the result needs, how much the server changes
    everywhere in the image, and the arguments.
    """
    if "selec" in kind or kind == "both":
        image.select_ellipse(Gimp.ChannelOps.REPLACE, 8, 2, 24, 20)
        Gimp.Selection.feather(image, 5.0)
    selected = inside(list(read(image.get_selection(), "Y u8")))
    if kind == "selection":
        return selected, [255] * len(selected), {}
    if kind == "selected damage":
        return [255 * (value > 0) for value in selected], selected, {"damage_selection": True}
    if kind in ("strokes", "white"):
        drawable, damage = mask_layer(image, photo, kind)
    else:
        damage = [at * 5 % 256 if at % WIDTH < 30 else 0 for at in range(WIDTH * HEIGHT)]
        drawable = Gimp.Channel.new(image, "mine", WIDTH, HEIGHT, 50.0, Gegl.Color.new("red"))
        image.insert_channel(drawable, None, 0)
        write(drawable, bytes(damage), "Y' u8")
    whole = selected if kind == "both" else [255] * len(damage)
    mask = [most * (value > 0) for most, value in zip(whole, inside(damage), strict=True)]
    return mask, damage, {"damage": drawable}


def mask_layer(image: Gimp.Image, photo: Gimp.Layer, kind: str) -> tuple[Gimp.Layer, list[int]]:
    """Put a smaller layer below the photograph: red strokes, or white on black."""
    has_alpha = kind == "strokes"
    types = Gimp.ImageType.RGBA_IMAGE, Gimp.ImageType.RGB_IMAGE
    layer = Gimp.Layer.new(image, kind, 20, 15, types[not has_alpha], 100.0, Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, None, 1)
    layer.set_offsets(6, 1)
    own = [(at * 11) % 256 if at % 3 else 0 for at in range(300)]
    if has_alpha:
        write(layer, b"".join(bytes([200, 0, 0, value]) for value in own))
    else:
        write(layer, b"".join(bytes([value] * 3) for value in own), "R'G'B' u8")
    values = [0] * (WIDTH * HEIGHT)
    for row in range(15):
        for column in range(20):
            values[(row + 1) * WIDTH + column + 6] = own[row * 20 + column]
    return layer, values


def inside(values: list[int]) -> list[int]:
    """Return values of the image, 0 where the photograph does not reach."""
    left, top = OFFSET
    return [
        value if left <= at % WIDTH < left + LAYER[0] and at // WIDTH < top + LAYER[1] else 0
        for at, value in enumerate(values)
    ]


def flat(image: Gimp.Image, form: str) -> bytes:
    """Return what the image shows, on black."""
    copy = image.duplicate()
    Gimp.context_push()
    Gimp.context_set_background(Gegl.Color.new("black"))
    pixels = read(copy.flatten(), form)
    Gimp.context_pop()
    copy.delete()
    return pixels


def in_image(mask: Gimp.LayerMask) -> list[int]:
    """Return a mask's values everywhere in the image, 0 beyond its layer."""
    own, (left, top) = read(mask, "Y u8"), OFFSET
    values = [0] * (WIDTH * HEIGHT)
    for row in range(max(top, 0), min(top + LAYER[1], HEIGHT)):
        for column in range(left, min(left + LAYER[0], WIDTH)):
            values[row * WIDTH + column] = own[(row - top) * LAYER[0] + column - left]
    return values
