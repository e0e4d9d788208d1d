"""Trained weights of Restore & Colorize, their cards and their manifest; no code.

Read them through ``importlib.resources``: the package may live inside of an archive. The terms
are in LICENSE.md beside this file: MIT covers the project's code, not these numbers.
"""

from __future__ import annotations
