"""``restore-colorize install-plugins``: copies the plug-ins to where the editors look for them."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from restore_colorize import __version__
from restore_colorize.cli.editors import EditorProfile, find_editors
from restore_colorize.cli.failures import FAILED
from restore_colorize.cli.installed import NAME, look_at_plugin, misplaced_copies
from restore_colorize.cli.options import debug_option

__all__ = ["NAME", "install_gimp_plugin", "install_plugins"]

PROCEDURE = "restore-colorize-from-reference"
CONSOLES = ("gimp-console-3.2", "gimp-console-3.0", "gimp-console-3", "gimp-console")
# Where GIMP's installers put it without adding it to PATH.
_BESIDE_PATH = ("/Applications/GIMP.app/Contents/MacOS", r"C:\Program Files\GIMP 3\bin")
VERIFY_S = 180.0
_FOUND, _MISSING = "restore-colorize: found", "restore-colorize: missing"
_QUERY = (
    f"print('\\n{_FOUND}' if Gimp.get_pdb().lookup_procedure('{PROCEDURE}') else '\\n{_MISSING}', "
    "Gimp.directory(), flush=True)"
)
_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc")
_NO_GIMP = "No profile of GIMP 3 was found: install GIMP 3 and start it once, then run this again."
_OLD_GIMP = (
    "Only GIMP 2.10 was found, whose plug-ins are of another kind: install GIMP 3 beside it, start "
    "it once, and run this again."
)
_SANDBOX = (
    "GIMP from {} cannot start programs of this computer: run “restore-colorize serve” before "
    "you use the plug-in, or once and for all “restore-colorize serve --at-login”."
)


@click.command("install-plugins")
@click.option("--gimp", is_flag=True, help="The plug-in for GIMP 3.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--uninstall", is_flag=True, help="Remove what was installed.")
@click.option("--no-verify", is_flag=True, help="Do not start GIMP to see whether it works.")
@debug_option
def install_plugins(gimp: bool, dry_run: bool, uninstall: bool, no_verify: bool) -> int:
    """Install the plug-ins into every profile of the editors on this computer."""
    if not gimp:
        raise click.UsageError("Say for which editor: --gimp.")
    found = find_editors(Path.home(), os.environ, sys.platform)
    profiles = [profile for profile in found if profile.editor == "gimp"]
    usable = [profile for profile in profiles if profile.supported]
    if not usable:
        click.echo(_OLD_GIMP if profiles else _NO_GIMP, err=True)
        return FAILED
    for profile in usable:
        click.echo(_change(profile, dry_run, uninstall))
    if dry_run or uninstall:
        return 0
    for kind in sorted({profile.packaging for profile in usable} & {"flatpak", "snap"}):
        click.echo(_SANDBOX.format(kind.capitalize()))
    return 0 if no_verify else _verify(usable)


def _change(profile: EditorProfile, dry_run: bool, uninstall: bool) -> str:
    """Install into one profile, or remove, and say so."""
    place = profile.plugin_folder / NAME
    who = f"GIMP {profile.version} ({profile.packaging})"
    if uninstall:
        if not profile.has_plugin:
            return f"{who}: nothing installed"
        if not dry_run:
            shutil.rmtree(place)
        return f"{who}: {'would remove' if dry_run else 'removed'} {place}"
    if dry_run:
        return f"{who}: would {'replace' if profile.has_plugin else 'install'} {place}"
    before = look_at_plugin(place).version if profile.has_plugin else None
    verb = "installed" if before is None else f"replaced (version {before or 'unknown'} before)"
    can_start = profile.packaging not in ("flatpak", "snap")
    python = sys.executable if can_start else ""
    install_gimp_plugin(profile.plugin_folder, python)
    runs = f", its server runs with {python}" if python else ""
    return f"{who}: {verb} {place}, version {__version__}{runs}"


def install_gimp_plugin(folder: Path, python: str) -> Path:
    """Put the plug-in with its client into a folder of plug-ins, whole or not at all.

    python: runs the server for it; empty where it may start none. Returns the plug-in's folder.

    Raises:
        OSError: the folder cannot be written.
    """
    import restore_colorize_client

    place, part = folder / NAME, folder / f"{NAME}.part"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(_plugin_source(), part, ignore=_IGNORED)
    client = Path(restore_colorize_client.__file__).parent
    shutil.copytree(client, part / "lib" / client.name, ignore=_IGNORED)
    (part / f"{NAME}.py").chmod(0o755)
    stamp = {"version": __version__, "python": python}
    (part / "install.json").write_text(json.dumps(stamp) + "\n", encoding="utf-8")
    shutil.rmtree(place, ignore_errors=True)
    part.rename(place)
    return place


def _plugin_source() -> Path:
    """Return the plug-in's folder in the installed package, or in the checkout."""
    spec = importlib.util.find_spec(NAME)
    if spec is not None and spec.origin is not None:
        return Path(spec.origin).parent
    return Path(__file__).resolve().parents[3] / "plugin_gimp" / NAME


def _verify(profiles: list[EditorProfile]) -> int:
    """Look whether GIMP will show the entries, and ask it where it can be started from here."""
    faults = [fault for profile in profiles for fault in _faults_of(profile)]
    for fault in faults:
        click.echo(fault, err=True)
    console = _console()
    if console is None or not any(profile.packaging == "system" for profile in profiles):
        if not faults:
            click.echo("Start GIMP again: the entries are in Filters > Restore & Colorize.")
        return FAILED if faults else 0
    click.echo("Asking GIMP whether it knows the entries…")
    command = [console, "-i", "-d", "-f", "--batch-interpreter=python-fu-eval", "-b", _QUERY]
    try:
        done = subprocess.run(
            [*command, "--quit"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=VERIFY_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        click.echo(f"GIMP could not be asked ({error}).", err=True)
        return FAILED
    if _FOUND in done.stdout:
        click.echo("GIMP knows them: start it and look into Filters > Restore & Colorize.")
        return FAILED if faults else 0
    click.echo("GIMP does not know the entries. What was found:", err=True)
    for line in _reasons(done.stdout, done.stderr, profiles):
        click.echo(f"  {line}", err=True)
    return FAILED


def _faults_of(profile: EditorProfile) -> list[str]:
    place = profile.plugin_folder / NAME
    return [*look_at_plugin(place).faults, *misplaced_copies(profile.plugin_folder)]


def _console() -> str | None:
    """Return the GIMP without windows, from PATH or from where installers put it."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *_BESIDE_PATH])
    return next((found for name in CONSOLES if (found := shutil.which(name, path=path))), None)


def _reasons(output: str, errors: str, profiles: list[EditorProfile]) -> Iterator[str]:
    """Yield why the entries are missing: another profile, or what the plug-in's start printed."""
    told = [line for line in output.splitlines() if line.startswith(_MISSING)]
    asked = told[0].removeprefix(_MISSING).strip() if told else ""
    if asked and not any(Path(asked) == profile.plugin_folder.parent for profile in profiles):
        yield (
            f"it uses the profile {asked}, into which nothing was installed: set GIMP3_DIRECTORY "
            "to it and run this again."
        )
    if os.name == "posix" and shutil.which("python3") is None:
        yield "there is no python3, which starts plug-ins: install Python 3."
    lines = [line for line in (output + errors).splitlines() if NAME in line or "Error" in line]
    yield from (line for line in lines if line not in told)
    if not lines and not asked:
        yield "nothing: GIMP itself did not start; run it from a terminal to see why."
