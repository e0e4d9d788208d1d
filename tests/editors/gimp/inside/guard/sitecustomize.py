"""Loaded by the plug-ins of a GIMP with this folder in PYTHONPATH: who leaves the main thread?

Whoever touches Gimp, Gegl or Gtk on another thread is written down, with where it happened, in
/out/off-thread.txt. A plug-in of GIMP is ended for that, but only if two calls meet.
"""

from __future__ import annotations

import sys
import threading
import traceback
from typing import Any

NOTES = "/out/off-thread.txt"
CLASSES = {
    "Gimp": ("Image", "Item", "PDB", "Parasite", "Procedure", "ProcedureConfig", "ValueArray"),
    "Gegl": ("Buffer",),
}


def look(what: str) -> None:
    if threading.current_thread() is not threading.main_thread():
        stack = "".join(traceback.format_stack(limit=4)[:-2])
        with open(NOTES, "a", encoding="utf-8") as file:
            file.write(f"{what}\n{stack}\n")


class Watched:
    """A module of GObject introspection, looked at whenever something is taken out of it."""

    def __init__(self, module: Any) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        look(f"{self._module.__name__}.{name}")
        return getattr(self._module, name)


def watch_class(kind: Any) -> None:
    plain = kind.__getattribute__

    def watched(self: Any, name: str) -> Any:
        look(f"{kind.__name__}.{name}")
        return plain(self, name)

    kind.__getattribute__ = watched


def watch() -> None:
    import gi

    gi.require_version("Gimp", "3.0")
    gi.require_version("Gegl", "0.4")
    import gi.repository
    from gi.repository import Gegl, Gimp

    for module in (Gimp, Gegl):
        name = module.__name__.rpartition(".")[2]
        for kind in CLASSES[name]:
            watch_class(getattr(module, kind))
        setattr(gi.repository, name, Watched(module))


if "-gimp" in sys.orig_argv:
    watch()
