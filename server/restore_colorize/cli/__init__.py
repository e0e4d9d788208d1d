"""The command ``restore-colorize``.

Importing this package imports click and nothing heavy: torch, numpy and grpc come in when a
command that needs them runs, so ``--help`` answers at once.
"""

from __future__ import annotations

from restore_colorize.cli.commands import commands, main

__all__ = ["commands", "main"]
