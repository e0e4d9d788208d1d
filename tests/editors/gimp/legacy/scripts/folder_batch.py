#!/usr/bin/env python
# File batch: loads each picture of a folder, works on it, saves it as PNG and JPEG.
from gimpfu import *
import os, string

def folder_batch(folder, size):
    done = 0
    for name in sorted(os.listdir(folder)):
        stem, extension = os.path.splitext(name)
        if string.lower(extension) not in (".png", ".tif") or stem.endswith("-small"):
            continue
        path = os.path.join(folder, name)
        image = pdb.gimp_file_load(path, path)
        drawable = pdb.gimp_image_get_active_layer(image)
        if pdb.gimp_image_base_type(image) != RGB:
            pdb.gimp_image_convert_rgb(image)
        factor = float(size) / max(image.width, image.height)
        pdb.gimp_image_scale(image, int(image.width * factor), int(image.height * factor))
        drawable = pdb.gimp_image_flatten(image)
        out = os.path.join(folder, stem + "-small")
        pdb.file_png_save(image, drawable, out + ".png", out + ".png", 0, 9, 0, 0, 0, 0, 0)
        pdb.file_jpeg_save(image, drawable, out + ".jpg", out + ".jpg", 0.9, 0, 1, 0, "", 0, 1, 0, 0)
        pdb.gimp_file_save(image, drawable, out + ".bmp", out + ".bmp")
        print "saved", out
        pdb.gimp_image_delete(image)
        done += 1
    return done

register("folder_batch", "", "", "", "", "", "<Toolbox>/Xtns/Legacy/Batch...", "",
         [(PF_DIRNAME, "folder", "Folder", "/tmp"), (PF_SPINNER, "size", "Size", 16, (1, 100, 1))],
         [(PF_INT, "done", "")], folder_batch)
main()
