"""The constants of GIMP 2.10, as ``from gimpenums import *`` gave them to scripts."""

from __future__ import annotations

from gimpfu_bindings.constants import constants

globals().update(constants())
__all__ = sorted(constants())
