"""*Server…*: what the server is and does, and which one to use."""

from __future__ import annotations

from restore_colorize_client import Client
from restore_colorize_client.editing import describe_server

from restore_colorize_gimp.call import Call
from restore_colorize_gimp.jobs import place_file, server_place, wait_for, with_client
from restore_colorize_gimp.worker import Worker

__all__ = ["run"]

TITLE = "Restore & Colorize: Server"


def run(call: Call) -> str:
    """Report the server's state in lines. Raises ClientError where none can be reached."""
    if call.is_interactive:
        from restore_colorize_gimp.dialogs import ask_for_server

        chosen = ask_for_server(server_place(), TITLE)
        chosen.save(place_file())
    start = call.is_interactive or call.option("start")
    report = wait_for(call, with_client(_report, start=start), TITLE)
    if call.is_interactive:
        from restore_colorize_gimp.dialogs import tell

        tell(report, TITLE)
    return report


def _report(client: Client, worker: Worker[str]) -> str:
    return describe_server(client.describe(), client.address)
