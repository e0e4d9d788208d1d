"""The module ``gimpfu`` of GIMP 2.10's Python scripts: ``from gimpfu import *``."""

from __future__ import annotations

import gettext as _gettext
import math

import gimp
from gimpenums import *  # noqa: F403 - scripts expect every constant here
from gimpenums import __all__ as _constants
from gimpfu_bindings.database import CancelError, error, pdb
from gimpfu_bindings.kinds import *  # noqa: F403 - the PF_ names
from gimpfu_bindings.kinds import __all__ as _kinds
from gimpfu_bindings.plugin import main
from gimpfu_bindings.scripts import fail, register

_ = _gettext.gettext


def N_(text: str) -> str:  # noqa: N802 - the name that marks texts
    """Mark a text for translation."""
    return text


__all__ = [
    "CancelError", "N_", "_", "error", "fail", "gimp", "main", "math", "pdb", "register",
    *_constants, *_kinds,
]  # fmt: skip
