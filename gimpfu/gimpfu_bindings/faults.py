"""What went wrong in a script, as one sentence with the script's line. Needs no GIMP."""

from __future__ import annotations

import os
import traceback

GONE_MODULES = {
    "gtk": "it opens windows of GTK 2, which GIMP 3 does not have",
    "pygtk": "it opens windows of GTK 2, which GIMP 3 does not have",
    "gobject": "it opens windows of GTK 2, which GIMP 3 does not have",
    "glade": "it opens windows of GTK 2, which GIMP 3 does not have",
    "gimpui": "it opens windows of GTK 2, which GIMP 3 does not have",
    "gimpplugin": "it describes itself by gimpplugin, which only few scripts of 2.10 did",
    "wx": "it opens windows of wxPython, which GIMP does not bring",
    "Tkinter": "it opens windows of Tk, which GIMP's Python does not bring",
    "numpy": "it needs numpy, which GIMP's Python does not bring",
    "scipy": "it needs scipy, which GIMP's Python does not bring",
    "cv2": "it needs OpenCV, which GIMP's Python does not bring",
    "PIL": "it needs Pillow, which GIMP's Python does not bring",
    "Image": "it needs the Python Imaging Library, which GIMP's Python does not bring",
}
GONE_MODULES["tkinter"] = GONE_MODULES["Tkinter"]


class BrokenScriptError(Exception):
    """Tells in a sentence of its own why a script cannot be used."""


def sentence(wrong: BaseException, path: str) -> str:
    """Return one sentence: the script's file and line, and what happened there.

    path: the script; the line is the innermost one in its folder.
    """
    if isinstance(wrong, BrokenScriptError):
        return str(wrong)
    name, line = os.path.basename(path), None
    folder = os.path.dirname(os.path.abspath(path))
    if isinstance(wrong, SyntaxError) and wrong.filename:
        name, line = os.path.basename(wrong.filename), wrong.lineno
    for frame in traceback.extract_tb(wrong.__traceback__):
        if os.path.dirname(os.path.abspath(frame.filename)) == folder:
            name, line = os.path.basename(frame.filename), frame.lineno
    place = f"{name}, line {line}" if line else name
    return f"{place}: {reason(wrong)}"


def reason(wrong: BaseException) -> str:
    """Return what happened, in words where there are some."""
    if isinstance(wrong, ModuleNotFoundError) and wrong.name:
        module = wrong.name.split(".")[0]
        return GONE_MODULES.get(module, f"it needs the Python module {module}, which is missing")
    if isinstance(wrong, SyntaxError):
        return f"this is no valid Python: {wrong.msg}"
    text = str(wrong)
    if type(wrong).__name__ in ("error", "RuntimeError") and text:
        return text
    return f"{type(wrong).__name__}: {text}" if text else type(wrong).__name__
