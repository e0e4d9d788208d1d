"""Says before a script is run whether it will work in GIMP 3, and why not. Needs no GIMP."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gimpfu_bindings import faults, python2, tables
from gimpfu_bindings.scripts import PREFIXES

_OURS = {"gimp", "gimpfu", "gimpenums", "gimpcolor", "gimpshelf", "gi"}
_LOST = {
    "register_load_handler": "it adds a file format, which GIMP 3 does in another way",
    "register_save_handler": "it adds a file format, which GIMP 3 does in another way",
    "install_procedure": "it installs procedures by gimp.install_procedure",
    "install_temp_proc": "it installs temporary procedures",
}


@dataclass(frozen=True)
class Verdict:
    """What was found in a script: sentences on what stops it, and on what to look at."""

    path: Path
    obstacles: tuple[str, ...]
    cautions: tuple[str, ...]

    @property
    def works(self) -> bool:
        """Whether nothing was found that stops it."""
        return not self.obstacles

    def lines(self) -> list[str]:
        """Return the report, a line a finding."""
        head = f"{self.path.name}: {'will work' if self.works else 'will not work'}"
        findings = [f"  {text}" for text in (*self.obstacles, *self.cautions)]
        return [head, *findings]


def check(path: Path) -> Verdict:
    """Read a script and judge it. Raises OSError."""
    text = python2.decoded(path.read_bytes())
    if not python2.is_legacy(text):
        return Verdict(path, ("it does not import gimpfu: it is no script of GIMP 2.10",), ())
    try:
        tree = ast.parse(python2.converted(text, path.name), path.name)
    except SyntaxError as wrong:
        return Verdict(path, (f"line {wrong.lineno}: {faults.reason(wrong)}",), ())
    obstacles = list(dict.fromkeys(_obstacles(tree, path.parent)))
    if not _calls(tree, "register"):
        obstacles.append("it registers nothing: it may be a part of another script")
    return Verdict(path, tuple(obstacles), tuple(dict.fromkeys(_cautions(tree))))


def _obstacles(tree: ast.Module, folder: Path) -> Iterator[str]:
    guarded = _guarded(tree)
    for node in ast.walk(tree):
        for module in _imported(node):
            is_here = (folder / f"{module}.py").exists() or (folder / module).is_dir()
            if (
                node in guarded
                or is_here
                or module in _OURS | sys.stdlib_module_names - {"tkinter"}
            ):
                continue
            why = faults.GONE_MODULES.get(module, f"it needs the Python module {module}")
            yield f"line {node.lineno}: {why}"
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
            continue
        if node.value.id == "gimp" and node.attr in _LOST:
            yield f"line {node.lineno}: {_LOST[node.attr]}"
        if node.value.id == "pdb" and (why := _unknown(node.attr.replace("_", "-"))):
            yield f"line {node.lineno}: {why}"


def _unknown(name: str) -> str:
    """Return why a procedure cannot be called, empty if it can, or if another script brings it."""
    alias = tables.aliases().get(name)
    if alias is not None:
        return f"{name} is gone. {alias.told}" if alias.kind == "gone" else ""
    if name in tables.procedures() or name == "query":
        return ""
    if name.startswith(("python-", "script-fu-")):
        return ""
    if name.startswith((*PREFIXES, "gimp-")):
        return f"GIMP 3 has no procedure {name}: it may belong to another plug-in"
    return ""


def _guarded(tree: ast.Module) -> set[ast.AST]:
    """Return the imports in a ``try``, without which the script can do."""
    return {
        inside
        for node in ast.walk(tree)
        if isinstance(node, ast.Try)
        for statement in node.body
        for inside in ast.walk(statement)
    }


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module.split(".")[0]]
    return []


def _calls(tree: ast.Module, name: str) -> bool:
    return any(
        isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == name
        for node in ast.walk(tree)
    )


def _cautions(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("encode", "decode"):
            yield f"line {node.lineno}: text and bytes are two things now; look at .{node.attr}()"
        if isinstance(node, ast.Attribute) and node.attr == "linked":
            yield f"line {node.lineno}: layers are not linked any more in GIMP 3; it has no effect"
