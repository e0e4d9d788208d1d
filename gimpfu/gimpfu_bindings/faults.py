"""What went wrong in a script, as one sentence with the script's line. Needs no GIMP."""

from __future__ import annotations

import os
import signal
import traceback
from types import FrameType


def N_(text: str) -> str:  # noqa: N802 - the name that marks texts
    """Mark a text for those who show it in another language."""
    return text


_GTK = N_("it opens windows of GTK 2, which GIMP 3 does not have")
_MISSING = N_("it needs the Python module {module}, which GIMP's Python does not bring")
_GONE = {
    **dict.fromkeys(("gtk", "pygtk", "gobject", "glade", "gimpui"), _GTK),
    "gimpplugin": N_("it describes itself by gimpplugin, which only few scripts of 2.10 did"),
    "wx": N_("it opens windows of wxPython, which GIMP does not bring"),
    **dict.fromkeys(
        ("Tkinter", "tkinter"), N_("it opens windows of Tk, which GIMP's Python does not bring")
    ),
}
_PACKAGES = {"cv2": "OpenCV", "PIL": "Pillow", "Image": "PIL"}


def missing(module: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return why a module is not there, and the values of the sentence."""
    if module in _GONE:
        return _GONE[module], ()
    return _MISSING, (("module", _PACKAGES.get(module, module)),)


def no_python(wrong: SyntaxError) -> tuple[str, dict[str, str]]:
    """Return what is wrong with a source, and the values of the sentence."""
    return N_("this is no valid Python: {error}"), {"error": wrong.msg}


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
        text, values = missing(wrong.name.split(".")[0])
        return text.format(**dict(values))
    if isinstance(wrong, SyntaxError):
        text, told = no_python(wrong)
        return text.format(**told)
    text = str(wrong)
    if type(wrong).__name__ in ("error", "RuntimeError") and text:
        return text
    return f"{type(wrong).__name__}: {text}" if text else type(wrong).__name__


def limit(seconds: float) -> None:
    """Let what takes longer raise, where the system can: GIMP waits for scripts that it reads.

    seconds: of processor time; 0 lifts the limit.
    """
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGVTALRM, _end)
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)


def _end(number: int, frame: FrameType | None) -> None:
    raise RuntimeError("it does not end while GIMP reads it")
