#!/usr/bin/env python
# Calls old procedures, each on a fresh image, and writes down which failed, or had no effect.
import json, os

from gimpfu import *


def fresh():
    i = gimp.Image(60, 40, RGB)
    l = gimp.Layer(i, "low", 60, 40, RGBA_IMAGE, 100, NORMAL_MODE)
    m = gimp.Layer(i, "mid", 30, 20, RGBA_IMAGE, 100, NORMAL_MODE)
    i.add_layer(l, 0)
    i.add_layer(m, 0)
    gimp.set_foreground(200, 100, 50)
    l.fill(FOREGROUND_FILL)
    m.fill(WHITE_FILL)
    c = gimp.Channel(i, "chan", 60, 40, 50, (255, 0, 0))
    d = gimp.Channel(i, "other", 60, 40, 50, (255, 0, 0))
    i.add_channel(c, 0)
    i.add_channel(d, 0)
    v = pdb.gimp_vectors_new(i, "path")
    w = pdb.gimp_vectors_new(i, "second")
    pdb.gimp_image_add_vectors(i, v, 0)
    pdb.gimp_image_add_vectors(i, w, 0)
    s = pdb.gimp_vectors_stroke_new_from_points(
        v, 0, 18, [5, 5] * 3 + [25, 5] * 3 + [25, 25] * 3, 1
    )
    i.active_layer = l
    return dict(i=i, l=l, m=m, c=c, d=d, v=v, w=w, s=s)


def px(drawable, x=0, y=0):
    return drawable.get_pixel(x, y)


def every_alias(calls, told):
    failed, done = [], []
    for line in open(calls):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, arguments, check = [part.strip() for part in line.split("|")]
        space = dict(globals())
        space.update(fresh())
        gimp.context_push()
        try:
            space["r"] = eval("pdb[%r](%s)" % (name, arguments), space)
            if check and not eval(check, space):
                failed.append("%s: not %s, r is %r" % (name, check, space["r"]))
            done.append(name)
        except Exception, e:
            failed.append("%s: %s: %s" % (name, type(e).__name__, e))
        gimp.context_pop()
        gimp.delete(space["i"])
    out = open(told, "w")
    json.dump([done, failed], out)
    out.close()


register(
    "every_alias",
    "",
    "",
    "",
    "",
    "",
    "Sweep",
    "",
    [(PF_FILENAME, "calls", "", ""), (PF_FILENAME, "told", "", "")],
    [],
    every_alias,
    menu="",
)
main()
