"""Pictures of windows for the docs, taken by the tests that work them.

``EDITORS_PICTURES=docs/gimp pytest tests/editors/gimp/test_server.py`` writes them anew.
"""

from __future__ import annotations

import os
from pathlib import Path

from PIL import Image

from tests.editors.gimp.screen import Screen

APP = "restore_colorize_gimp"


def keep_picture(screen: Screen, name: str, *, title: str = "") -> Path:
    """Take a screenshot, cut to the plug-in's window of a title (any without one), and return it.

    name: of the file; with EDITORS_PICTURES it goes there too, ``.jpg`` for photographs, else
    ``.png``.
    """
    stem, kind = name.rsplit(".", 1)
    role = "alert" if title == "alert" else "dialog"
    widget = {"role": role, **({"name": title} if title and role == "dialog" else {})}
    left, top, width, height = screen.wait(APP, **widget)["box"]
    shot = screen.shot(stem)
    with Image.open(shot) as whole:
        window = whole.convert("RGB").crop((left, top, left + width, top + height))
    window.save(shot)
    folder = os.environ.get("EDITORS_PICTURES")
    if folder:
        path = Path(folder).resolve() / name
        if kind == "jpg":
            window.save(path, quality=80, optimize=True)
        else:
            window.quantize(dither=Image.Dither.NONE).save(path, optimize=True)
    return shot
