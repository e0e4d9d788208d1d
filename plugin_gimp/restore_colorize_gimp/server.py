"""*Server…*: what the server is and does, starting and stopping it, and which one to use."""

from __future__ import annotations

from restore_colorize_client import Client
from restore_colorize_client.editing import describe_server

from restore_colorize_gimp.call import Call
from restore_colorize_gimp.jobs import wait_for, with_client
from restore_colorize_gimp.translation import _
from restore_colorize_gimp.worker import Worker

__all__ = ["run"]

TITLE = _("Restore & Colorize: Server")


def run(call: Call) -> str:
    """Report the server's state in lines, for a script once, for a user live in a window.

    Raises ClientError, for a script, where none can be reached.
    """
    if call.is_interactive:
        from restore_colorize_gimp.server_window import show_server

        return show_server(TITLE)
    return wait_for(call, with_client(_report, start=call.option("start")), TITLE)


def _report(client: Client, worker: Worker[str]) -> str:
    return describe_server(client.describe(), client.address)
