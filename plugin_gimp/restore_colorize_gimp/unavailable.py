"""Entries whose engine no server of this version has yet: they say so, in words."""

from __future__ import annotations

from restore_colorize_client import Client, NotAvailableError
from restore_colorize_client.editing import missing_engine

from restore_colorize_gimp.call import Call
from restore_colorize_gimp.jobs import wait_for, with_client
from restore_colorize_gimp.translation import _
from restore_colorize_gimp.worker import Worker

__all__ = ["run"]


def run(call: Call) -> None:
    """Ask the server what it can do, and say what is missing. Raises ClientError, always."""

    def work(client: Client, worker: Worker[str]) -> str:
        return missing_engine(client.describe(), call.entry.engine)

    title = call.entry.label.replace("_", "").rstrip("…")
    missing = wait_for(call, with_client(work), title)
    raise NotAvailableError(
        missing
        or _("The server can do this, but this plug-in cannot yet: install a newer plug-in.")
    )
