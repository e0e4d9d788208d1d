"""Whether a layer can be worked on, judged from facts that an editor gathers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ..translation import _

__all__ = ["SourceFacts", "SourceKind", "why_not"]


class SourceKind(Enum):
    """What the user has chosen to work on."""

    PICTURE = "picture"
    GROUP = "group"
    TEXT = "text"
    CHANNEL = "channel"


@dataclass(frozen=True)
class SourceFacts:
    """What decides before any pixel is read.

    A locked source is fine, since it is only read. locked_parent: name of the group that would
    have to take the new layer and cannot. misses_selection: nothing of the layer is selected.
    """

    kind: SourceKind = SourceKind.PICTURE
    name: str = ""
    width: int = 1
    height: int = 1
    has_floating_selection: bool = False
    locked_parent: str = ""
    misses_selection: bool = False
    is_empty_group: bool = False


def why_not(facts: SourceFacts) -> str:
    """Return the sentence that says why nothing can be done there, empty where it can."""
    if facts.has_floating_selection:
        return _(
            "A floating selection is pending: anchor it or make it a layer first (Layer menu), "
            "then try again."
        )
    if facts.kind is SourceKind.TEXT:
        return _(
            "“{layer}” is a text layer and holds no photograph: choose the photograph's layer."
        ).format(layer=facts.name)
    if facts.kind is SourceKind.CHANNEL:
        text = _("“{layer}” is a channel: choose the photograph's layer.")
        return text.format(layer=facts.name)
    if facts.is_empty_group or facts.width < 1 or facts.height < 1:
        return _("“{layer}” is empty: choose the photograph's layer.").format(layer=facts.name)
    if facts.locked_parent:
        return _(
            "The group “{group}” is locked, so no layer can be added to it: unlock its pixels "
            "first."
        ).format(group=facts.locked_parent)
    if facts.misses_selection:
        return _(
            "Nothing of “{layer}” is selected: move the selection onto the layer, or select "
            "nothing to work on all of it."
        ).format(layer=facts.name)
    return ""
