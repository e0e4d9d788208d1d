"""``restore-colorize certificate`` and ``token``: what a server for several machines needs."""

from __future__ import annotations

from pathlib import Path

import click

from restore_colorize.cli.options import debug_option

__all__ = ["certificate", "token"]


@click.command()
@click.option(
    "--name",
    "names",
    multiple=True,
    required=True,
    metavar="HOST",
    help="Host name or IP address of the server; may be given several times.",
)
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=".",
    show_default="here",
    help="Folder for certificate.pem and key.pem.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 36500),
    default=825,
    show_default=True,
    help="How long the certificate is good.",
)
@debug_option
def certificate(names: tuple[str, ...], folder: Path, days: int) -> None:
    """Make a self-signed certificate for `serve`, and print its fingerprint.

    The key stays on the server. Clients get the fingerprint, or certificate.pem as --ca-file.
    """
    from restore_colorize import service

    public, key = service.make_certificate(names, folder, days)
    click.echo(f"{public} and {key} (secret) were made, good for {days} days.", err=True)
    click.echo(service.fingerprint(public.read_bytes()))


@click.command()
@click.argument("name")
@click.option(
    "--token-file",
    "file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Of `serve`; is made where there is none.",
)
@debug_option
def token(name: str, file: Path) -> None:
    """Let one more person use a shared server: add a token for NAME, and print it.

    A running server accepts it within seconds. Delete the line of NAME to withdraw it.
    """
    from restore_colorize import service

    click.echo(service.add_token(file, name))
