"""What the plug-in may import, and when; read from its syntax trees."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

PLUGIN = Path(__file__).resolve().parents[3] / "plugin_gimp" / "restore_colorize_gimp"
MODULES = sorted(PLUGIN.rglob("*.py"))
ALLOWED = {"gi", "restore_colorize_client", "restore_colorize_gimp"}
QUERY = ("restore_colorize_gimp", "plugin", "entries")
WINDOWS = ("candidates", "dialogs")
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


def test_windows_are_loaded_only_where_somebody_sees_them() -> None:
    for path in MODULES:
        names = imported(ast.parse(path.read_text(encoding="utf-8")).body)
        windows = {f"restore_colorize_gimp.{each}" for each in WINDOWS}
        assert path.stem in WINDOWS or not windows & names, path


def test_the_syntax_is_that_of_the_oldest_python_in_a_gimp() -> None:
    for path in MODULES:
        ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 10))


def test_modules_stay_small() -> None:
    for path in MODULES:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path
