#!/usr/bin/env python3
"""What GIMP starts: finds this plug-in's package and the client beside it, and hands over."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The folder above holds this package; the folder of this file, which would hide it, must go.
sys.path[0] = str(HERE.parent)
sys.path.insert(1, str(HERE / "lib"))

from restore_colorize_gimp.plugin import main  # noqa: E402

main()
