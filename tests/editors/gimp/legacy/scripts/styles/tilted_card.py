#!/usr/bin/env python
from gimpfu import *


def tilted_card(image, layer, tilt, reflect):
    """Tilt the layer, mirror it below, and fade the mirror by a mask."""
    pdb.gimp_image_undo_group_start(image)
    pdb.gimp_context_push()
    pdb.gimp_context_set_interpolation(INTERPOLATION_NONE)
    pdb.gimp_context_set_transform_resize(TRANSFORM_RESIZE_ADJUST)
    if not layer.has_alpha:
        pdb.gimp_layer_add_alpha(layer)
    w, h = layer.width, layer.height
    if reflect:
        mirror = layer.copy()
        mirror.name = "Mirror"
        image.add_layer(mirror, -1)
        mirror = pdb.gimp_item_transform_flip_simple(mirror, ORIENTATION_VERTICAL, True, 0)
        image.resize(w, h * 2, 0, 0)
        mirror.set_offsets(0, h)
        mask = mirror.create_mask(ADD_WHITE_MASK)
        mirror.add_mask(mask)
        pdb.gimp_context_set_foreground((255, 255, 255))
        pdb.gimp_context_set_background((0, 0, 0))
        pdb.gimp_blend(mask, FG_BG_RGB_MODE, NORMAL_MODE, GRADIENT_LINEAR, 100, 0, REPEAT_NONE,
                       FALSE, FALSE, 0, 0, TRUE, 0, 0, 0, h)
        mirror.opacity = 60.0
        pdb.gimp_image_set_active_layer(image, layer)
    card = layer.transform_perspective(
        0, 0, w, tilt, 0, h, w, h - tilt,
        TRANSFORM_FORWARD, INTERPOLATION_NONE, False, 3, TRANSFORM_RESIZE_ADJUST)
    card.name = "Card"
    card.translate(5, 0)
    pdb.gimp_image_resize_to_layers(image)
    pdb.gimp_context_pop()
    pdb.gimp_image_undo_group_end(image)
    return image.width, image.height


register(
    "tilted_card", "", "", "", "", "", "<Image>/Filters/Distorts/Legacy/Tilted card...", "RGB*",
    [(PF_SPINNER, "tilt", "Tilt", 8, (0, 100, 1)), (PF_TOGGLE, "reflect", "Mirror", 1)],
    [(PF_INT, "width", ""), (PF_INT, "height", "")],
    tilted_card,
)
main()
