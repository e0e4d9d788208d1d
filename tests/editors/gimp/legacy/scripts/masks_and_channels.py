#!/usr/bin/python
from gimpfu import *


def masks(img, drw):
    mask = drw.create_mask(ADD_WHITE_MASK)
    drw.add_mask(mask)
    pdb.gimp_rect_select(img, 0, 0, img.width / 2, img.height, CHANNEL_OP_REPLACE, 0, 0)
    gimp.set_background(0, 0, 0)
    pdb.gimp_edit_fill(drw.mask, BACKGROUND_FILL)
    pdb.gimp_selection_none(img)
    channel = gimp.Channel(img, "extra", img.width, img.height, 50, (0, 0, 255))
    img.add_channel(channel)
    pdb.gimp_image_set_active_channel(img, channel)
    name = img.active_channel.name
    pdb.gimp_image_unset_active_channel(img)
    pdb.gimp_image_set_active_layer(img, drw)
    pdb.gimp_layer_remove_mask(drw, MASK_APPLY)
    return name


register(
    "masks_and_channels",
    "",
    "",
    "",
    "",
    "",
    "<Image>/Filters/Legacy/Masks",
    "RGBA",
    [],
    [(PF_STRING, "name", "name")],
    masks,
)
main()
