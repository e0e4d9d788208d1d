#!/usr/bin/env python
from gimpfu import *

# a curve for each channel, a tint above, and all of it merged into one layer
CURVES = (
    (HISTOGRAM_RED, [0, 0, 88, 47, 170, 188, 221, 249, 255, 255]),
    (HISTOGRAM_GREEN, [0, 0, 65, 57, 184, 208, 255, 226]),
    (HISTOGRAM_BLUE, [0, 29, 255, 226]),
)


def cross_process(timg, tdrawable, opacity, keep):
    pdb.gimp_undo_push_group_start(timg)
    layer = tdrawable.copy()
    timg.add_layer(layer, 0)
    layer.name = "processed"
    for channel, points in CURVES:
        pdb.gimp_curves_spline(layer, channel, len(points), points)
    pdb.gimp_levels(layer, HISTOGRAM_VALUE, 10, 245, 1.1, 0, 255)
    tint = gimp.Layer(
        timg, "tint", timg.width, timg.height, RGBA_IMAGE, opacity, LAYER_MODE_MULTIPLY_LEGACY
    )
    timg.add_layer(tint, 0)
    old = pdb.gimp_context_get_foreground()
    pdb.gimp_context_set_foreground((255, 250, 0))
    pdb.gimp_drawable_fill(tint, FOREGROUND_FILL)
    pdb.gimp_context_set_foreground(old)
    merged = pdb.gimp_image_merge_down(timg, tint, CLIP_TO_IMAGE)
    if not keep:
        merged = pdb.gimp_image_merge_down(timg, merged, EXPAND_AS_NECESSARY)
    merged.name = "cross processed"
    pdb.gimp_undo_push_group_end(timg)
    gimp.displays_flush()


register(
    "cross_process",
    "Cross processing",
    "Curves as of slide film in the wrong chemicals",
    "T. Ester",
    "T. Ester",
    "2007",
    "<Image>/Filters/Legacy/Cross process...",
    "RGB*",
    [
        (PF_SLIDER, "opacity", "Tint", 10, (0, 100, 1)),
        (PF_BOOL, "keep", "Keep the original", FALSE),
    ],
    [],
    cross_process,
)
main()
