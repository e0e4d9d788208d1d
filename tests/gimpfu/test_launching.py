"""A script is started with the modules that lie beside it, all with Python 2's meaning."""

from __future__ import annotations

import ast
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

LAUNCHER = Path(__file__).resolve().parents[2] / "gimpfu" / "gimpfu-python"


def test_neighbours_are_converted_too(tmp_path: Path) -> None:
    (tmp_path / "neighbour.py").write_text("from box import inner\nhalf = inner.half\n")
    (tmp_path / "box").mkdir()
    (tmp_path / "box" / "__init__.py").write_text("print 'box',\n")
    (tmp_path / "box" / "inner.py").write_text("def half(x):\n    return x / 2\n")
    (tmp_path / "gimpfu.py").write_text("")  # stands for GIMP's part
    script = tmp_path / "old.py"
    script.write_text("import gimpfu, neighbour\nprint 'half', neighbour.half(7), __name__\n")
    command = [sys.executable, str(LAUNCHER), str(script)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "box half 3 __main__\n"), done.stderr
    assert script.read_text().startswith("import gimpfu, neighbour")


QUERY = """
import sys, types
sys.path.insert(0, sys.argv[1])
from gimpfu_bindings import launching
launching.READING_S = 0.1
sys.modules["gimpfu_bindings.plugin"] = stand_in = types.ModuleType("plugin")
stand_in.give_up = lambda path, text: print(text)
launching.launch([sys.argv[2], "-gimp"])
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no such timer")
def test_a_loop_at_gimps_start_is_ended_and_told(tmp_path: Path) -> None:
    script = tmp_path / "loops.py"
    script.write_text("import math\nwhile True:\n    math.sqrt(2)\n")
    command = [sys.executable, "-c", QUERY, str(LAUNCHER.parent), str(script)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert re.fullmatch(r"loops\.py, line [23]: it does not end while GIMP .*\n", done.stdout)


def read_at_start(module: str) -> set[str]:
    """Return the bindings' modules that importing one reads, itself included."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        file = LAUNCHER.parent / f"{name.replace('.', '/')}.py"
        if name in found or not file.is_file():
            continue
        found.add(name)
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Import):
                waiting += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                waiting += [node.module, *(f"{node.module}.{it.name}" for it in node.names)]
    return found


def test_gimps_start_reads_nothing_that_only_runs_need() -> None:
    start = {
        name.removeprefix("gimpfu_bindings.")
        for module in ("launching", "arguments")
        for name in read_at_start(f"gimpfu_bindings.{module}") | read_at_start("gimpfu")
    }
    assert {"plugin", "scripts", "gimp", "python2"} <= start
    assert not start & {"values", "tables", "procedures", "items", "images", "fixing", "dialogs"}
