"""Says before a script is run whether it will work in GIMP 3, and why not. Needs no GIMP."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from gimpfu_bindings import faults, python2, tables
from gimpfu_bindings.faults import N_
from gimpfu_bindings.scripts import PREFIXES

_OURS = {"gimp", "gimpfu", "gimpenums", "gimpcolor", "gimpshelf", "gi", "__future__"}
_FILES = N_("it adds a file format, which GIMP 3 does in another way")
_LOST = {
    "register_load_handler": _FILES,
    "register_save_handler": _FILES,
    "install_procedure": N_("it installs procedures by gimp.install_procedure"),
    "install_temp_proc": N_("it installs temporary procedures"),
}
_HEADS = {
    "works": N_("{name}: will work"),
    "partly": N_("{name}: will work, but for what is named here"),
    "fails": N_("{name}: will not work"),
}


def _as_it_is(text: str) -> str:
    return text


@dataclass(frozen=True)
class Finding:
    """One sentence on a script: ``text`` with places for ``values``; line 0 means all of it."""

    line: int
    text: str
    values: tuple[tuple[str, str], ...] = ()

    def said(self, translate: Callable[[str], str] = _as_it_is) -> str:
        """Return the sentence; ``translate`` is given its words before values come in."""
        told = translate(self.text).format(**dict(self.values))
        if not self.line:
            return told
        return translate(N_("line {line}: {text}")).format(line=self.line, text=told)


@dataclass(frozen=True)
class Verdict:
    """What was found in a script.

    obstacles: stop it altogether; gaps: calls that will fail when it comes to them; cautions: what
    to look at. neighbours: the modules and packages beside it that it imports.
    """

    path: Path
    obstacles: tuple[Finding, ...] = ()
    gaps: tuple[Finding, ...] = ()
    cautions: tuple[Finding, ...] = ()
    neighbours: tuple[Path, ...] = ()

    @property
    def state(self) -> str:
        """One of "works", "partly" and "fails"."""
        return "fails" if self.obstacles else "partly" if self.gaps else "works"

    def lines(self, translate: Callable[[str], str] = _as_it_is) -> list[str]:
        """Return the report, a line a finding."""
        head = translate(_HEADS[self.state]).format(name=self.path.name)
        findings = (*self.obstacles, *self.gaps, *self.cautions)
        return [head, *(f"  {finding.said(translate)}" for finding in findings)]


def check(path: Path, known: Collection[str] = ()) -> Verdict:
    """Read a script and judge it.

    known: the procedures of the plug-ins that are installed in GIMP 3.

    Raises OSError.
    """
    if not python2.is_legacy(python2.decoded(path.read_bytes())):
        text = N_("it does not import gimpfu: it is no script of GIMP 2.10")
        return Verdict(path, (Finding(0, text),))
    try:
        tree = python2.parsed(path)
        neighbours = _neighbours(tree, path.parent)
    except SyntaxError as wrong:
        return Verdict(path, (_of_syntax(wrong, path),))
    stopping, failing = _findings(tree, path.parent, known)
    if not _calls(tree, "register"):
        text = N_("it registers nothing: it may be a part of another script")
        stopping.append(Finding(0, text))
    return Verdict(path, _once(stopping), _once(failing), _once(_cautions(tree)), neighbours)


def _of_syntax(wrong: SyntaxError, path: Path) -> Finding:
    text, values = faults.no_python(wrong)
    other = Path(wrong.filename or path).name
    if other != path.name:
        return Finding(0, N_("{file}: {text}"), (("file", other), ("text", text.format(**values))))
    return Finding(wrong.lineno or 0, text, tuple(values.items()))


def _once(findings: Collection[Finding] | Iterator[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: finding.line))


def _findings(
    tree: ast.Module, folder: Path, known: Collection[str]
) -> tuple[list[Finding], list[Finding]]:
    """Return what stops the script, and what fails when it comes to it."""
    guarded, late = _inside(tree, ast.Try), _inside(tree, ast.FunctionDef)
    stopping: list[Finding] = []
    failing: list[Finding] = []
    for node in ast.walk(tree):
        for module in _imported(node):
            if node not in guarded and not _is_there(module, folder):
                finding = Finding(node.lineno, *faults.missing(module))
                (failing if node in late else stopping).append(finding)
        owner, name = _named(node)
        if owner == "gimp" and name in _LOST:
            stopping.append(Finding(node.lineno, _LOST[name]))
        if owner == "pdb" and (why := _unknown(name.replace("_", "-"), known)):
            failing.append(Finding(node.lineno, *why))
    return stopping, failing


def _named(node: ast.AST) -> tuple[str, str]:
    """Return the owner and the name of ``pdb.name`` or ``pdb["name"]``, else empty ones."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.value.id, node.attr
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        key = node.slice
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            return node.value.id, key.value
    return "", ""


def _unknown(name: str, known: Collection[str]) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """Return why a procedure cannot be called, None if it can, or if another script brings it."""
    alias = tables.aliases().get(name)
    if alias is not None:
        if alias.kind != "gone":
            return None
        return N_("{name} is gone. {hint}"), (("name", name), ("hint", alias.told))
    if name in tables.procedures() or name in ("query", "program-browser-dialog"):
        return None
    if name in known or name.removeprefix("plug-in-") in known:
        return None
    if name.startswith((*PREFIXES, "gimp-")) and not name.startswith("python-"):
        text = N_("GIMP 3 has no procedure {name}: it belongs to a plug-in that is not installed")
        return text, (("name", name),)
    return None


def _is_there(module: str, folder: Path) -> bool:
    is_beside = (folder / f"{module}.py").is_file() or (folder / module).is_dir()
    return is_beside or module in _OURS or module in sys.stdlib_module_names - {"tkinter"}


def _inside(tree: ast.Module, kind: type[ast.Try] | type[ast.FunctionDef]) -> set[ast.AST]:
    """Return what is in the bodies of these: of a ``try``, it is what a script can do without."""
    return {
        inside
        for node in ast.walk(tree)
        if isinstance(node, kind)
        for statement in node.body
        for inside in ast.walk(statement)
    }


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module.split(".")[0]]
    return []


def _neighbours(tree: ast.Module, folder: Path) -> tuple[Path, ...]:
    """Return the modules and packages beside a script that it needs, also by one another."""
    found: dict[Path, None] = {}
    waiting = [tree]
    while waiting:
        for module in [name for node in ast.walk(waiting.pop()) for name in _imported(node)]:
            file, package = folder / f"{module}.py", folder / module
            if file.is_file() and file not in found:
                found[file] = None
                waiting.append(python2.parsed(file))
            elif (package / "__init__.py").is_file():
                found[package] = None
    return tuple(found)


def _calls(tree: ast.Module, name: str) -> bool:
    return any(
        isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == name
        for node in ast.walk(tree)
    )


def _cautions(tree: ast.Module) -> Iterator[Finding]:
    text = N_("text and bytes are two things now; look at .{method}()")
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("encode", "decode"):
            yield Finding(node.lineno, text, (("method", node.attr),))
        if isinstance(node, ast.Attribute) and node.attr == "linked":
            linked = N_("layers are not linked any more in GIMP 3; it has no effect")
            yield Finding(node.lineno, linked)
