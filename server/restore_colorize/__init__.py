"""Restore & Colorize: the local server, its engines and its command line."""

from __future__ import annotations

__version__ = "0.1.0"
__all__ = ["__version__"]
