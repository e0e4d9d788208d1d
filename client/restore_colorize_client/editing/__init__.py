"""What all editors share and is no editor: options, plans for layers, receipts in them, texts.

Nothing here knows of an editor, a window or a pixel buffer of one; an editor's plug-in reads
pixels, asks this package what to send and what to make of the answer, and makes layers of it.
"""

from __future__ import annotations

from ..translation import translate_with
from .notes import NOTE_NAME, LayerNote
from .options import ColorizeOptions, colorize_request
from .plans import PlannedLayer, ResultPlan, plan_result
from .servers import ServerPlace
from .sources import SourceFacts, SourceKind, why_not
from .texts import describe_event, describe_server, missing_engine

__all__ = [
    "NOTE_NAME",
    "ColorizeOptions",
    "LayerNote",
    "PlannedLayer",
    "ResultPlan",
    "ServerPlace",
    "SourceFacts",
    "SourceKind",
    "colorize_request",
    "describe_event",
    "describe_server",
    "missing_engine",
    "plan_result",
    "translate_with",
    "why_not",
]
