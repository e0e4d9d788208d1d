"""Python scripts of GIMP 2.10 among GIMP's plug-ins: which of them work, for *Check Setup…*."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from restore_colorize_gimp.translation import _

__all__ = ["about_old_scripts"]

MARKS = {"works": "✓", "partly": "•", "fails": "✗"}


def about_old_scripts(profile: Path, known: Collection[str], check: Callable[[], None]) -> str:
    """Tell script by script what will work and what not; calls nothing of GIMP's.

    profile: GIMP's folder. known: the procedures that GIMP has. check: called between scripts, and
    may raise.
    """
    if not (profile / "gimpfu").is_dir():
        return _(
            "Scripts of GIMP 2.10: none is installed. “restore-colorize install-legacy SCRIPT” "
            "does it."
        )
    sys.path.append(str(profile / "gimpfu"))
    try:
        installing, checking = (
            importlib.import_module(f"gimpfu_bindings.{name}")
            for name in ("installing", "checking")
        )
        return "\n".join(_report(profile, known, check, installing, checking))
    except (ImportError, AttributeError):  # of another version, or damaged
        return _again(_("✗ what runs scripts of GIMP 2.10 in {folder} is damaged or old"), profile)


def _report(
    profile: Path,
    known: Collection[str],
    check: Callable[[], None],
    installing: Any,
    checking: Any,
) -> Iterator[str]:
    yield _("Scripts of GIMP 2.10:")
    if not installing.is_ready(profile):
        yield _again(_("✗ GIMP is not told how to start those in {folder}"), profile)
    scripts = installing.installed_scripts(profile)
    for script in scripts:
        check()
        verdict = checking.check(script, known)
        head, *findings = verdict.lines(_)
        yield f"{MARKS[verdict.state]} {head}"
        yield from (f"  {finding}" for finding in findings)
        if not os.access(script, os.X_OK):
            yield _again(_("    it is not executable, so that GIMP passes over it"), profile)
    files = sorted(profile.glob("plug-ins/*.py"))
    loose = [file for file in files if installing.is_old_script(file)]
    for script in loose:
        yield _again(_("✗ {name} needs a folder of its own in GIMP 3"), profile, script.name)
    if not scripts and not loose:
        yield _("• none is installed")


def _again(text: str, profile: Path, name: str = "") -> str:
    """Say what is wrong, and that installing once more mends it."""
    told = text.format(folder=profile, name=name)
    mend = _("run “restore-colorize install-legacy SCRIPT” and start GIMP again")
    return f"{told}\n    → {mend}"
