#!/usr/bin/env python
from gimpfu import *
from math import *


def star_points(cx, cy, outer, inner, spikes):
    points = []
    for at in range(spikes * 2):
        radius = (outer, inner)[at % 2]
        angle = pi * at / spikes - pi / 2
        points.append((cx + radius * cos(angle), cy + radius * sin(angle)))
    return points


def star_path(image, drawable, spikes, outer, ratio, brush, fill):
    image.undo_group_start()
    gimp.context_push()
    cx, cy = image.width / 2, image.height / 2
    points = star_points(cx, cy, outer, outer * ratio, spikes)
    star = gimp.Vectors(image, "Star")
    pdb.gimp_image_insert_vectors(image, star, None, 0)
    stroke_id = pdb.gimp_vectors_bezier_stroke_new_moveto(star, *points[0])
    for x, y in points[1:]:
        pdb.gimp_vectors_bezier_stroke_lineto(star, stroke_id, x, y)
    pdb.gimp_vectors_stroke_close(star, stroke_id)
    ring = gimp.VectorsBezierStroke.new_ellipse(star, cx, cy, outer + 3, outer + 3, 0)
    lengths = [stroke.get_length(0.1) for stroke in star.strokes]
    star.remove_stroke(ring)
    star.to_selection(CHANNEL_OP_REPLACE, False)
    gimp.set_foreground(fill)
    pdb.gimp_edit_bucket_fill(drawable, FG_BUCKET_FILL, NORMAL_MODE, 100, 255, FALSE, cx, cy)
    pdb.gimp_selection_none(image)
    gimp.set_foreground((0, 0, 255))
    pdb.gimp_context_set_brush(brush)
    pdb.gimp_context_set_brush_size(4.0)
    flat = []
    for x, y in points:
        flat += [x, y]
    pdb.gimp_paintbrush_default(drawable, len(flat), flat)
    pdb.gimp_airbrush_default(drawable, 2, [2, 2])
    pdb.gimp_eraser_default(drawable, 4, [55, 2, 58, 2])
    star.visible = True
    gimp.context_pop()
    image.undo_group_end()
    return len(points), lengths[0], lengths[1]


register(
    "star_path", "Star", "Draws a star", "T. Ester", "T. Ester", "2010",
    "<Image>/Filters/Render/Old shapes/_Star...", "RGB*, GRAY*",
    [
        (PF_SPINNER, "spikes", "Spikes", 5, (3, 50, 1)),
        (PF_FLOAT, "outer", "Radius", 15),
        (PF_SLIDER, "ratio", "Inner radius", 0.5, (0.1, 1, 0.05)),
        (PF_BRUSH, "brush", "Brush", "1. Pixel"),
        (PF_COLOR, "fill", "Color", (255, 255, 0)),
    ],
    [(PF_INT, "points", ""), (PF_FLOAT, "length", ""), (PF_FLOAT, "ring", "")],
    star_path,
)
main()
