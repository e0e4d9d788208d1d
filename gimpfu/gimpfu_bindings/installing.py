"""Puts scripts of GIMP 2.10, and what runs them, into a profile of GIMP 3. Needs no GIMP."""

from __future__ import annotations

import errno
import os
import re
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
_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", python2.CACHE)
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
    shutil.copytree(SOURCE, part, ignore=_IGNORED)
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

    beside: modules and packages that it imports. Only line ends of Windows in its first line are
    changed: with them GIMP finds no interpreter.

    Raises FileExistsError where a plug-in of GIMP 3 has that name, OSError, and SyntaxError for
    what is no Python.
    """
    folder = profile / "plug-ins" / script.stem
    place = folder / script.name
    if folder.is_dir() and any(folder.iterdir()) and not is_old_script(place):
        raise FileExistsError(errno.EEXIST, "a plug-in of GIMP 3 has this name", str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    octets = script.read_bytes()
    first, newline, rest = octets.partition(b"\n")
    place.write_bytes(first.rstrip(b"\r") + newline + rest)
    place.chmod(0o755)
    for module in beside:
        if module.is_dir():
            shutil.copytree(module, folder / module.name, ignore=_IGNORED, dirs_exist_ok=True)
        else:
            shutil.copy(module, folder / module.name)
    python2.loaded(place)  # converts it now, so that GIMP's start need not
    return place


def installed_scripts(profile: Path) -> list[Path]:
    """Return the scripts of GIMP 2.10 among a profile's plug-ins."""
    places = (folder / f"{folder.name}.py" for folder in sorted(profile.glob("plug-ins/*")))
    return [place for place in places if is_old_script(place)]


def is_old_script(place: Path) -> bool:
    """Whether a file is there and is a script of GIMP 2.10, not a plug-in of GIMP 3."""
    try:
        octets = place.read_bytes()
    except OSError:
        return False
    is_new = octets.startswith(b"#!") and b"python3" in octets.partition(b"\n")[0]
    return not is_new and python2.is_legacy(python2.decoded(octets))


def is_ready(profile: Path) -> bool:
    """Whether a profile has the bindings, and GIMP is told of them."""
    launcher = profile / HOME / LAUNCHER
    told = profile / "interpreters" / "gimpfu.interp"
    return os.access(launcher, os.X_OK) and told.is_file()


def known_procedures(profile: Path) -> set[str]:
    """Return the procedures of the plug-ins that GIMP found at its last start, none if unknown."""
    try:
        text = (profile / "pluginrc").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return set()
    return set(re.findall(r'\(proc-def "([^"]+)"', text))


def main(arguments: Sequence[str]) -> int:
    """Do ``--check SCRIPT...`` or ``--install PROFILE SCRIPT...``; return the exit code.

    0: all scripts will work, at least in part; 1: some will not, and are not installed.
    """
    profile, known = None, set[str]()
    files = [Path(name) for name in arguments[1:]]
    if arguments[0] == "--install":
        profile, files = files[0], files[1:]
        install_bindings(profile)
        known = known_procedures(profile)
    code = 0
    for file in files:
        try:
            verdict = check(file, known)
            print("\n".join(verdict.lines()))
            if verdict.state == "fails":
                code = 1
            elif profile is not None:
                place = install_script(profile, file, verdict.neighbours)
                print(f"  installed as {place}")
        except OSError as wrong:
            print(f"{file}: {wrong.strerror}", file=sys.stderr)
            code = 1
    return code
