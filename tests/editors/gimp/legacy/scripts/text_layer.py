#!/usr/bin/env python
from gimpfu import *
import gettext

gettext.install("gimp20-python", gimp.locale_directory, unicode=True)


def text_layer(text, font, size, color):
    width, height, ascent, descent = pdb.gimp_text_get_extents_fontname(text, size, PIXELS, font)
    image = gimp.Image(width + 20, height + 20, RGB)
    image.disable_undo()
    back = gimp.Layer(image, "back", image.width, image.height, RGB_IMAGE, 100, NORMAL_MODE)
    image.add_layer(back, 1)
    gimp.set_background(255, 255, 255)
    back.fill(BACKGROUND_FILL)
    gimp.set_foreground(color)
    layer = pdb.gimp_text_fontname(image, None, 10, 10, text, 0, True, size, PIXELS, font)
    layer.name = _("Text")
    image.enable_undo()
    gimp.Display(image)
    return image


register(
    "text_layer",
    "Text",
    "Write a text",
    "A",
    "A",
    "2008",
    _("_Text image..."),
    "",
    [
        (PF_STRING, "text", "Text", "Hello"),
        (PF_FONT, "font", "Font", "Sans"),
        (PF_SPINNER, "size", "Size", 40, (1, 500, 1)),
        (PF_COLOR, "color", "Color", (0, 0, 255)),
    ],
    [(PF_IMAGE, "image", "The image")],
    text_layer,
    menu="<Image>/File/Create",
    domain=("gimp20-python", gimp.locale_directory),
)
main()
