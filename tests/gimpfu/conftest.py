"""The bindings' folder is a place of modules, as it is for the scripts that they run."""

from __future__ import annotations

import sys
from pathlib import Path

BINDINGS = Path(__file__).resolve().parents[2] / "gimpfu"
if str(BINDINGS) not in sys.path:
    sys.path.append(str(BINDINGS))
