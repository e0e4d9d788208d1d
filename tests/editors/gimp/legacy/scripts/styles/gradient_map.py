#!/usr/bin/env python
from gimpfu import *


def new_gradient(name, left, middle, right):
    made = pdb.gimp_gradient_new(name)
    pdb.gimp_gradient_segment_range_split_midpoint(made, 0, 0)
    ends = ((left, middle), (middle, right))
    for segment, (start, end) in enumerate(ends):
        pdb.gimp_gradient_segment_set_left_color(made, segment, start, 100.0)
        pdb.gimp_gradient_segment_set_right_color(made, segment, end, 100.0)
    return made


def gradient_map(image, drawable, shadows, midtones, lights, bar):
    pdb.gimp_context_push()
    gradient = new_gradient("Legacy map", shadows, midtones, lights)
    pdb.gimp_context_set_gradient(gradient)
    count, samples = pdb.gimp_gradients_sample_uniform(3, False)
    pdb.plug_in_gradmap(image, drawable)
    if bar > 0:
        strip = gimp.Layer(image, "Bar", image.width, bar, RGBA_IMAGE)
        image.add_layer(strip)
        strip.fill(WHITE_FILL)
        pdb.gimp_edit_blend(
            strip, CUSTOM_MODE, NORMAL_MODE, GRADIENT_LINEAR, 100, 0, REPEAT_NONE, FALSE,
            FALSE, 0, 0, FALSE, 0, 0, strip.width, 0
        )
    pdb.gimp_gradient_delete(gradient)
    pdb.gimp_context_pop()
    return count, " ".join(["%.2f" % number for number in samples])


register(
    "gradient_map",
    "", "", "T. Ester", "T. Ester", "2013",
    "<Image>/Colors/Legacy/Gradient map...",
    "RGB*, GRAY*",
    [
        (PF_COLOR, "shadows", "Shadows", (0, 0, 128)),
        (PF_COLOUR, "midtones", "Midtones", (255, 0, 0)),
        (PF_COLOR, "lights", "Lights", "yellow"),
        (PF_SPINNER, "bar", "Height of the bar", 8, (0, 100, 1)),
    ],
    [(PF_INT32, "count", "Numbers in the samples"), (PF_STRING, "samples", "The samples")],
    gradient_map,
)
main()
