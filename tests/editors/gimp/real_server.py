"""A server with the engines that ship: ``real_server.py STATE_DIR``."""

from __future__ import annotations

import sys
from pathlib import Path

from restore_colorize.service import ServeOptions, serve

if __name__ == "__main__":
    sys.exit(serve(ServeOptions(state_dir=Path(sys.argv[1]), idle_exit_s=900.0)))
