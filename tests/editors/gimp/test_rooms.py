"""What the plug-in may import, and when; read from its syntax trees."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

PLUGIN = Path(__file__).resolve().parents[3] / "plugin_gimp" / "restore_colorize_gimp"
MODULES = sorted(PLUGIN.rglob("*.py"))
ALLOWED = {"gi", "restore_colorize_client", "restore_colorize_gimp"}
QUERY = ("restore_colorize_gimp", "plugin", "entries", "translation")
pytestmark = pytest.mark.smoke


def imported(body: list[ast.stmt]) -> set[str]:
    names: set[str] = set()
    for node in body:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_only_gimp_the_client_and_the_standard_library_are_needed() -> None:
    assert len(MODULES) > 10
    for path in MODULES:
        names = imported(list(ast.walk(ast.parse(path.read_text(encoding="utf-8")))))
        tops = {name.partition(".")[0] for name in names}
        assert not tops - ALLOWED - set(sys.stdlib_module_names), path


def test_gimp_can_ask_for_the_entries_without_loading_the_client() -> None:
    for name in QUERY:
        tree = ast.parse((PLUGIN / f"{name}.py").read_text(encoding="utf-8"))
        own = {part for part in imported(tree.body) if part.startswith("restore_colorize")}
        assert own <= {f"restore_colorize_gimp.{each}" for each in QUERY}, name


def names_from(module: str, body: list[ast.stmt]) -> set[str]:
    """Return what a body imports from a module."""
    found = [node for node in body if isinstance(node, ast.ImportFrom) and node.module == module]
    return {alias.name for node in found for alias in node.names}


def test_windows_are_loaded_only_where_somebody_sees_them() -> None:
    bodies = {path.stem: ast.parse(path.read_text(encoding="utf-8")).body for path in MODULES}
    windows = {
        name
        for name, body in bodies.items()
        if {"Gtk", "GimpUi"} & names_from("gi.repository", body)
    }
    assert "dialogs" in windows
    while True:  # who loads a window at once is one
        more = {
            name
            for name, body in bodies.items()
            if {f"restore_colorize_gimp.{each}" for each in windows} & imported(body)
        }
        if more <= windows:
            break
        windows |= more
    entries = {
        node.args[3].value
        for node in ast.walk(ast.Module(bodies["entries"], []))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Entry"
        if isinstance(node.args[3], ast.Constant)
    }
    assert {"colorize", "repeat", "server"} <= entries
    assert not entries & windows


def test_the_syntax_is_that_of_the_oldest_python_in_a_gimp() -> None:
    for path in MODULES:
        ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 10))


def test_modules_stay_small() -> None:
    for path in MODULES:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path
