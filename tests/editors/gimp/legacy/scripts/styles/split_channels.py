#!/usr/bin/env python
from gimpfu import *


def split_channels(image, drawable, mode):
    """Swap the first two planes, and keep the third as a channel of the image."""
    planes = pdb.plug_in_decompose(image, drawable, mode, FALSE)
    first, second, third = planes[:3]
    pdb.gimp_invert(pdb.gimp_image_get_active_layer(third))
    made = pdb.plug_in_compose(second, second.layers[0], first, third, None, mode)
    saved = pdb.gimp_channel_new_from_component(image, BLUE_CHANNEL, "kept blue")
    image.add_channel(saved, 0)
    window = pdb.gimp_channel_new(image, image.width, image.height, "window", 50, (0, 0, 0))
    image.add_channel(window, 1)
    pdb.gimp_context_push()
    gimp.set_background(0, 0, 0)
    pdb.gimp_edit_fill(window, BACKGROUND_FILL)
    pdb.gimp_context_pop()
    pdb.gimp_rect_select(image, 10, 10, 10, 10, CHANNEL_OP_REPLACE, FALSE, 0)
    pdb.gimp_edit_fill(window, WHITE_FILL)
    pdb.gimp_channel_combine_masks(saved, window, CHANNEL_OP_ADD, 0, 0)
    pdb.gimp_selection_none(image)
    image.set_component_active(RED_CHANNEL, False)
    green = image.get_component_active(GREEN_CHANNEL)
    pdb.gimp_edit_fill(drawable, WHITE_FILL)
    image.set_component_active(RED_CHANNEL, True)
    for plane in (first, second, third):
        pdb.gimp_image_delete(plane)
    return made, green


register(
    "split_channels",
    "", "", "", "", "",
    "<Image>/Colors/Legacy/Split channels",
    "RGB*",
    [(PF_STRING, "mode", "Mode", "RGB")],
    [(PF_IMAGE, "made", ""), (PF_BOOL, "green", "")],
    split_channels,
)
main()
