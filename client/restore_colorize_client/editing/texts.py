"""What editors say while they wait, and about a server, in sentences."""

from __future__ import annotations

from ..description import Description
from ..events import Event, Progress, Queued

__all__ = ["describe_event", "describe_server", "missing_engine"]

_STAGES = {
    "load": "Loading the model",
    "analyze": "Looking at the pictures",
    "colorize": "Coloring",
    "join": "Joining colors with the photograph",
    "restore": "Restoring",
}
_ENGINES = {
    "colorize": "color from references",
    "restore": "restore photographs",
    "sample": "color without a reference",
    "suggest_references": "suggest references",
    "detect_damage": "detect damage",
}


def describe_event(event: Event) -> str:
    """Return what a line beside a progress bar should say now, empty where nothing changes."""
    if isinstance(event, Queued):
        ahead = f", {event.position} before this one" if event.position else ""
        return f"Waiting for the server{ahead}…"
    if isinstance(event, Progress):
        stage = _STAGES.get(event.stage, event.stage.replace("-", " ").capitalize())
        left = f", about {event.remaining_s:.0f} s left" if event.remaining_s >= 1 else ""
        return f"{stage}{left}…"
    return ""


def missing_engine(description: Description, engine: str) -> str:
    """Return why the server cannot do this, empty where it can."""
    if any(each.name == engine for each in description.engines):
        return ""
    wish = _ENGINES.get(engine, engine.replace("_", " "))
    can = ", ".join(_ENGINES.get(each.name, each.name) for each in description.engines)
    return (
        f"This server (version {description.version}) cannot {wish} yet; it can: "
        f"{can or 'nothing so far'}."
    )


def describe_server(description: Description, address: str) -> str:
    """Return a server's state in a few lines: version, device, load, models and their licenses."""
    environment, queue = description.environment, description.queue
    where = "this computer only" if description.loopback else "other computers too"
    lines = [
        f"Server {description.version} at {address}, for {where}",
        f"Computes on {environment.device} in {environment.dtype}, {environment.threads} threads",
        f"Jobs: {queue.running} running, {queue.waiting} waiting",
        "It can: " + ", ".join(_ENGINES.get(each.name, each.name) for each in description.engines),
        "",
        "Models:",
    ]
    for model in description.models:
        default = ", default" if model.is_default else ""
        lines.append(f"• {model.name} ({model.role}{default}): {model.license}")
    return "\n".join(lines)
