"""Run the command line as ``python -m restore_colorize``."""

from __future__ import annotations

from restore_colorize.cli import main

if __name__ == "__main__":
    main()
