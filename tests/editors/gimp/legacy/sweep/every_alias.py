#!/usr/bin/env python
# Calls old procedures, each on fresh images, and writes a line for each: what was not as it had
# to be, or nothing. A line of the calls is: procedure | arguments | what must hold | what is done
# before. Instead of what must hold, ! and the end of the sentence that must be raised, or !? and
# that of one which may be, where it depends on how GIMP was built.
import glob, os, re, sys

from gimpfu import *

FOLDER = "/tmp/sweep"


def photo():
    rows = []
    for y in xrange(40):
        for x in xrange(60):
            inside = 20 <= x < 40 and 10 <= y < 30
            color = (230, 40, 40) if inside else (20 + 3 * x, 30 + 4 * y, 200 - 3 * x)
            rows.append("".join(map(chr, color + (255,))))
    return "".join(rows)


PHOTO = photo()


def image_of_the_photo():
    q = gimp.Image(60, 40, RGB)
    p = gimp.Layer(q, "photo", 60, 40, RGBA_IMAGE, 100, NORMAL_MODE)
    q.add_layer(p, 0)
    p.get_pixel_rgn(0, 0, 60, 40)[0:60, 0:40] = PHOTO
    return dict(q=q, p=p)


def flat_image():
    i = gimp.Image(60, 40, RGB)
    l = gimp.Layer(i, "low", 60, 40, RGBA_IMAGE, 100, NORMAL_MODE)
    m = gimp.Layer(i, "mid", 30, 20, RGBA_IMAGE, 100, NORMAL_MODE)
    i.add_layer(l, 0)
    i.add_layer(m, 0)
    l.fill(FOREGROUND_FILL)
    m.fill(WHITE_FILL)
    i.active_layer = l
    return dict(i=i, l=l, m=m)


def add_channels(i):
    c = gimp.Channel(i, "chan", 60, 40, 50, (255, 0, 0))
    d = gimp.Channel(i, "other", 60, 40, 50, (255, 0, 0))
    i.add_channel(c, 0)
    i.add_channel(d, 0)
    return dict(c=c, d=d)


def add_paths(i):
    v = pdb.gimp_vectors_new(i, "path")
    w = pdb.gimp_vectors_new(i, "second")
    pdb.gimp_image_add_vectors(i, v, 0)
    pdb.gimp_image_add_vectors(i, w, 0)
    s = pdb.gimp_vectors_stroke_new_from_points(
        v, 0, 18, [5, 5] * 3 + [25, 5] * 3 + [25, 25] * 3, 1
    )
    return dict(v=v, w=w, s=s)


def things_for(text):
    """Make only what a line names."""
    words = set(re.findall(r"\b[a-z]\b", text))
    made = {}
    if words & set("ilmcdvws"):
        made.update(flat_image())
        i = made["i"]
        if words & set("cd"):
            made.update(add_channels(i))
        if words & set("vws"):
            made.update(add_paths(i))
        i.active_layer = made["l"]
    if words & set("pq"):
        made.update(image_of_the_photo())
    return made


def px(drawable, x=0, y=0):
    return drawable.get_pixel(x, y)


def colors(drawable):
    """All pixels' red, green and blue in a row."""
    data = drawable.get_data()
    return [ord(data[at]) for at in xrange(len(data)) if at % 4 < 3]


WAS = [ord(PHOTO[at]) for at in xrange(len(PHOTO)) if at % 4 < 3]


def off(drawable, other=WAS):
    """How far a drawable is from the photo: the mean difference of its values."""
    now = colors(drawable)
    return sum(abs(a - b) for a, b in zip(now, other)) / float(len(other))


def changed(drawable):
    """The share of the photo's values that are others now."""
    now = colors(drawable)
    return sum(a != b for a, b in zip(now, WAS)) / float(len(WAS))


def rough(drawable=None):
    """The mean difference between neighbors in a row."""
    now = colors(drawable) if drawable else WAS
    steps = [abs(now[at] - now[at + 3]) for at in xrange(len(now) - 3) if at % 180 < 177]
    return sum(steps) / float(len(steps))


def mean(drawable):
    now = colors(drawable)
    return sum(now) / float(len(now))


def kinds(drawable):
    """How many colors there are."""
    now = colors(drawable)
    return len(set(zip(now[0::3], now[1::3], now[2::3])))


def is_gray(drawable):
    now = colors(drawable)
    return now[0::3] == now[1::3] == now[2::3]


def selected(i):
    return pdb.gimp_selection_bounds(i)


def f(extension):
    """A path where no file lies yet."""
    path = os.path.join(FOLDER, "x." + extension)
    if os.path.exists(path):
        os.remove(path)
    return path


def saved(extension):
    path = os.path.join(FOLDER, "saved." + extension)
    made = image_of_the_photo()
    pdb.gimp_file_save(made["q"], made["p"], path, path)
    gimp.delete(made["q"])
    return path


def text_of(extension):
    file = open(os.path.join(FOLDER, "x." + extension), "rb")
    data = file.read()
    file.close()
    return data.decode("latin-1")


def back(extension):
    """The image that was saved."""
    path = os.path.join(FOLDER, "x." + extension)
    return pdb.gimp_file_load(path, path)


def like(image):
    """How far an image's layer is from the photo."""
    layer = image.layers[-1]
    if image.base_type != RGB:
        pdb.gimp_image_convert_rgb(image)
    if not layer.has_alpha:
        layer.add_alpha()
    return off(layer)


def wide_profile():
    """The octets of a profile that is not sRGB, which no script of 2.10 could make."""
    from gi.repository import Gimp

    return Gimp.ColorProfile.new_rgb_adobe().get_icc_profile()


def fails(procedure, *arguments):
    try:
        procedure(*arguments)
    except RuntimeError:
        return True
    return False


def checked(name, arguments, check, before):
    """Call a procedure; return what was wrong."""
    space = dict(globals())
    space.update(things_for(" ".join((arguments, check, before))))
    exec (before, space)
    try:
        space["r"] = eval("pdb[%r](%s)" % (name, arguments), space)
    except RuntimeError, e:
        told = str(e)
        if check.startswith("!") and told.endswith(check.lstrip("!? ")):
            return ""
        return "%s" % told
    if check.startswith("!"):
        return "" if check.startswith("!?") else "raised nothing"
    if eval(check, space):
        return ""
    return "not %s, r is %r%s" % (check, space["r"], figures(space.get("p")))


def figures(photo):
    """What the photo became, for the one who reads of a failure."""
    if not photo or (photo.width, photo.height) != (60, 40):
        return ""
    told = (off(photo), changed(photo), rough(photo), rough(), kinds(photo), mean(photo))
    return "; off %.2f, changed %.3f, rough %.2f (was %.2f), %d kinds, mean %.1f" % told


def every_alias(calls, told, start):
    if not os.path.isdir(FOLDER):
        os.mkdir(FOLDER)
    lines = [line.strip() for line in open(calls)]
    lines = [line for line in lines if line and not line.startswith("#")]
    out = open(told, "a")
    for line in lines[start:]:
        parts = [part.strip() for part in line.split("|")] + [""]
        images = gimp.image_list()
        gimp.context_push()
        gimp.set_foreground(200, 100, 50)
        gimp.set_background(0, 0, 0)
        try:
            wrong = checked(*parts[:4])
        except Exception, e:
            wrong = "%s: %s" % (type(e).__name__, e)
        gimp.context_pop()
        for image in gimp.image_list():
            if image not in images:
                gimp.delete(image)
        out.write("%s\t%s\n" % (parts[0], wrong.replace("\n", " ")))
        out.flush()
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
    [
        (PF_FILENAME, "calls", "", ""),
        (PF_FILENAME, "told", "", ""),
        (PF_INT, "start", "", 0),
    ],
    [],
    every_alias,
    menu="",
)
main()
