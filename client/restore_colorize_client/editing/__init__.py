"""What all editors share and is no editor: options, plans for layers, receipts in them, texts.

Nothing here knows of an editor, a window or a pixel buffer of one; an editor's plug-in reads
pixels, asks this package what to send and what to make of the answer, and makes layers of it.
"""

from __future__ import annotations

from ..translation import translate_with
from .history import HISTORY_NAME, EarlierCandidate, EarlierJob, History
from .notes import NOTE_NAME, LayerNote
from .options import (
    ColorizeOptions,
    SampleOptions,
    can_draw_more,
    colorize_request,
    more_samples,
    sample_request,
)
from .parts import Box, around, bounds, cut, eight_bit, grown, only_where, pasted
from .plans import (
    LayerMask,
    MadeCandidate,
    PlannedLayer,
    ResultPlan,
    plan_candidates,
    plan_result,
    uncertainty_of,
)
from .restoring import RestoreOptions, restore_request
from .servers import ServerPlace, sandbox_of
from .sources import SourceFacts, SourceKind, why_not
from .suggestions import describe_reasons, describe_verdict
from .texts import (
    describe_event,
    describe_models,
    describe_server,
    describe_state,
    missing_engine,
)

__all__ = [
    "HISTORY_NAME",
    "NOTE_NAME",
    "Box",
    "ColorizeOptions",
    "EarlierCandidate",
    "EarlierJob",
    "History",
    "LayerMask",
    "LayerNote",
    "MadeCandidate",
    "PlannedLayer",
    "RestoreOptions",
    "ResultPlan",
    "SampleOptions",
    "ServerPlace",
    "SourceFacts",
    "SourceKind",
    "around",
    "bounds",
    "can_draw_more",
    "colorize_request",
    "cut",
    "describe_event",
    "describe_models",
    "describe_reasons",
    "describe_server",
    "describe_state",
    "describe_verdict",
    "eight_bit",
    "grown",
    "missing_engine",
    "more_samples",
    "only_where",
    "pasted",
    "plan_candidates",
    "plan_result",
    "restore_request",
    "sample_request",
    "sandbox_of",
    "translate_with",
    "uncertainty_of",
    "why_not",
]
