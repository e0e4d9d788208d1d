#!/usr/bin/env python
from gimpfu import *
import gimpcolor


def palette_of_image(image, drawable, name, colors, brighter):
    copy = pdb.gimp_image_duplicate(image)
    pdb.gimp_image_flatten(copy)
    pdb.gimp_image_convert_indexed(copy, NO_DITHER, MAKE_PALETTE, colors, FALSE, FALSE, "")
    count, entries = pdb.gimp_image_get_colormap(copy)
    palette = pdb.gimp_palette_new(name)
    pdb.gimp_palette_set_columns(palette, 4)
    for at in range(0, count, 3):
        red, green, blue = [ord(entry) for entry in entries[at : at + 3]]
        color = gimpcolor.RGB(red, green, blue)
        hsv = color.to_hsv()
        pdb.gimp_palette_add_entry(palette, "hue %d" % round(hsv.h * 360), color)
    first = pdb.gimp_palette_entry_get_color(palette, 0)
    pdb.gimp_palette_entry_set_name(palette, 0, "first")
    table = list(entries)
    for at in range(len(table)):
        table[at] = chr(min(255, ord(table[at]) + brighter))
    copy.colormap = "".join(table)
    pdb.gimp_image_convert_rgb(copy)
    return copy, palette, pdb.gimp_palette_get_info(palette), first


register(
    "palette_of_image", "", "", "", "", "",
    "<Image>/Colors/Legacy/Palette...", "RGB*",
    [
        (PF_STRING, "name", "Name", "Legacy colors"),
        (PF_SPINNER, "colors", "Colors", 4, (2, 256, 1)),
        (PF_INT, "brighter", "Brighter", 10),
    ],
    [
        (PF_IMAGE, "copy", ""),
        (PF_PALETTE, "palette", ""),
        (PF_INT, "count", ""),
        (PF_COLOR, "first", ""),
    ],
    palette_of_image,
)
main()
