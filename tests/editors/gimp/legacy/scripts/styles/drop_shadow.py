#!/usr/bin/env python
from gimpfu import *


def drop_shadow(img, layer, dx, dy, blur, color, opacity, grow):
    pdb.gimp_image_undo_group_start(img)
    gimp.context_push()
    pdb.gimp_selection_layer_alpha(layer)
    pdb.gimp_selection_translate(img, dx, dy)
    if blur > 0:
        pdb.gimp_selection_feather(img, blur)
    shadow = gimp.Layer(
        img, "Shadow of %s" % layer.name, img.width, img.height, RGBA_IMAGE, opacity, MULTIPLY_MODE
    )
    pdb.gimp_drawable_fill(shadow, TRANSPARENT_FILL)
    pdb.gimp_image_insert_layer(img, shadow, None, pdb.gimp_image_get_layer_position(img, layer) + 1)
    gimp.set_foreground(color)
    pdb.gimp_edit_fill(shadow, FOREGROUND_FILL)
    pdb.gimp_selection_none(img)
    if grow:
        border = max(abs(dx), abs(dy)) + int(blur)
        pdb.gimp_image_resize(
            img, img.width + 2 * border, img.height + 2 * border, border, border
        )
        pdb.gimp_layer_resize_to_image_size(shadow)
    pdb.gimp_image_set_active_layer(img, layer)
    gimp.context_pop()
    pdb.gimp_image_undo_group_end(img)


register(
    "python_fu_drop_shadow",
    "Drop shadow",
    "Adds a shadow below the layer",
    "T. Ester",
    "T. Ester",
    "2012",
    "_Drop shadow...",
    "RGBA",
    [
        (PF_IMAGE, "img", "Image", None),
        (PF_LAYER, "layer", "Layer", None),
        (PF_SPINNER, "dx", "Right", 6, (-500, 500, 1)),
        (PF_SPINNER, "dy", "Down", 4, (-500, 500, 1)),
        (PF_ADJUSTMENT, "blur", "Blur", 0.0, (0, 100, 0.5)),
        (PF_COLOR, "color", "Color", (0, 0, 0)),
        (PF_SLIDER, "opacity", "Opacity", 50, (0, 100, 1)),
        (PF_TOGGLE, "grow", "Grow the image", 0),
    ],
    [],
    drop_shadow,
    menu="<Image>/Filters/Legacy",
)
main()
