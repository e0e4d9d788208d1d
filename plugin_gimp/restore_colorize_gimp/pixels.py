"""Pixels out of GIMP's buffers and into them, in strips, as the contract wants them.

Babl's plain names mean sRGB: GIMP converts from and to the image's own profile. Masks and
selections are linear and have no color space.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gi.repository import Gegl, Gimp
from restore_colorize_client import Pixels, RefusedError, SampleType

from restore_colorize_gimp.ranges import leaves_range
from restore_colorize_gimp.translation import _

__all__ = [
    "as_seen",
    "image_apart",
    "image_type_of",
    "is_srgb",
    "read_layer",
    "read_mask",
    "sample_type_of",
    "strips",
    "write_layer",
    "write_mask",
]

STRIP_ROWS = 256
_SUFFIX = {SampleType.UINT8: "u8", SampleType.UINT16: "u16", SampleType.FLOAT32: "float"}
_EIGHT_BIT = (Gimp.Precision.U8_NON_LINEAR, Gimp.Precision.U8_PERCEPTUAL)
# Linear 8 bit needs more than 8 sRGB-encoded ones; linear 16 bit more than 16 in the highlights.
_SIXTEEN_BIT = (
    Gimp.Precision.U16_NON_LINEAR,
    Gimp.Precision.U16_PERCEPTUAL,
    Gimp.Precision.U8_LINEAR,
)


def sample_type_of(image: Gimp.Image) -> SampleType:
    """Return the samples that lose nothing of an image's own precision."""
    precision = image.get_precision()
    if precision in _EIGHT_BIT:
        return SampleType.UINT8 if is_srgb(image) else SampleType.UINT16
    return SampleType.UINT16 if precision in _SIXTEEN_BIT else SampleType.FLOAT32


def is_srgb(image: Gimp.Image) -> bool:
    """Tell whether an image's colors are those of sRGB."""
    profile = image.get_color_profile()
    return profile is None or any(
        profile.is_equal(own)
        for own in (Gimp.ColorProfile.new_rgb_srgb(), Gimp.ColorProfile.new_d65_gray_srgb_trc())
    )


def read_layer(
    layer: Gimp.Drawable, sample_type: SampleType, *, as_gray: bool = False, as_color: bool = False
) -> Pixels:
    """Return a layer as it is seen, its filters applied, but neither mask, opacity nor mode.

    Gray layers give one channel, all others three, alpha where the layer has it; as_gray takes
    the red of a color layer that is known to be gray, as_color makes three of one. Floats outside
    of 0..1, which do not travel, are clipped, at 16 bit.
    """
    colors = 3 if as_color or not layer.is_gray() else 1
    with as_seen(layer) as seen:
        pixels = _samples(seen, colors, layer.has_alpha(), sample_type)
        if sample_type is SampleType.FLOAT32 and _leaves_range(pixels):
            pixels = _samples(seen, colors, layer.has_alpha(), SampleType.UINT16)
    return _red_of(pixels) if as_gray and colors == 3 else pixels


@contextmanager
def as_seen(layer: Gimp.Drawable) -> Iterator[Gimp.Drawable]:
    """Give a drawable of the layer's size whose buffer holds what the layer's filters make of it.

    Filters are no part of a layer's own buffer, and merging them cannot be had of groups; with a
    shadow it moves the layer. So an image apart shows a copy, as the layer's image would.
    """
    if not layer.get_filters():
        yield layer
        return
    apart = image_apart(layer, layer.get_image().get_precision())
    try:
        copy = Gimp.Layer.new_from_drawable(layer, apart)
        apart.insert_layer(copy, None, 0)
        if copy.get_mask() is not None:
            copy.remove_mask(Gimp.MaskApplyMode.DISCARD)
        copy.set_mode(Gimp.LayerMode.NORMAL)
        copy.set_opacity(100.0)
        copy.set_visible(True)
        left, top = copy.get_offsets()[1:]
        apart.resize(layer.get_width(), layer.get_height(), -left, -top)
        yield Gimp.Layer.new_from_visible(apart, apart, "seen")
    finally:
        apart.delete()


def image_apart(layer: Gimp.Drawable, precision: Gimp.Precision) -> Gimp.Image:
    """Return an empty image of the layer's size and its image's profile, to be deleted."""
    image = layer.get_image()
    base = image.get_base_type()
    base = Gimp.ImageBaseType.RGB if base == Gimp.ImageBaseType.INDEXED else base
    size = layer.get_width(), layer.get_height()
    apart = Gimp.Image.new_with_precision(*size, base, precision)
    profile = image.get_color_profile()
    if profile is not None:
        apart.set_color_profile(profile)
    return apart


def _samples(
    drawable: Gimp.Drawable, colors: int, has_alpha: bool, sample_type: SampleType
) -> Pixels:
    width, height = drawable.get_width(), drawable.get_height()
    channels = colors + has_alpha
    name = _color_format(colors, has_alpha, sample_type)
    data = _read_strips(
        drawable.get_buffer(), (0, 0, width, height), name, channels * sample_type.size
    )
    return Pixels(width, height, channels, sample_type, has_alpha, data)


def write_layer(layer: Gimp.Drawable, pixels: Pixels) -> None:
    """Fill a new layer of the pixels' size."""
    name = _color_format(pixels.channels - pixels.has_alpha, pixels.has_alpha, pixels.sample_type)
    _write_strips(layer, pixels.view(), name, pixels.channels * pixels.sample_type.size)


def image_type_of(pixels: Pixels) -> Gimp.ImageType:
    """Return the layer type that holds such pixels."""
    types = {
        1: Gimp.ImageType.GRAY_IMAGE,
        2: Gimp.ImageType.GRAYA_IMAGE,
        3: Gimp.ImageType.RGB_IMAGE,
        4: Gimp.ImageType.RGBA_IMAGE,
    }
    return types[pixels.channels]


def read_mask(
    mask: Gimp.Drawable, sample_type: SampleType, box: tuple[int, int, int, int] | None = None
) -> Pixels:
    """Return a mask's, channel's or selection's values in a box (x, y, width, height) of its own.

    Beyond its bounds nothing is selected.
    """
    box = box or (0, 0, mask.get_width(), mask.get_height())
    name = f"{_model_of(mask)} {_SUFFIX[sample_type]}"
    data = _read_strips(mask.get_buffer(), box, name, sample_type.size)
    return Pixels(box[2], box[3], 1, sample_type, False, data)


def write_mask(mask: Gimp.Drawable, values: Pixels) -> None:
    """Fill a new mask or channel."""
    size = values.sample_type.size
    _write_strips(mask, values.view(), f"{_model_of(mask)} {_SUFFIX[values.sample_type]}", size)


def _model_of(mask: Gimp.Drawable) -> str:
    """Return how a mask's values are encoded: linearly, but in a channel as the image's own.

    GIMP takes them between selections and channels as they are.
    """
    if isinstance(mask, (Gimp.Selection, Gimp.LayerMask)):
        return "Y"
    nick = mask.get_image().get_precision().value_nick
    return "Y'" if nick.endswith("non-linear") else "Y" if nick.endswith("linear") else "Y~"


def _color_format(colors: int, has_alpha: bool, sample_type: SampleType) -> str:
    """Name one of twelve formats; Babl ends the process at a name that it does not know."""
    model = {1: "Y'", 3: "R'G'B'"}.get(colors)
    if model is None:
        raise RefusedError(
            _(
                "The server sent a picture with {count} color channels: install the same version "
                "of plug-in and server."
            ).format(count=colors)
        )
    return f"{model}{'A' if has_alpha else ''} {_SUFFIX[sample_type]}"


def strips(width: int, height: int) -> Iterator[Gegl.Rectangle]:
    """Cut a drawable into rows that keep the memory of pixels on their way small."""
    for row in range(0, height, STRIP_ROWS):
        yield Gegl.Rectangle.new(0, row, width, min(STRIP_ROWS, height - row))


def _read_strips(
    buffer: Gegl.Buffer, bounds: tuple[int, int, int, int], name: str, pixel_bytes: int
) -> bytearray:
    left, top, width, height = bounds
    data = bytearray(width * height * pixel_bytes)
    view, row_bytes = memoryview(data), width * pixel_bytes
    for strip in strips(width, height):
        place = slice(strip.y * row_bytes, (strip.y + strip.height) * row_bytes)
        box = Gegl.Rectangle.new(left, top + strip.y, width, strip.height)
        view[place] = buffer.get(box, 1.0, name, Gegl.AbyssPolicy.NONE)
    return data


def _write_strips(drawable: Gimp.Drawable, view: memoryview, name: str, pixel_bytes: int) -> None:
    width, height = drawable.get_width(), drawable.get_height()
    row_bytes = width * pixel_bytes
    if len(view) != row_bytes * height:
        raise RefusedError(_("The server sent a picture of another size: try again."))
    buffer = drawable.get_buffer()
    for strip in strips(width, height):
        place = slice(strip.y * row_bytes, (strip.y + strip.height) * row_bytes)
        buffer.set(strip, name, bytes(view[place]))
    buffer.flush()
    drawable.update(0, 0, width, height)


def _leaves_range(floats: Pixels) -> bool:
    view, strip_bytes = floats.view(), STRIP_ROWS * floats.width * floats.channels * 4
    return any(
        leaves_range(view[start : start + strip_bytes])
        for start in range(0, len(view), strip_bytes)
    )


def _red_of(pixels: Pixels) -> Pixels:
    """Return the red channel, and alpha, of a picture in which red, green and blue are one."""
    item = {1: "B", 2: "H", 4: "f"}[pixels.sample_type.size]
    samples = pixels.view().cast(item)
    channels = 1 + pixels.has_alpha
    data = bytearray(pixels.width * pixels.height * channels * pixels.sample_type.size)
    target = memoryview(data).cast(item)
    for channel, source in enumerate((0, 3)[:channels]):
        target[channel::channels] = samples[source :: pixels.channels]
    return Pixels(pixels.width, pixels.height, channels, pixels.sample_type, pixels.has_alpha, data)
