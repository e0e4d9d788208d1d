"""The constants of GIMP 2.10; apart from the tables, for scripts ask for them at GIMP's start."""

from __future__ import annotations

import os
from functools import lru_cache

_FILE = os.path.join(os.path.dirname(__file__), "enums.tsv")


@lru_cache(maxsize=1)
def constants() -> dict[str, int]:
    """Return the constants of ``gimpenums`` with the values that they had in GIMP 2.10."""
    with open(_FILE, encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file][1:]
    return {name: int(value) for _, value, name in rows}
