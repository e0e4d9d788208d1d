#!/usr/bin/env python
# Saves every layer under its own name, those in groups too; the format is chosen from a list.
from gimpfu import *
import os, re

EXTENSIONS = ["png", "jpg", "tif"]


def all_layers(parent):
    for layer in parent:
        if pdb.gimp_item_is_group(layer):
            for child in all_layers(layer.children):
                yield child
        else:
            yield layer


def export_layers(img, drawable, folder, kind, only_visible):
    extension = EXTENSIONS[kind]
    saved = []
    for layer in all_layers(img.layers):
        if only_visible and not pdb.gimp_drawable_get_visible(layer):
            continue
        name = re.sub(r"[^\w]+", "_", layer.name) + "." + extension
        path = os.path.join(folder, name)
        if extension == "png":
            pdb.file_png_save(img, layer, path, name, 0, 9, 1, 1, 1, 1, 1)
        elif extension == "jpg":
            pdb.file_jpeg_save(img, layer, path, name, 0.9, 0, 1, 0, "", 2, 0, 0, 0)
        else:
            pdb.gimp_file_save(img, layer, path, name)
        saved.append(name)
    print "%d layers of %s" % (len(saved), img.name)
    return " ".join(saved)


register(
    "export_layers",
    "Export the layers",
    "Export each layer as a file of its own",
    "T. Ester",
    "T. Ester",
    "2011",
    "<Image>/File/Legacy/Export layers...",
    "*",
    [
        (PF_DIRNAME, "folder", "Folder", "/tmp"),
        (PF_OPTION, "kind", "Format", 0, EXTENSIONS),
        (PF_TOGGLE, "only_visible", "Only visible layers", True),
    ],
    [(PF_STRING, "saved", "Names of the files")],
    export_layers,
)
main()
