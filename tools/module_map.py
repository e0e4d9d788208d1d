"""Write the one-line map of every module into docs/architecture.md, from the docstrings.

``python tools/module_map.py`` rewrites the map; a test fails when it is stale.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "architecture.md"
MARK = "<!-- the map: written by tools/module_map.py from the modules' first lines -->\n"
SOURCES = (
    "server/restore_colorize",
    "client/restore_colorize_client",
    "plugin_gimp/restore_colorize_gimp",
    "protos/restore_colorize_proto",
    "weights/restore_colorize_weights",
    "training",
    "evaluation",
    "benchmarks",
    "tools",
)


def first_line(path: Path) -> str:
    """Return the first line of a module's docstring.

    Raises:
        SystemExit: the module has none.
    """
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    if not text:
        sys.exit(f"{path.relative_to(ROOT)} has no docstring, so the map has no line for it.")
    return " ".join(text.split("\n\n")[0].split())


def module_map() -> str:
    """Return the map as Markdown: a heading a folder, a line a module."""
    lines: list[str] = []
    for source in SOURCES:
        paths = [
            path
            for path in sorted((ROOT / source).rglob("*.py"))
            if "_vendor" not in path.parts and "_pb2" not in path.name
        ]
        for folder in sorted({path.parent for path in paths}):
            inside = [path for path in paths if path.parent == folder and path.stat().st_size]
            if not inside:
                continue
            lines += ["", f"### {folder.relative_to(ROOT)}", ""]
            inside.sort(key=lambda path: (path.name != "__init__.py", path.name))
            for path in inside:
                name = "the door" if path.name == "__init__.py" else f"`{path.name}`"
                lines.append(f"- {name}: {first_line(path)}")
    return "\n".join(lines) + "\n"


def page() -> str:
    """Return the whole page with a fresh map."""
    before = PAGE.read_text(encoding="utf-8").split(MARK)[0]
    return before + MARK + module_map()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
