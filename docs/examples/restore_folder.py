#!/usr/bin/env python
# -*- coding: utf-8 -*-
# Restores all photographs of a folder, and colors them where a reference is given.
# A script of GIMP 2.10: the procedures of Restore & Colorize are called like any other.

import os
from gimpfu import *

KINDS = (".jpg", ".jpeg", ".png", ".tif", ".tiff")


def restore_folder(folder, out_folder, restores, strength, reference):
	names = [name for name in sorted(os.listdir(folder)) if name.lower().endswith(KINDS)]
	if not names:
		raise RuntimeError, "There is no photograph in %s." % folder
	gimp.progress_init("Restoring %d photographs..." % len(names))
	done = []
	for number, name in enumerate(names):
		image = pdb.gimp_file_load(os.path.join(folder, name), name)
		pdb.gimp_image_undo_disable(image)
		drawable = pdb.gimp_image_flatten(image)
		if restores:
			# image, drawable, strength, eagerness, tone, white balance
			pdb.plug_in_restore_colorize_restore(image, drawable, strength / 100.0, 0, True, False)
			drawable = pdb.gimp_image_flatten(image)
		if reference and os.path.isfile(reference):
			pdb.plug_in_restore_colorize_from_reference(
				image, drawable, reference, run_mode=RUN_NONINTERACTIVE)
			drawable = pdb.gimp_image_flatten(image)
		path = os.path.join(out_folder, os.path.splitext(name)[0] + ".png")
		pdb.file_png_save(image, drawable, path, path, 0, 9, 0, 0, 0, 1, 0)
		pdb.gimp_image_delete(image)
		done.append(path)
		print "wrote", path
		gimp.progress_update((number + 1) / float(len(names)))
	return len(done)


register(
	"python_fu_restore_folder",
	"Restore a folder of photographs",
	"Restores each photograph of a folder, colors it like the reference if there is one, and "
	"writes it as PNG into another folder.",
	"Restore & Colorize", "MIT licence", "2026",
	"<Toolbox>/Xtns/Batch/_Restore a Folder...",
	"",
	[
		(PF_DIRNAME, "folder", "Photographs", os.path.expanduser("~")),
		(PF_DIRNAME, "out_folder", "Write into", os.path.expanduser("~")),
		(PF_TOGGLE, "restores", "Repair damage", True),
		(PF_SLIDER, "strength", "Strength (%)", 100, (0, 100, 1)),
		(PF_FILENAME, "reference", "Colors like (a picture, or none)", ""),
	],
	[(PF_INT, "count", "Photographs written")],
	restore_folder)

main()
