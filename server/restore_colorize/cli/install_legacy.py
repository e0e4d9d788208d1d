"""``restore-colorize install-legacy``: Python scripts of GIMP 2.10, put into GIMP 3."""

from __future__ import annotations

import importlib
import os
import re
import sys
from pathlib import Path
from typing import Any

import click

from restore_colorize.cli.editors import EditorProfile, find_editors
from restore_colorize.cli.failures import FAILED
from restore_colorize.cli.installed import NAME
from restore_colorize.cli.options import debug_option

__all__ = ["install_legacy"]

# In a wheel the bindings lie beside this module, in a checkout in their own top folder.
_PLACES = (Path(__file__).parent / "gimpfu", Path(__file__).resolve().parents[3] / "gimpfu")
_NO_GIMP = "No profile of GIMP 3 was found: install GIMP 3 and start it once, then run this again."
_WINDOWS = "On Windows GIMP 3 starts no scripts of 2.10: only --check works here."


@click.command("install-legacy")
@click.argument(
    "scripts", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--check", "checks_only", is_flag=True, help="Only say what will work and what not.")
@debug_option
def install_legacy(scripts: tuple[Path, ...], checks_only: bool) -> int:
    """Install Python scripts of GIMP 2.10 into every profile of GIMP 3.

    SCRIPTS are files as they were in GIMP 2.10's folder plug-ins; what they import from beside
    them comes along. What cannot work is named with its line, and is not installed; what works
    but for some calls is installed, and these are named.
    """
    checking, installing = _bindings("checking"), _bindings("installing")
    profiles = _profiles(must_be_there=not checks_only)
    folders = [profile.plugin_folder.parent for profile in profiles]
    known = {name for folder in folders for name in installing.known_procedures(folder)}
    known.update(name for profile in profiles for name in _our_procedures(profile))
    verdicts = [checking.check(script, known) for script in scripts]
    wanted = [] if checks_only else folders
    for folder in wanted:
        installing.install_bindings(folder)
    is_done = True
    for verdict in verdicts:
        click.echo("\n".join(verdict.lines()))
        if verdict.state == "fails":
            is_done = False
            continue
        for folder in wanted:
            try:
                place = installing.install_script(folder, verdict.path, verdict.neighbours)
                click.echo(f"  installed into {place.parent}")
            except FileExistsError as error:
                is_done = False
                click.echo(f"  not installed: {error.strerror}: {error.filename}")
    if wanted and any(verdict.state != "fails" for verdict in verdicts):
        click.echo("Start GIMP again: the entries are where they were in GIMP 2.10.")
    return 0 if is_done else FAILED


def _profiles(*, must_be_there: bool) -> list[EditorProfile]:
    """Return the profiles of GIMP 3. Raises click.ClickException where there is none to use."""
    if must_be_there and sys.platform == "win32":
        raise click.ClickException(_WINDOWS)
    found = find_editors(Path.home(), os.environ, sys.platform)
    profiles = [each for each in found if each.editor == "gimp" and each.supported]
    if must_be_there and not profiles:
        raise click.ClickException(_NO_GIMP)
    return profiles


def _our_procedures(profile: EditorProfile) -> list[str]:
    """Return what our plug-in offers, if it is there: GIMP may not have been started since."""
    try:
        text = (profile.plugin_folder / NAME / "entries.py").read_text(encoding="utf-8")
    except OSError:
        return []
    return re.findall(r'"(restore-colorize-[a-z-]+)"', text)


def _bindings(name: str) -> Any:
    """Return a module of the bindings that needs no GIMP; they are a place of modules."""
    place = next((folder for folder in _PLACES if folder.is_dir()), None)
    if place is None:
        raise click.ClickException(f"The bindings are missing: {_PLACES[0]} is no folder.")
    if str(place) not in sys.path:
        sys.path.append(str(place))
    return importlib.import_module(f"gimpfu_bindings.{name}")
