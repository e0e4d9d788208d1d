#!/usr/bin/env python
from gimpfu import *


def selections(image, layer):
    gimp.context_push()
    pdb.gimp_rect_select(image, 4, 4, 20, 10, CHANNEL_OP_REPLACE, False, 0)
    pdb.gimp_ellipse_select(image, 30, 10, 20, 20, CHANNEL_OP_ADD, True, False, 0)
    pdb.gimp_free_select(image, 6, [4, 30, 14, 30, 14, 38], CHANNEL_OP_ADD, False, False, 0)
    gimp.set_foreground((255, 0, 0))
    pdb.gimp_edit_fill(layer, FOREGROUND_FILL)
    channel = pdb.gimp_selection_save(image)
    channel.name = "saved"
    pdb.gimp_selection_none(image)
    pdb.gimp_by_color_select(layer, (255, 0, 0), 10, CHANNEL_OP_REPLACE, False, False, 0, False)
    non_empty, x1, y1, x2, y2 = pdb.gimp_selection_bounds(image)
    pdb.gimp_selection_load(channel)
    pdb.gimp_selection_invert(image)
    pdb.gimp_edit_fill(layer, WHITE_FILL)
    pdb.gimp_selection_clear(image)
    gimp.context_pop()
    return x1, y1, x2, y2


register(
    "python-fu-legacy-selections",
    "Select",
    "Select",
    "T. Ester",
    "T. Ester",
    "2010",
    "Selections",
    "RGB*",
    [(PF_IMAGE, "image", "Input image", None), (PF_LAYER, "layer", "Input layer", None)],
    [
        (PF_INT, "x1", "left"),
        (PF_INT, "y1", "top"),
        (PF_INT, "x2", "right"),
        (PF_INT, "y2", "bottom"),
    ],
    selections,
    menu="<Image>/Filters/Legacy",
)
main()
