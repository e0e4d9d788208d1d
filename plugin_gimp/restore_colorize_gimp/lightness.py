"""Colors that sRGB lacks: a photograph that has them keeps its own lightness all the same.

Pixels travel as sRGB, clipped where an image with a wide profile, or with floats, holds more. The
new colors come back as sRGB too; only the lightness below them would be that of clipped colors.
"""

from __future__ import annotations

from gi.repository import Gegl, Gimp
from restore_colorize_client import Pixels

from restore_colorize_gimp.pixels import as_seen, image_apart, is_srgb, strips, write_layer
from restore_colorize_gimp.ranges import leaves_range

__all__ = ["leaves_srgb", "write_with_lightness"]

_FLOATS = (
    Gimp.Precision.HALF_LINEAR,
    Gimp.Precision.HALF_NON_LINEAR,
    Gimp.Precision.HALF_PERCEPTUAL,
    Gimp.Precision.FLOAT_LINEAR,
    Gimp.Precision.FLOAT_NON_LINEAR,
    Gimp.Precision.FLOAT_PERCEPTUAL,
)


def leaves_srgb(layer: Gimp.Drawable) -> bool:
    """Tell whether a layer holds colors that are visibly none of sRGB's."""
    image = layer.get_image()
    if layer.is_gray() or (is_srgb(image) and image.get_precision() not in _FLOATS):
        return False
    with as_seen(layer) as seen:
        buffer = seen.get_buffer()
        return any(
            leaves_range(_colors(buffer, strip, "R'G'B' float"), by_much=True)
            for strip in strips(seen.get_width(), seen.get_height())
        )


def write_with_lightness(layer: Gimp.Layer, source: Gimp.Drawable, pixels: Pixels) -> None:
    """Fill a new layer with the pixels' colors under the source's lightness.

    GIMP's mode *LCh color* joins them, in float and in the image's own profile.
    """
    write_layer(layer, pixels)  # for alpha; the colors are written once more
    apart = image_apart(source, Gimp.Precision.FLOAT_LINEAR)
    try:
        ground = _opaque(apart, Gimp.LayerMode.NORMAL)
        with as_seen(source) as seen:
            _copy_colors(seen, ground)
        colors = _opaque(apart, Gimp.LayerMode.LCH_COLOR)
        write_layer(colors, pixels)
        joined = apart.merge_down(colors, Gimp.MergeType.CLIP_TO_BOTTOM_LAYER)
        _copy_colors(joined, layer)
    finally:
        apart.delete()


def _opaque(image: Gimp.Image, mode: Gimp.LayerMode) -> Gimp.Layer:
    size = image.get_width(), image.get_height()
    layer = Gimp.Layer.new(image, "", *size, Gimp.ImageType.RGB_IMAGE, 100.0, mode)
    image.insert_layer(layer, None, 0)
    return layer


def _copy_colors(origin: Gimp.Drawable, target: Gimp.Drawable) -> None:
    """Copy colors, of any size, and leave the target's alpha as it is."""
    source, buffer = origin.get_buffer(), target.get_buffer()
    width, height = target.get_width(), target.get_height()
    for strip in strips(width, height):
        if target.has_alpha():
            data = bytearray(_colors(source, strip, "RGBA float"))
            alpha = memoryview(_colors(buffer, strip, "RGBA float")).cast("f")[3::4]
            memoryview(data).cast("f")[3::4] = alpha
            buffer.set(strip, "RGBA float", bytes(data))
        else:
            buffer.set(strip, "RGB float", _colors(source, strip, "RGB float"))
    buffer.flush()
    target.update(0, 0, width, height)


def _colors(buffer: Gegl.Buffer, strip: Gegl.Rectangle, name: str) -> bytes:
    return bytes(buffer.get(strip, 1.0, name, Gegl.AbyssPolicy.NONE))
