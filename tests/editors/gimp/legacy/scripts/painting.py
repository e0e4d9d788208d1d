#!/usr/bin/env python
from gimpfu import *


def painting(image, drawable, pattern, gradient):
    w, h = image.width, image.height
    pdb.gimp_context_push()
    pdb.gimp_context_set_foreground((255, 255, 255))
    pdb.gimp_context_set_background((0, 0, 0))
    pdb.gimp_edit_blend(
        drawable,
        FG_BG_RGB_MODE,
        NORMAL_MODE,
        GRADIENT_LINEAR,
        100,
        0,
        REPEAT_NONE,
        False,
        False,
        0,
        0,
        False,
        0,
        0,
        w,
        0,
    )
    pdb.gimp_context_set_foreground((0, 255, 0))
    pdb.gimp_context_set_brush("1. Pixel")
    pdb.gimp_context_set_brush_size(3)
    pdb.gimp_pencil(drawable, 4, [0, 20, w, 20])
    pdb.gimp_rect_select(image, 0, 30, w, 10, CHANNEL_OP_REPLACE, False, 0)
    pdb.gimp_context_set_foreground("#ff0000")
    pdb.gimp_edit_bucket_fill(drawable, FG_BUCKET_FILL, NORMAL_MODE, 100, 0, False, 1, 31)
    pdb.gimp_selection_none(image)
    pdb.gimp_context_set_pattern(pattern)
    pdb.gimp_gradients_set_gradient(gradient)
    count, samples = pdb.gimp_gradient_get_uniform_samples(gradient, 2, False)
    pdb.gimp_context_pop()
    return count, pdb.gimp_context_get_gradient()


register(
    "painting",
    "",
    "",
    "",
    "",
    "",
    "<Image>/Filters/Legacy/Paint...",
    "RGB*",
    [
        (PF_PATTERN, "pattern", "Pattern", "Pine"),
        (PF_GRADIENT, "gradient", "Gradient", "Abstract 1"),
    ],
    [(PF_INT, "count", ""), (PF_STRING, "now", "")],
    painting,
)
main()
