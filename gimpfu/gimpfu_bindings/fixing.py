"""The one door to fissix, the maintained fork of lib2to3 that lies in ``_vendor``."""

from __future__ import annotations

import logging
import pkgutil
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).resolve().parent / "_vendor"


@lru_cache(maxsize=1)
def _tool(left_out: tuple[str, ...]) -> Any:
    if str(VENDOR) not in sys.path:
        sys.path.append(str(VENDOR))
    logging.getLogger("RefactoringTool").setLevel(logging.ERROR)
    import fissix.fixes
    from fissix import refactor

    names = sorted(module.name for module in pkgutil.iter_modules(fissix.fixes.__path__))
    wanted = [
        f"fissix.fixes.{name}"
        for name in names
        if name.startswith("fix_") and name.removeprefix("fix_") not in left_out
    ]
    return refactor.RefactoringTool([*wanted, "gimpfu_bindings.fix_tuple_lambda"])


def fixed(text: str, name: str, left_out: tuple[str, ...]) -> str:
    """Return Python 2 source in Python 3's syntax; ``left_out`` names fixers that stay away.

    Raises SyntaxError with the line.
    """
    tool = _tool(left_out)
    from fissix.pgen2.parse import ParseError
    from fissix.pgen2.tokenize import TokenError

    try:
        return str(tool.refactor_string(text, name))
    except ParseError as wrong:
        line, column = wrong.context[1]
        raise SyntaxError("invalid syntax", (name, line, column, "")) from None
    except TokenError as wrong:
        message, (line, column) = wrong.args
        raise SyntaxError(message, (name, line, column, "")) from None
