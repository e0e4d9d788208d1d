"""Pixels out of GIMP's buffers and into them, in strips, as the contract wants them.

Babl's plain names mean sRGB: GIMP converts from and to the image's own profile. Masks and
selections are linear and have no color space.
"""

from __future__ import annotations

from gi.repository import Gegl, Gimp
from restore_colorize_client import Pixels, RefusedError, SampleType

__all__ = [
    "image_type_of",
    "read_layer",
    "read_mask",
    "sample_type_of",
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
        return SampleType.UINT8 if _is_srgb(image) else SampleType.UINT16
    return SampleType.UINT16 if precision in _SIXTEEN_BIT else SampleType.FLOAT32


def _is_srgb(image: Gimp.Image) -> bool:
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
    if layer.get_filters():
        copy = _merged_copy(layer)
        try:
            return _read(copy, sample_type, as_gray, as_color)
        finally:
            copy.get_image().delete()
    return _read(layer, sample_type, as_gray, as_color)


def _read(layer: Gimp.Drawable, sample_type: SampleType, as_gray: bool, as_color: bool) -> Pixels:
    is_gray = layer.is_gray() and not as_color
    pixels = _samples(layer, 1 if is_gray else 3, sample_type)
    if sample_type is SampleType.FLOAT32 and not _is_in_range(pixels):
        pixels = _samples(layer, 1 if is_gray else 3, SampleType.UINT16)
    return _red_of(pixels) if as_gray and not is_gray else pixels


def _samples(layer: Gimp.Drawable, colors: int, sample_type: SampleType) -> Pixels:
    has_alpha = layer.has_alpha()
    width, height = layer.get_width(), layer.get_height()
    channels = colors + has_alpha
    name = _color_format(colors, has_alpha, sample_type)
    data = _read_strips(
        layer.get_buffer(), (0, 0, width, height), name, channels * sample_type.size
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
    """Return a mask's or selection's linear values in a box (x, y, width, height) of its own.

    Beyond its bounds nothing is selected.
    """
    box = box or (0, 0, mask.get_width(), mask.get_height())
    name = f"Y {_SUFFIX[sample_type]}"
    data = _read_strips(mask.get_buffer(), box, name, sample_type.size)
    return Pixels(box[2], box[3], 1, sample_type, False, data)


def write_mask(mask: Gimp.Drawable, values: Pixels) -> None:
    """Fill a new mask."""
    size = values.sample_type.size
    _write_strips(mask, values.view(), f"Y {_SUFFIX[values.sample_type]}", size)


def _color_format(colors: int, has_alpha: bool, sample_type: SampleType) -> str:
    """Name one of twelve formats; Babl ends the process at a name that it does not know."""
    model = {1: "Y'", 3: "R'G'B'"}.get(colors)
    if model is None:
        raise RefusedError(
            f"The server sent a picture with {colors} color channels: install the same version "
            "of plug-in and server."
        )
    return f"{model}{'A' if has_alpha else ''} {_SUFFIX[sample_type]}"


def _read_strips(
    buffer: Gegl.Buffer, box: tuple[int, int, int, int], name: str, pixel_bytes: int
) -> bytearray:
    left, top, width, height = box
    data = bytearray(width * height * pixel_bytes)
    view, row_bytes = memoryview(data), width * pixel_bytes
    for row in range(0, height, STRIP_ROWS):
        rows = min(STRIP_ROWS, height - row)
        strip = Gegl.Rectangle.new(left, top + row, width, rows)
        view[row * row_bytes : (row + rows) * row_bytes] = buffer.get(
            strip, 1.0, name, Gegl.AbyssPolicy.NONE
        )
    return data


def _write_strips(drawable: Gimp.Drawable, view: memoryview, name: str, pixel_bytes: int) -> None:
    width, height = drawable.get_width(), drawable.get_height()
    row_bytes = width * pixel_bytes
    if len(view) != row_bytes * height:
        raise RefusedError("The server sent a picture of another size: try again.")
    buffer = drawable.get_buffer()
    for row in range(0, height, STRIP_ROWS):
        rows = min(STRIP_ROWS, height - row)
        strip = Gegl.Rectangle.new(0, row, width, rows)
        buffer.set(strip, name, bytes(view[row * row_bytes : (row + rows) * row_bytes]))
    buffer.flush()
    drawable.update(0, 0, width, height)


def _is_in_range(pixels: Pixels) -> bool:
    samples = pixels.view().cast("f")
    return min(samples) >= 0.0 and max(samples) <= 1.0


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


def _merged_copy(layer: Gimp.Drawable) -> Gimp.Layer:
    """Return a copy with its filters merged, alone in an image of its own."""
    image = layer.get_image()
    base = image.get_base_type()
    base = Gimp.ImageBaseType.RGB if base == Gimp.ImageBaseType.INDEXED else base
    apart = Gimp.Image.new_with_precision(
        layer.get_width(), layer.get_height(), base, image.get_precision()
    )
    profile = image.get_color_profile()
    if profile is not None:
        apart.set_color_profile(profile)
    copy = Gimp.Layer.new_from_drawable(layer, apart)
    apart.insert_layer(copy, None, 0)
    copy.merge_filters()
    return copy
