"""Puts scripts of GIMP 2.10, and what runs them, into a profile of GIMP 3. Needs no GIMP."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from gimpfu_bindings import python2
from gimpfu_bindings.checking import check

SOURCE = Path(__file__).resolve().parent.parent
LAUNCHER = "gimpfu-python"
HOME = "gimpfu"  # the bindings' folder in the profile
_NAMES = ("python", "python2", "python2.7", "python2.6")
_FOLDERS = ("", "/usr/bin/", "/usr/local/bin/", "/bin/")


def interpreter_file(launcher: Path) -> str:
    """Return the text of GIMP's interpreter file that hands Python 2's scripts to the launcher."""
    lines = [f"{folder}{name}={launcher}" for folder in _FOLDERS for name in _NAMES]
    return "\n".join([*lines, f":GimpfuPy:E::py::{launcher}:"]) + "\n"


def install_bindings(profile: Path) -> Path:
    """Copy the bindings into a profile and tell GIMP of the launcher; return the launcher.

    Raises OSError.
    """
    place, part = profile / HOME, profile / f"{HOME}.part"
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(SOURCE, part, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    (part / LAUNCHER).chmod(0o755)
    shutil.rmtree(place, ignore_errors=True)
    part.rename(place)
    folder = profile / "interpreters"
    folder.mkdir(exist_ok=True)
    launcher = place / LAUNCHER
    (folder / "gimpfu.interp").write_text(interpreter_file(launcher), encoding="utf-8")
    return launcher


def install_script(profile: Path, script: Path, beside: Iterable[Path] = ()) -> Path:
    """Put a script into a folder of its own name, where GIMP 3 looks; return its place.

    beside: modules that it imports. Only line ends of Windows in its first line are changed: with
    them GIMP finds no interpreter. Raises OSError, and SyntaxError for what is no Python.
    """
    folder = profile / "plug-ins" / script.stem
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / script.name
    octets = script.read_bytes()
    first, newline, rest = octets.partition(b"\n")
    place.write_bytes(first.rstrip(b"\r") + newline + rest)
    place.chmod(0o755)
    for module in beside:
        shutil.copy(module, folder / module.name)
    python2.loaded(place)  # converts it now, so that GIMP's start need not
    return place


def main(arguments: Sequence[str]) -> int:
    """Do ``--check SCRIPT...`` or ``--install PROFILE SCRIPT...``; return the exit code.

    0: all scripts will work; 1: some will not, and are not installed.
    """
    profile = None
    files = [Path(name) for name in arguments[1:]]
    if arguments[0] == "--install":
        profile, files = files[0], files[1:]
        install_bindings(profile)
    code = 0
    for file in files:
        try:
            verdict = check(file)
        except OSError as wrong:
            print(f"{file}: {wrong.strerror}", file=sys.stderr)
            code = 1
            continue
        print("\n".join(verdict.lines()))
        code = code if verdict.works else 1
        if profile is not None and verdict.works:
            print(f"  installed as {install_script(profile, file)}")
    return code
