"""The group of commands, and what a user sees when one of them fails."""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import click

from restore_colorize import __version__
from restore_colorize.cli.colorize import colorize
from restore_colorize.cli.doctor import doctor
from restore_colorize.cli.failures import FAILED, INTERRUPTED, sentence_of
from restore_colorize.cli.import_model import import_model
from restore_colorize.cli.install_legacy import install_legacy
from restore_colorize.cli.install_plugins import install_plugins
from restore_colorize.cli.models import models
from restore_colorize.cli.options import DEBUG, debug_option
from restore_colorize.cli.repeat import repeat
from restore_colorize.cli.restore import detect, restore
from restore_colorize.cli.sample import sample
from restore_colorize.cli.serve import serve
from restore_colorize.cli.studio import certificate, token
from restore_colorize.cli.suggest import suggest

__all__ = ["commands", "main"]


class Commands(click.Group):
    """A group whose commands end with an exit code and one sentence, never with a traceback.

    Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
    """

    def main(self, args: Sequence[str] | None = None, *rest: Any, **options: Any) -> Any:
        """Run one command line and end the process; a command may return its exit code."""
        words = list(sys.argv[1:] if args is None else args)
        try:
            code = super().main(words, *rest, **{**options, "standalone_mode": False})
            if sys.stdout is not None:  # Windows has programs without a console
                sys.stdout.flush()  # a closed pipe shall show here, not while Python shuts down
        except click.ClickException as error:
            error.show()
            code = error.exit_code
        except (click.Abort, KeyboardInterrupt):
            click.echo("Stopped; nothing was left half-written.", err=True)
            code = INTERRUPTED
        except BrokenPipeError:  # the reader, such as head, has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = FAILED
        except Exception as error:
            if DEBUG in words:
                traceback.print_exception(error)
            click.echo(f"Error: {sentence_of(error)}", err=True)
            code = FAILED
        sys.exit(code or 0)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="restore-colorize")
@debug_option
def commands() -> None:
    """Restore and colorize old photographs, on this machine."""


for _command in (
    colorize,
    sample,
    restore,
    detect,
    suggest,
    repeat,
    serve,
    certificate,
    token,
    models,
    import_model,
    doctor,
    install_plugins,
    install_legacy,
):
    commands.add_command(_command)


def main() -> None:
    """Run the command line of this process; the entry point of ``restore-colorize``."""
    # Workers of OpenMP that spin at barriers cost more than they bring on a busy machine; torch
    # reads this once, when it is imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # File names may hold bytes that are no text, and a pipe on Windows knows few characters:
    # neither may end a run.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    commands.main()
