#!/usr/bin/env python
from gimpfu import *


def transforms(image, drawable):
    layer = drawable.copy()
    image.add_layer(layer, 0)
    layer = pdb.gimp_drawable_transform_flip_simple(layer, ORIENTATION_HORIZONTAL, True, 0, False)
    layer.name = "flipped"
    layer = drawable.copy()
    image.add_layer(layer, 0)
    layer = layer.transform_rotate_simple(ROTATE_90, True, 0, 0, False)
    layer.name = "rotated"
    layer = drawable.copy()
    image.add_layer(layer, 0)
    layer = pdb.gimp_drawable_transform_scale(
        layer,
        0,
        0,
        20,
        10,
        TRANSFORM_FORWARD,
        INTERPOLATION_NONE,
        False,
        3,
        TRANSFORM_RESIZE_ADJUST,
    )
    layer.name = "scaled"
    layer = drawable.copy()
    image.add_layer(layer, 0)
    pdb.gimp_drawable_offset(layer, True, OFFSET_BACKGROUND, 5, 0)
    layer.name = "moved"
    pdb.gimp_image_scale_full(image, image.width * 2, image.height * 2, INTERPOLATION_NONE)
    pdb.gimp_image_resize(image, image.width + 4, image.height + 6, 2, 3)
    pdb.gimp_image_crop(image, 40, 30, 0, 0)


register(
    "transforms", "", "", "", "", "", "<Image>/Filters/Legacy/Transforms", "*", [], [], transforms
)
main()
