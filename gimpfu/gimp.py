"""The module ``gimp`` of GIMP 2.10's Python scripts.

Scripts are read at GIMP's start, too, to learn what they register; so what only their runs need is
read when they name it.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp  # noqa: E402
from gimpfu_bindings.database import error, pdb  # noqa: E402, F401

for _gone in ("gtk", "gtk.gdk", "gobject", "glib", "gio"):
    sys.modules.pop(_gone, None)  # PyGObject's hollow ones would let an import of GTK 2 pass

version = (2, 10, 38)  # what this interface is of; scripts compare it
directory = Gimp.directory()
personal_rc_file_name = os.path.join(directory, "gimprc")
data_directory = Gimp.data_directory()
sysconf_directory = Gimp.sysconf_directory()
locale_directory = Gimp.locale_directory()
plug_in_directory = Gimp.PlugIn.directory()


def __getattr__(name: str) -> Any:
    from gimpfu_bindings import program

    if name == "__all__":
        own = [each for each in globals() if each.islower() and each[0] != "_"]
        functions = [each for each, it in vars(program).items() if hasattr(it, "__code__")]
        return [*own, *program.__all__, *functions]
    if not hasattr(program, name):
        raise AttributeError(f"module 'gimp' has no attribute {name!r}")
    return getattr(program, name)
