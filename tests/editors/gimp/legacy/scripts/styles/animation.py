#!/usr/bin/env python
# Frames that wander, each a layer; saved as an animation.
from gimpfu import *
import os, tempfile


def animation(frames, delay, filename):
    img = gimp.Image(32, 16, INDEXED)
    img.colormap = "\x00\x00\x00" + "\xff\xff\xff" + "\xff\x00\x00"
    for i in range(frames):
        frame = gimp.Layer(
            img, "Frame %d (%dms)" % (i + 1, delay), img.width, img.height, INDEXED_IMAGE,
            100, NORMAL_MODE
        )
        img.add_layer(frame, 0)
        rgn = frame.get_pixel_rgn(0, 0, frame.width, frame.height, TRUE, FALSE)
        rgn[:, :] = "\x01" * (rgn.w * rgn.h)
        x = i * (img.width - 4) / (frames - 1)
        rgn[x : x + 4, 6:10] = "\x02" * 16
        frame.flush()
        frame.update(0, 0, frame.width, frame.height)
    if not filename:
        fd, filename = tempfile.mkstemp(".gif")
        os.close(fd)
    pdb.file_gif_save(img, img.layers[0], filename, filename, False, True, delay, 2)
    gimp.delete(img)
    return filename


register(
    "animation", "", "", "", "", "", "Animation...", None,
    [
        (PF_INT, "frames", "Frames", "5"),
        (PF_INT, "delay", "Milliseconds", 120),
        (PF_FILE, "filename", "File", ""),
    ],
    [(PF_STRING, "filename", "")],
    animation,
    menu="<Toolbox>/File/Create/Legacy",
)
main()
