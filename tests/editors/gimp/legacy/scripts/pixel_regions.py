#!/usr/bin/env python
# Swaps red and blue, through regions, as arrays of bytes; then a stripe, pixel by pixel.
from gimpfu import *
from array import array


def pixel_regions(image, drawable):
    width, height = drawable.width, drawable.height
    gimp.progress_init("Swapping...")
    src = drawable.get_pixel_rgn(0, 0, width, height, False, False)
    bytes_pp = len(src[0, 0])
    pixels = array("B", src[0:width, 0:height])
    dest = array("B", "\x00" * (width * height * bytes_pp))
    for y in xrange(height):
        for x in xrange(width):
            pos = (y * width + x) * bytes_pp
            pixel = pixels[pos : pos + bytes_pp]
            pixel[0], pixel[2] = pixel[2], pixel[0]
            dest[pos : pos + bytes_pp] = pixel
        gimp.progress_update(float(y) / height)
    rgn = drawable.get_pixel_rgn(0, 0, width, height, True, True)
    rgn[0:width, 0:height] = dest.tostring()
    drawable.flush()
    drawable.merge_shadow(True)
    drawable.update(0, 0, width, height)
    rgn = drawable.get_pixel_rgn(0, 0, width, height)
    for x in range(width):
        r, g, b = map(ord, rgn[x, 0][:3])
        rgn[x, 0] = chr(255 - r) + chr(255 - g) + chr(255 - b) + rgn[x, 0][3:]
    tile = drawable.get_tile(False, 0, 0)
    tile[1, 1] = "\x01\x02\x03" + tile[1, 1][3:]
    tile.flush()
    pdb.gimp_drawable_set_pixel(drawable, 2, 2, 3, [9, 8, 7])


register(
    "pixel_regions",
    "Swap",
    "Swap red and blue",
    "",
    "",
    "2007",
    "<Image>/Filters/Legacy/Swap",
    "RGB*",
    [],
    [],
    pixel_regions,
)
main()
