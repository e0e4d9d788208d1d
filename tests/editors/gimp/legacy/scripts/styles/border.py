#!/usr/bin/env python
# Line ends of another system. A border of a pattern or color, with guides at its edge.
from gimpfu import *
import gimpshelf

def border(img, drw, width, color, pattern, use_pattern, guides):
    last = gimpshelf.shelf.has_key("legacy-border") and gimpshelf.shelf["legacy-border"] or {}
    gimpshelf.shelf["legacy-border"] = {"width": width, "color": tuple(color)[0:3]}
    pdb.gimp_image_undo_group_start(img)
    old_w, old_h = img.width, img.height
    pdb.gimp_image_resize(img, old_w + 2 * width, old_h + 2 * width, width, width)
    layer = gimp.Layer(img, "Border", img.width, img.height, RGBA_IMAGE, 100, NORMAL_MODE)
    img.add_layer(layer, len(img.layers))
    pdb.gimp_context_push()
    pdb.gimp_context_set_foreground(color)
    pdb.gimp_context_set_pattern(pattern)
    pdb.gimp_selection_all(img)
    pdb.gimp_bucket_fill(layer, (FG_BUCKET_FILL, PATTERN_BUCKET_FILL)[use_pattern],
                         NORMAL_MODE, 100, 0, FALSE, 1, 1)
    pdb.gimp_selection_shrink(img, width)
    pdb.gimp_edit_clear(layer)
    pdb.gimp_selection_none(img)
    if guides:
        for place in (width, width + old_w):
            pdb.gimp_image_add_vguide(img, place)
        for place in (width, width + old_h):
            img.add_hguide(place)
    pdb.gimp_context_pop()
    pdb.gimp_image_undo_group_end(img)
    return last.get("width", -1)

register(
    "legacy-border", "Border", "Border", "T", "T", "2006", "_Border...", "RGB*",
    [(PF_IMAGE, "img", "", None), (PF_DRAWABLE, "drw", "", None),
     (PF_SPINNER, "width", "Width", 5, (1, 99, 1)), (PF_COLOR, "color", "Color", (0, 128, 0)),
     (PF_PATTERN, "pattern", "Pattern", "Pine"), (PF_TOGGLE, "use_pattern", "Pattern", False),
     (PF_TOGGLE, "guides", "Guides", True)],
    [(PF_INT, "last", "Width of the last time")], border, menu="<Image>/Filters/Legacy")
main()
