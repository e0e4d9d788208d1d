#!/usr/bin/env python
from gimpfu import *

def raises(image, drawable, how):
    if how == 0:
        x = 1 / how
    if how == 1:
        pdb.gimp_edit_fill(drawable)
    if how == 2:
        pdb.gimp_layer_set_opacity(drawable, 300)
    if how == 3:
        pdb.plug_in_nonesuch(image, drawable)
    if how == 4:
        pdb.gimp_image_lower_layer(image, drawable)
    if how == 5:
        raise RuntimeError, "told by the script"
    if how == 6:
        pdb.gimp_text(image)
    if how == 7:
        while True:
            pass

register("raises", "", "", "", "", "", "<Image>/Filters/Legacy/Raises", "*",
         [(PF_INT, "how", "How", 0)], [], raises)
main()
