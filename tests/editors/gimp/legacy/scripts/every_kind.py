#!/usr/bin/env python
# -*- coding: iso-8859-1 -*-
# One parameter of each kind; writes down what the function was given.
from gimpfu import *

def every_kind(image, drawable, *given):
	out = []
	for value in given:
		if isinstance(value, gimp.Image) or hasattr(value, "name"):
			out.append(value.name)
		elif hasattr(value, "r"):
			out.append("%d,%d,%d" % tuple(value)[:3])
		else:
			out.append("%s" % (value,))
	return "|".join(out)

register("every_kind", "", "", "Jörg", "Jörg", "2006", "<Image>/Filters/Legacy/Every kind...", "*",
	[
	(PF_INT8, "int8", "8 bits", 8), (PF_INT16, "int16", "16 bits", 16),
	(PF_INT32, "int32", "32 bits", "32"), (PF_FLOAT, "float", "Float", 1.5),
	(PF_STRING, "string", "String", "text"), (PF_VALUE, "value", "Value", "val"),
	(PF_TEXT, "text", "Text", "long\ntext"), (PF_TOGGLE, "toggle", "Toggle", 1),
	(PF_BOOL, "bool", "Bool", False), (PF_SLIDER, "slider", "Slider", 5, (0, 10, 1)),
	(PF_SPINNER, "spinner", "Spinner", 7, (0, 10, 1)),
	(PF_ADJUSTMENT, "adjust", "Adjust", 0.5, (0, 1, 0.1)),
	(PF_COLOR, "color", "Color", (10, 20, 30)), (PF_COLOUR, "colour", "Colour", (1.0, 0.0, 0.0)),
	(PF_RADIO, "radio", "Radio", "b", (("First", "a"), ("Second", "b"))),
	(PF_OPTION, "option", "Option", 1, ["None", "One", "Two"]),
	(PF_FONT, "font", "Font", "Sans"), (PF_BRUSH, "brush", "Brush", "2. Hardness 100"),
	(PF_PATTERN, "pattern", "Pattern", "Pine"), (PF_GRADIENT, "gradient", "Gradient", "Deep Sea"),
	(PF_PALETTE, "palette", "Palette", "Default"), (PF_FILE, "file", "File", "/tmp/a.txt"),
	(PF_FILENAME, "filename", "Filename", "/tmp/b.txt"), (PF_DIRNAME, "dirname", "Folder", "/tmp"),
	(PF_IMAGE, "image2", "Other image", None), (PF_LAYER, "layer2", "Other layer", None),
	(PF_DRAWABLE, "drawable2", "Other drawable", None),
	(PF_CHANNEL, "channel2", "A channel", None), (PF_VECTORS, "vectors2", "A path", None),
	(PF_REGION, "region", "Region", 3), (PF_DISPLAY, "display", "Display", None),
	],
	[(PF_STRING, "told", "told")], every_kind)
main()
