#!/usr/bin/env python
# Curves, levels and the like on rows of a picture of grays.
from gimpfu import *


def rows(image, at):
    pdb.gimp_rect_select(image, 0, at, image.width, 1, CHANNEL_OP_REPLACE, False, 0)


def tones(image, drawable):
    rows(image, 0)
    pdb.gimp_levels(drawable, HISTOGRAM_VALUE, 0, 255, 1.0, 255, 0)
    rows(image, 1)
    pdb.gimp_curves_spline(drawable, HISTOGRAM_VALUE, 4, [0, 128, 255, 255])
    rows(image, 2)
    pdb.gimp_threshold(drawable, 100, 255)
    rows(image, 3)
    pdb.gimp_invert(drawable)
    rows(image, 4)
    pdb.gimp_posterize(drawable, 2)
    rows(image, 5)
    pdb.gimp_brightness_contrast(drawable, 60, 0)
    rows(image, 6)
    pdb.gimp_hue_saturation(drawable, ALL_HUES, 0, 50, 0)
    rows(image, 7)
    pdb.gimp_color_balance(drawable, MIDTONES, False, 100, 0, 0)
    rows(image, 8)
    pdb.gimp_colorize(drawable, 240, 100, 0)
    rows(image, 9)
    pdb.gimp_desaturate_full(drawable, DESATURATE_LUMINOSITY)
    rows(image, 10)
    pdb.gimp_desaturate(drawable)
    pdb.gimp_selection_none(image)
    mean, dev, median, pixels, count, percentile = pdb.gimp_histogram(
        drawable, HISTOGRAM_VALUE, 0, 255
    )
    return mean


register(
    "tones",
    "",
    "",
    "",
    "",
    "",
    "<Image>/Filters/Legacy/Tones",
    "RGB*",
    [],
    [(PF_FLOAT, "mean", "mean")],
    tones,
)
main()
