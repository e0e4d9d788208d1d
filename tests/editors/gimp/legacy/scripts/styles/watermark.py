#!/usr/bin/env python
# -*- coding: utf-8 -*-
from gimpfu import *

PLACES = (("Top left", "tl"), ("Center", "c"), ("Bottom right", "br"))


def place_of(img, layer, where, margin):
    if where == "tl":
        return margin, margin
    if where == "c":
        return (img.width - layer.width) / 2, (img.height - layer.height) / 2
    return img.width - layer.width - margin, img.height - layer.height - margin


def watermark(img, drw, text, font, size, color, where, opacity, turn):
    if not text.strip():
        pdb.gimp_message("There is no text")
        return
    img.undo_group_start()
    number = 1
    found = img.parasite_find("watermarks")
    if found:
        number = int(found.data) + 1
    img.attach_new_parasite("watermarks", PARASITE_PERSISTENT, str(number))
    group = pdb.gimp_layer_group_new(img)
    pdb.gimp_item_set_name(group, u"Zeichen №%d" % number)
    pdb.gimp_image_insert_layer(img, group, None, 0)
    gimp.context_push()
    gimp.set_foreground(color)
    layer = pdb.gimp_text_layer_new(img, text, font, size, 0)
    pdb.gimp_image_insert_layer(img, layer, group, 0)
    pdb.gimp_text_layer_set_color(layer, color)
    pdb.gimp_text_layer_set_antialias(layer, False)
    pdb.gimp_text_layer_set_letter_spacing(layer, 1)
    if turn:
        layer = pdb.gimp_item_transform_rotate_simple(layer, ROTATE_90, True, 0, 0)
    layer.set_offsets(*place_of(img, layer, where, 2))
    pdb.gimp_layer_set_opacity(group, opacity)
    gimp.context_pop()
    img.undo_group_end()
    return layer


register(
    "watermark",
    "Writes into a corner",
    "Writes a text into a corner",
    "T. Ester",
    "T. Ester",
    "2014",
    "<Image>/Filters/Legacy/Watermark...",
    "*",
    [
        (PF_TEXT, "text", "Text", "© me"),
        (PF_FONT, "font", "Font", "Sans Bold"),
        (PF_SPINNER, "size", "Size", 12, (1, 1000, 1)),
        (PF_COLOR, "color", "Color", (255, 255, 255)),
        (PF_RADIO, "where", "Place", "br", PLACES),
        (PF_SLIDER, "opacity", "Opacity", 75, (0, 100, 1)),
        (PF_TOGGLE, "turn", "Upright", False),
    ],
    [(PF_LAYER, "layer", "The text's layer")],
    watermark,
)
main()
