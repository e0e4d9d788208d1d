#!/usr/bin/env python
from gimpfu import *
from gimpshelf import shelf

def guides(image, drawable):
    image.add_hguide(5)
    guide = pdb.gimp_image_add_vguide(image, 7)
    positions = []
    at = image.find_next_guide(0)
    while at:
        positions.append((image.get_guide_position(at), image.get_guide_orientation(at)))
        at = image.find_next_guide(at)
    image.delete_guide(guide)
    image.attach_new_parasite("legacy-image", PARASITE_PERSISTENT, "on the image")
    drawable.parasite_attach(gimp.Parasite("legacy-layer", 1, "on the layer"))
    gimp.attach_new_parasite("legacy-gimp", 0, "everywhere")
    data = image.parasite_find("legacy-image").data
    if gimp.parasite_find("none-such") is not None:
        raise RuntimeError, "found what is not there"
    runs = 1
    if shelf.has_key("legacy-runs"):
        runs = shelf["legacy-runs"] + 1
    shelf["legacy-runs"] = runs
    return runs, repr(positions), data

register("guides_and_parasites", "", "", "", "", "", "<Image>/Filters/Legacy/Guides", "*", [],
         [(PF_INT, "runs", ""), (PF_STRING, "positions", ""), (PF_STRING, "data", "")], guides)
main()
