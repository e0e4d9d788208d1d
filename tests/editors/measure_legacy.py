"""What old scripts cost at GIMP's start, beside as many plug-ins of GIMP 3 in Python.

The native ones are GIMP's own that it ships, under other names; the old ones are the samples. Each
profile is started twice: at first GIMP queries what is new, later it reads what it wrote down.
"""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.editors.gimp.bench import Bench
from tests.editors.gimp.test_legacy import SCRIPTS, install
from tests.editors.roots import EDITOR_ROOT

COUNT = 50
ROUNDS = 2
TIMEOUT_S = 900
# GIMP's own in Python, but for a console, an interpreter, and two that are very large.
NATIVE = (
    "colorxhtml",
    "foggify",
    "gradients-save-as-css",
    "histogram-export",
    "palette-offset",
    "palette-sort",
    "palette-to-gradient",
)
SYSTEM = "usr/lib/x86_64-linux-gnu/gimp/3.0/plug-ins"
# The root is unpacked, not installed: Python's library lacks the bytecode that a system has.
BYTECODE = "/home/user/.bytecode"
COMPILE = "python3 -m compileall -q /usr/lib/python3 /usr/lib/python3.*"
TIMED = """
import json, resource, subprocess, sys, time

began = time.monotonic()
done = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL)
spent = resource.getrusage(resource.RUSAGE_CHILDREN)
told = {"clock": time.monotonic() - began, "processor": spent.ru_utime + spent.ru_stime}
json.dump(told, open("/out/start.json", "w"))
sys.exit(done.returncode)
"""


def measure(bench: Bench) -> dict[str, float]:
    """Return what 50 of each kind add to GIMP's first start and to later ones, and the ratios."""
    bytecode = bench.with_env(PYTHONPYCACHEPREFIX=BYTECODE)
    bench.root.run(["sh", "-c", COMPILE], bytecode.visit, timeout_s=TIMEOUT_S)
    seen: dict[tuple[str, str, str], list[float]] = {}
    for turn, (kind, fill) in itertools.product(range(ROUNDS), KINDS.items()):
        home = bench.visit.home.parent / f"{kind}-{turn}"
        shutil.copytree(bench.visit.home, home, symlinks=True)
        one = replace(bytecode, visit=replace(bytecode.visit, home=home))
        fill(one)
        for when in ("first start", "later start"):
            for unit, value_s in _started(one).items():
                seen.setdefault((when, kind, unit), []).append(value_s)
        shutil.rmtree(home)
    found = {}
    least = {name: min(values) for name, values in seen.items()}
    for when, unit in itertools.product(("first start", "later start"), ("processor", "clock")):
        grown = {kind: least[when, kind, unit] - least[when, "none", unit] for kind in KINDS}
        for kind in ("native", "empty", "old"):
            found[f"{when}: {COUNT} {kind} add, s of {unit}"] = grown[kind]
        if when == "first start":  # later, nothing is asked, and a ratio would be one of noise
            found[f"ratio to GIMP's own, {unit} (aim 1)"] = grown["old"] / grown["native"]
            found[f"ratio to empty ones, {unit}"] = grown["old"] / grown["empty"]
    return found


def _started(bench: Bench) -> dict[str, float]:
    """Start GIMP and end it; return the seconds that it took with all its plug-ins."""
    command = ["python3", "-c", TIMED, "gimp-console", "-i", "--quit"]
    finished = bench.root.run(command, bench.visit, timeout_s=TIMEOUT_S)
    (bench.out / "start.log").write_text(finished.stdout + finished.stderr)
    if finished.returncode != 0:
        sys.exit(f"GIMP ended with {finished.returncode}, see start.log")
    told: dict[str, float] = json.loads((bench.out / "start.json").read_text())
    return told


def _fill_native(bench: Bench) -> None:
    where = subprocess.run(
        [EDITOR_ROOT, "path", bench.root.name], capture_output=True, text=True, check=True
    )
    root = Path(where.stdout.strip())
    for at, name in zip(range(COUNT), itertools.cycle(NATIVE), strict=False):
        text = (root / SYSTEM / name / f"{name}.py").read_text()
        for prefix in ("python-fu-", "file-colorxhtml"):
            text = text.replace(prefix, f"{prefix}-n{at}-".replace("--", "-"))
        _put(bench, f"native-{at}", text)


def _fill_empty(bench: Bench) -> None:
    from tests.editors.measure_gimp import EMPTY

    for at in range(COUNT):
        _put(bench, f"empty-{at}", EMPTY.replace("NAME", f"rc-empty-{at}"))


def _put(bench: Bench, name: str, text: str) -> None:
    file = bench.profile / "plug-ins" / name / f"{name}.py"
    file.parent.mkdir()
    file.write_text(text)
    file.chmod(0o755)


def _fill_old(bench: Bench) -> None:
    folder = bench.visit.home / "old"
    folder.mkdir()
    copies = []
    for at, script in zip(range(COUNT), itertools.cycle(SCRIPTS), strict=False):
        text = script.read_bytes().decode("latin-1")
        renamed = re.sub(r'(register\(\s*")', rf"\g<1>old_{at}_", text)
        copy = folder / f"old_{at}.py"
        copy.write_bytes(renamed.encode("latin-1"))
        copies.append(copy)
    install(bench, copies)


KINDS: dict[str, Callable[[Bench], None]] = {
    "none": lambda bench: None,
    "native": _fill_native,
    "empty": _fill_empty,
    "old": _fill_old,
}
