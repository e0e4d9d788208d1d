"""What editors say while they wait, and about a server, in sentences."""

from __future__ import annotations

from ..description import Description
from ..events import Event, Progress, Queued
from ..translation import N_, _

__all__ = [
    "describe_event",
    "describe_models",
    "describe_server",
    "describe_state",
    "missing_engine",
]

_STAGES = {
    "load": N_("Loading the model"),
    "analyze": N_("Looking at the pictures"),
    "colorize": N_("Coloring"),
    "join": N_("Joining colors with the photograph"),
    "restore": N_("Restoring"),
    "sample": N_("Drawing colors"),
    "index": N_("Looking at new photographs"),
    "rank": N_("Comparing photographs"),
}
_ENGINES = {
    "colorize": N_("color from references"),
    "restore": N_("restore photographs"),
    "sample": N_("color without a reference"),
    "suggest_references": N_("suggest references"),
    "detect_damage": N_("detect damage"),
}


def describe_event(event: Event) -> str:
    """Return what a line beside a progress bar should say now, empty where nothing changes."""
    if isinstance(event, Queued):
        if not event.position:
            return _("Waiting for the server…")
        if event.ahead_s < 1:
            text = _("Waiting for the server, {count} before this one…")
            return text.format(count=event.position)
        text = _("Waiting for the server, {count} before this one, about {seconds:.0f} s…")
        return text.format(count=event.position, seconds=event.ahead_s)
    if isinstance(event, Progress):
        known = _STAGES.get(event.stage)
        stage = _(known) if known else event.stage.replace("-", " ").capitalize()
        if event.remaining_s < 1:
            return f"{stage}…"
        text = _("{stage}, about {seconds:.0f} s left…")
        return text.format(stage=stage, seconds=event.remaining_s)
    return ""


def missing_engine(description: Description, engine: str) -> str:
    """Return why the server cannot do this, empty where it can."""
    if any(each.name == engine for each in description.engines):
        return ""
    return _("This server (version {version}) cannot {wish} yet; it can: {abilities}.").format(
        version=description.version, wish=_ability(engine), abilities=_abilities(description)
    )


def describe_server(description: Description, address: str) -> str:
    """Return a server's state in a few lines: version, device, load, models and their licenses."""
    models = []
    for titles, terms in describe_models(description):
        models += [*(f"• {title}" for title in titles), terms]
    return "\n".join([describe_state(description, address), "", _("Models:"), *models])


def describe_state(description: Description, address: str) -> str:
    """Return the lines on where a server is, on what it computes, how busy it is, what it can."""
    environment, queue = description.environment, description.queue
    head = (
        _("Server {version} at {address}, for this computer only")
        if description.loopback
        else _("Server {version} at {address}, for other computers too")
    )
    lines = [
        head.format(version=description.version, address=address),
        _("Computes on {device} in {dtype}, {threads} threads").format(
            device=environment.device, dtype=environment.dtype, threads=environment.threads
        ),
        _("Jobs: {running} running, {waiting} waiting").format(
            running=queue.running, waiting=queue.waiting
        ),
        _("It can: {abilities}").format(abilities=_abilities(description)),
    ]
    return "\n".join(lines)


def describe_models(description: Description) -> list[tuple[list[str], str]]:
    """Return models with their roles, defaults first, and the license that they share."""
    found: dict[str, list[str]] = {}
    for model in sorted(description.models, key=lambda model: not model.is_default):
        title = _("{model} ({role}, default)") if model.is_default else _("{model} ({role})")
        found.setdefault(model.license, []).append(title.format(model=model.name, role=model.role))
    return [(titles, terms) for terms, titles in found.items()]


def _ability(engine: str) -> str:
    known = _ENGINES.get(engine)
    return _(known) if known else engine.replace("_", " ")


def _abilities(description: Description) -> str:
    return ", ".join(_ability(each.name) for each in description.engines) or _("nothing so far")
