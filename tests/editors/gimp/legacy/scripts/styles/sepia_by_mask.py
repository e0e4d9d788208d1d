#!/usr/bin/env python
# The photo as its own mask: brown in the shadows, the colors stay in the lights.
from gimpfu import *
import time

gettext_domain = "gimp20-python"


def sepia(image, drawable, strength=80.0, on_copy=True):
    gimp.progress_init("Toning " + drawable.name + "...")
    if on_copy:
        image = image.duplicate()
        drawable = image.active_layer
    pdb.gimp_image_undo_freeze(image)
    toned = pdb.gimp_layer_copy(drawable, TRUE)
    pdb.gimp_image_add_layer(image, toned, -1)
    pdb.gimp_drawable_set_name(toned, "Sepia")
    pdb.gimp_desaturate_full(toned, DESATURATE_LUMINOSITY)
    gimp.progress_update(0.3)
    pdb.gimp_colorize(toned, 30, strength, 0)
    mask = pdb.gimp_layer_create_mask(toned, ADD_WHITE_MASK)
    pdb.gimp_image_add_layer_mask(image, toned, mask)
    pdb.gimp_edit_copy(drawable)
    floating = pdb.gimp_edit_paste(mask, False)
    pdb.gimp_floating_sel_anchor(floating)
    gimp.progress_update(0.6)
    time.sleep(0.01)
    pdb.gimp_invert(mask)
    pdb.gimp_layer_set_edit_mask(toned, False)
    pdb.gimp_image_undo_thaw(image)
    gimp.progress_update(1)
    if on_copy:
        pdb.gimp_display_new(image) if run_display else None
    return image


run_display = False

register(
    "python-fu-sepia-by-mask",
    N_("Tone the shadows"),
    "Tones the shadows only",
    "T. Ester", "T. Ester", 2008,
    N_("Sepia by _mask..."),
    "RGB*",
    [
        (PF_IMAGE, "image", N_("Input image"), None),
        (PF_DRAWABLE, "drawable", N_("Input drawable"), None),
        (PF_FLOAT, "strength", N_("_Strength"), 80.0),
        (PF_TOGGLE, "on_copy", N_("Work on a _copy"), True),
    ],
    [(PF_IMAGE, "toned", N_("The toned image"))],
    sepia,
    menu="<Image>/Filters/Legacy",
    domain=(gettext_domain, gimp.locale_directory),
)

main()
