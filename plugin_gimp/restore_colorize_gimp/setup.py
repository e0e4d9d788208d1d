"""*Check Setup…*: what is installed, what runs, and how to mend what does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from gi.repository import Gimp
from restore_colorize_client import ClientError
from restore_colorize_client.editing import ServerPlace, describe_server
from restore_colorize_client.transport import clean_environment

from restore_colorize_gimp.call import Call
from restore_colorize_gimp.jobs import server_place, stamp, wait_for
from restore_colorize_gimp.worker import Worker

__all__ = ["run"]

TITLE = "Restore & Colorize: Check Setup"
DOCTOR_S = 120.0


def run(call: Call) -> str:
    """Report in lines; never raises for what it finds."""
    here = stamp()
    python = here.get("python", "")
    lines = [
        f"GIMP {Gimp.version()}, Python {sys.version.split()[0]}",
        f"Plug-in {here.get('version', 'without a version stamp')} in {Path(__file__).parent}",
    ]
    place = server_place()

    def look(worker: Worker[list[str]]) -> list[str]:
        found = [_state(place, worker)]
        if python and not place.address:
            worker.text = "Asking “restore-colorize doctor”…"
            found.append(_doctor(python))
        elif not place.address:
            found.append(
                "Which Python runs the server is not known here: install the plug-in with "
                "“restore-colorize install-plugins --gimp”."
            )
        return found

    lines += wait_for(call, Worker(look), TITLE)
    report = "\n\n".join(lines)
    if call.is_interactive:
        from restore_colorize_gimp.dialogs import tell

        tell(report, TITLE)
    return report


def _state(place: ServerPlace, worker: Worker[list[str]]) -> str:
    try:
        with place.connect("gimp", on_start=worker.hear_start) as client:
            return describe_server(client.describe(), client.address)
    except ClientError as error:
        return f"No server: {error}"


def _doctor(python: str) -> str:
    try:
        done = subprocess.run(
            [python, "-m", "restore_colorize", "doctor"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=DOCTOR_S,
            env=clean_environment(os.environ),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"“{python} -m restore_colorize doctor” cannot be run: {error}."
    return done.stdout.strip() or done.stderr.strip()
