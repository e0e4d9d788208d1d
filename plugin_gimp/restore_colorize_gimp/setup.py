"""*Check Setup…*: what is installed, what runs, and how to mend what does not."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterator
from pathlib import Path

from gi.repository import Gimp
from restore_colorize_client import ClientError
from restore_colorize_client.editing import ServerPlace, describe_server, sandbox_of
from restore_colorize_client.transport import clean_environment

from restore_colorize_gimp.call import Call
from restore_colorize_gimp.jobs import server_place, stamp, wait_for
from restore_colorize_gimp.old_scripts import about_old_scripts
from restore_colorize_gimp.translation import _
from restore_colorize_gimp.worker import Worker

__all__ = ["run"]

TITLE = _("Restore & Colorize: Check Setup")
DOCTOR_S = 600.0
MARKS = {"ok": "✓", "note": "•", "problem": "✗"}


def run(call: Call) -> str:
    """Report in lines; never raises for what it finds."""
    here, place = "\n".join(_about_plugin()), server_place()
    version = stamp().get("version", "")
    profile = Path(Gimp.directory())
    known = frozenset(Gimp.get_pdb().query_procedures(*[""] * 8))

    def look(worker: Worker[list[str]]) -> list[str]:
        found = [_about_server(place, version, worker)]
        if not place.address:
            worker.text = _("Asking “restore-colorize doctor”…")
            found.append(_about_installation(place, worker))
        return [*found, about_old_scripts(profile, known, worker.check)]

    report = "\n\n".join([here, *wait_for(call, Worker(look), TITLE)])
    if call.is_interactive:
        from restore_colorize_gimp.dialogs import tell

        tell(report, TITLE)
    return report


def _about_plugin() -> Iterator[str]:
    yield _("GIMP {version} with Python {python} on {system}").format(
        version=Gimp.version(), python=platform.python_version(), system=platform.platform()
    )
    version = stamp().get("version") or _("of unknown version")
    yield _("Plug-in {version} in {folder}").format(version=version, folder=Path(__file__).parent)
    sandbox = sandbox_of(os.environ)
    if sandbox:
        yield _("GIMP comes from {sandbox}, so it cannot start the server itself.").format(
            sandbox=sandbox
        )


def _about_server(place: ServerPlace, version: str, worker: Worker[list[str]]) -> str:
    """Tell the server's state, also where it is not of the plug-in's version."""
    try:
        with place.connect("gimp", on_start=worker.hear_start) as client:
            found = client.describe()
            text = describe_server(found, client.address)
    except ClientError as error:
        return _("No server: {error}").format(error=error)
    if version and version != found.version:
        warning = _(
            "The plug-in is version {plugin}, the server {server}: run “restore-colorize "
            "install-plugins --gimp” and start GIMP again."
        )
        text += "\n\n" + warning.format(plugin=version, server=found.version)
    return text


def _about_installation(place: ServerPlace, worker: Worker[list[str]]) -> str:
    """Tell what “doctor” finds with the program that runs the server.

    Raises CancelledError, with that program ended.
    """
    command = place.start_command
    if command is None:
        return place.how_to_start()
    program = command[: command.index("serve")]
    head = _("The server is run by {program}. “restore-colorize doctor” finds:").format(
        program=place.python
    )
    try:
        with subprocess.Popen(
            [*program, "doctor", "--json"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=clean_environment(os.environ),
        ) as doctor:
            try:
                worker.cancel_with(doctor.kill)
                output, complaint = doctor.communicate(timeout=DOCTOR_S)
            finally:
                doctor.kill()
    except (OSError, subprocess.TimeoutExpired) as error:
        text = _(
            "“{program} doctor” cannot be run ({error}): install Restore & Colorize again, then "
            "its plug-ins."
        )
        return text.format(program=" ".join(program), error=error)
    worker.check()
    try:
        findings = json.loads(output)["findings"]
    except (ValueError, LookupError, TypeError):
        return "\n".join([head, output.strip() or complaint.strip()])
    return "\n".join([head, *_findings(findings)])


def _findings(findings: list[dict[str, str]]) -> Iterator[str]:
    for finding in findings:
        yield f"{MARKS.get(finding['state'], '?')} {finding['topic']}: {finding['text']}"
        if finding["mend"]:
            yield f"    → {finding['mend']}"
    problems = [finding["topic"] for finding in findings if finding["state"] == "problem"]
    yield ""
    if problems:
        yield _("To be mended: {topics}.").format(topics=", ".join(problems))
    else:
        yield _("Everything needed works.")
