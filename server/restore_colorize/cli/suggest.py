"""``restore-colorize suggest``: the options, and from them the run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from restore_colorize.cli.options import (
    count_option,
    debug_option,
    device_options,
    folders_option,
    json_option,
    server_options,
)
from restore_colorize.cli.pairings import Pairing, readable
from restore_colorize.cli.running import running

if TYPE_CHECKING:
    from restore_colorize.engines import Verdict

__all__ = ["suggest"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("target", type=_FILE)
@folders_option("--from", "Where color photographs lie, also below it.", required=True)
@count_option("-n", "--count", most=1000, default=10, text="How many to name at most.")
@click.option("--model", default="", help="Name of a model.  [default: see `models`]")
@device_options
@server_options
@json_option
@debug_option
@click.pass_context
def suggest(context: click.Context, target: Path, as_json: bool, **chosen: Any) -> None:
    """Tell which photographs suit TARGET as references, the best first.

    Textures and layout are compared, in gray. Each photograph is read once: an index in the
    folder of caches keeps what is needed of it, so that the next answer comes at once.

    \b
    restore-colorize suggest old.jpg --from ~/Pictures
    restore-colorize suggest old.jpg --from ~/Pictures -n 1 --json
    """
    # From here on torch is needed.
    from restore_colorize.cli.reading import read_first
    from restore_colorize.cli.wire import as_sent
    from restore_colorize.engines import Request, SuggestOptions

    pairing = Pairing(target, (), target)
    with (
        running(context, [pairing], as_json, chosen) as (backend, report),
        report.picture() as control,
    ):
        options = SuggestOptions(
            count=chosen["count"],
            folders=chosen["folders"],
            excluded=(str(target.resolve()),),
        )
        request = Request(
            engine="suggest_references",
            options=options,
            target=as_sent(read_first(target, control)),
            model=chosen["model"],
        )
        with backend.run(request, control) as result:
            found = result.verdicts
    for rank, verdict in enumerate(found, 1):
        click.echo(json.dumps(_facts(rank, verdict)) if as_json else _line(rank, verdict))
    if not found:
        click.echo("No photograph with colors was found there: name other folders.", err=True)


def _facts(rank: int, verdict: Verdict) -> dict[str, Any]:
    return {
        "rank": rank,
        "score": round(verdict.score, 4),
        "related": round(verdict.related, 4),
        "reasons": list(verdict.reasons),
        "path": verdict.path,
    }


def _line(rank: int, verdict: Verdict) -> str:
    from restore_colorize_client.editing import describe_reasons

    said = ", ".join(describe_reasons(verdict.reasons)) or "little in common"
    return f"{rank:3}  {verdict.score:.2f}  {said:44}  {readable(verdict.path)}"
