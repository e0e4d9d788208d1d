"""The one function of appdirs that fissix calls: a folder for its grammar's tables."""

from __future__ import annotations

import os
import tempfile


def user_cache_dir(appname: str, version: str) -> str:
    """Return a folder that can be written."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    folder = os.path.join(base, "gimpfu", f"{appname}-{version}")
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError:
        return tempfile.mkdtemp(prefix="gimpfu-")
    return folder
