#!/usr/bin/env python
from gimpfu import *


def paths(image, drawable):
    vectors = pdb.gimp_vectors_new(image, "square")
    pdb.gimp_image_add_vectors(image, vectors, 0)
    points = []
    for x, y in ((10, 10), (30, 10), (30, 30), (10, 30)):
        points.extend([x, y] * 3)
    stroke = pdb.gimp_vectors_stroke_new_from_points(
        vectors, VECTORS_STROKE_TYPE_BEZIER, len(points), points, True
    )
    length = pdb.gimp_vectors_stroke_get_length(vectors, stroke, 1)
    kind, count, controls, closed = pdb.gimp_vectors_stroke_get_points(vectors, stroke)
    pdb.gimp_vectors_to_selection(vectors, CHANNEL_OP_REPLACE, False, False, 0, 0)
    gimp.set_foreground(0, 0, 255)
    pdb.gimp_edit_fill(drawable, FOREGROUND_FILL)
    pdb.gimp_selection_none(image)
    other = gimp.Vectors(image, "line")
    line = gimp.VectorsBezierStroke.new_moveto(other, 1, 1)
    line.lineto(5, 1)
    pdb.gimp_image_add_vectors(image, other, 0)
    image.active_vectors = vectors
    return length, count, len(image.vectors), closed


register(
    "paths",
    "",
    "",
    "",
    "",
    "",
    "<Vectors>/Legacy/Paths",
    "*",
    [(PF_IMAGE, "image", "", None), (PF_DRAWABLE, "drawable", "", None)],
    [
        (PF_FLOAT, "length", ""),
        (PF_INT, "count", ""),
        (PF_INT, "paths", ""),
        (PF_INT, "closed", ""),
    ],
    paths,
)
main()
