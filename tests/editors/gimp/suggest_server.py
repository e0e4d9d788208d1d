"""The real server over the installed models, for one user: ``suggest_server.py STATE_DIR``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from restore_colorize.engines.suggest_eye import CACHE_VARIABLE
from restore_colorize.service import ServeOptions, serve

if __name__ == "__main__":
    state = Path(sys.argv[1])
    os.environ[CACHE_VARIABLE] = str(state / "cache")
    sys.exit(serve(ServeOptions(state_dir=state, device="cpu", threads=1)))
