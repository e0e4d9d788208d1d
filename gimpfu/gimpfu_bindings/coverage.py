"""Writes which procedures of GIMP 2.10 there are, from the alias table. Needs no GIMP.

``python -m gimpfu_bindings.coverage PAGE`` (in the folder above) rewrites the tables of a page
behind its mark; a test finds a page that is stale.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from gimpfu_bindings import tables
from gimpfu_bindings.tables import Alias

MARK = "<!-- the tables: written by gimpfu_bindings/coverage.py -->\n"
FEW = 5  # families with fewer rows are counted together
_KINDS = ("procedure", "function", "operation", "gone")
_HEADS = "| names that begin with | renamed | done in Python | filter of GEGL | gone |\n"


def family(name: str) -> str:
    """Return the beginning by which a procedure is counted, such as ``gimp-layer``."""
    words = name.split("-")
    if words[0] == "gimp":
        return "-".join(words[:2])
    return "plug-in" if name.startswith("plug-in-") else words[0]


def table() -> str:
    """Return the tables as Markdown."""
    aliases = tables.aliases().values()
    counts: dict[str, Counter[str]] = {}
    for alias in aliases:
        counts.setdefault(family(alias.old), Counter())[alias.kind] += 1
    total = Counter(alias.kind for alias in aliases)
    few: Counter[str] = Counter()
    for name in [name for name, count in counts.items() if count.total() < FEW]:
        few += counts.pop(name)
    rows = [_row(name, count) for name, count in sorted(counts.items())]
    rows.append(_row("**others**", few))
    works = len(list(aliases)) - total["gone"]
    return (
        f"Of the {len(list(aliases))} procedures of GIMP 2.10 that GIMP 3 dropped, renamed or "
        f"calls differently, {works} have a replacement under their old names. The "
        f"{len(tables.procedures() - set(tables.aliases()))} others of GIMP 3.0 are called as "
        "they are, with the arguments' old shapes. A test calls each old name from a script in "
        "the real GIMP and checks what came of it, or that the sentence of a lost one is told.\n\n"
        f"{_HEADS}|---|---|---|---|---|\n{''.join(rows)}{_row('**all**', total)}\n"
        "What is gone, and what to do instead:\n\n| procedure | |\n|---|---|\n"
        + "".join(_gone(alias) for alias in aliases if alias.kind == "gone")
    )


def _row(name: str, count: Counter[str]) -> str:
    cells = " | ".join(str(count[kind]) for kind in _KINDS)
    shown = name if name.startswith("**") else f"`{name}`"
    return f"| {shown} | {cells} |\n"


def _gone(alias: Alias) -> str:
    return f"| `{alias.old}` | {alias.told} |\n"


def page(path: Path) -> str:
    """Return a page with fresh tables."""
    return path.read_text(encoding="utf-8").split(MARK)[0] + MARK + "\n" + table()


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(Path(sys.argv[1])), encoding="utf-8")
