#!/usr/bin/env python
# The filters that scripts call most, each on a copy of the layer.
from gimpfu import *


def filters(image, drawable):
    def on_copy(name, effect, *rest):
        layer = drawable.copy()
        image.add_layer(layer, 0)
        layer.name = name
        effect(image, layer, *rest)

    on_copy("gauss", pdb.plug_in_gauss, 10, 10, 0)
    on_copy("gauss_rle", pdb.plug_in_gauss_rle, 10, True, False)
    on_copy("unsharp", pdb.plug_in_unsharp_mask, 3.0, 0.5, 0)
    on_copy("pixelize", pdb.plug_in_pixelize, 8)
    on_copy("noise", pdb.plug_in_rgb_noise, False, False, 0.5, 0.5, 0.5, 0)
    on_copy("edge", pdb.plug_in_edge, 2, 1, 0)
    on_copy("emboss", pdb.plug_in_emboss, 30, 45, 20, 1)
    on_copy("bump", pdb.plug_in_bump_map, drawable, 135, 45, 10, 0, 0, 0, 0, True, False, LINEAR)
    on_copy("alpha", pdb.plug_in_colortoalpha, (220, 200, 200))
    on_copy("blur", pdb.plug_in_mblur, 0, 10, 0, 0, 0)
    on_copy("erode", pdb.plug_in_erode, 1, 0, 1, 0, 0, 255)


LINEAR = 0
register("filters", "", "", "", "", "", "<Image>/Filters/Legacy/Filters", "RGB*", [], [], filters)
main()
