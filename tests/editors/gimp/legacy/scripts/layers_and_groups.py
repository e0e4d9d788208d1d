#!/usr/bin/env python

# Old form: the whole path in the label, image and drawable come by themselves.
from gimpfu import *


def layers_and_groups(image, drawable, count, name):
    pdb.gimp_image_undo_group_start(image)
    group = pdb.gimp_layer_group_new(image)
    pdb.gimp_image_add_layer(image, group, 0)
    group.name = name
    for i in range(count):
        layer = gimp.Layer(
            image,
            "%s %d" % (name, i),
            image.width / 3,
            image.height / 2,
            RGBA_IMAGE,
            100,
            NORMAL_MODE,
        )
        pdb.gimp_image_insert_layer(image, layer, group, 0)
        layer.fill(WHITE_FILL)
        layer.set_offsets(i * 2, i * 3)
        layer.opacity = 50.0 + i
        layer.mode = MULTIPLY_MODE
        pdb.gimp_layer_translate(layer, 1, 1)
    drawable.visible = False
    copy = drawable.copy(True)
    image.add_layer(copy, len(image.layers))
    pdb.gimp_image_raise_layer(image, copy)
    image.active_layer = copy
    pdb.gimp_image_undo_group_end(image)
    pdb.gimp_displays_flush()


register(
    "layers_and_groups",
    "Make layers",
    "Make layers in a group",
    "T. Ester",
    "T. Ester",
    "2009",
    "<Image>/Filters/Legacy/Layers and groups...",
    "RGB*, GRAY*",
    [(PF_INT, "count", "How many", 3), (PF_STRING, "name", "Name", "made")],
    [],
    layers_and_groups,
)

main()
