"""Pictures that the server suggests as references, in words."""

from __future__ import annotations

from collections.abc import Sequence

from ..events import Verdict
from ..translation import N_, _

__all__ = ["describe_reasons", "describe_verdict"]

MUCH = 0.66
SOME = 0.33
REASONS = {
    "layout": N_("same layout"),
    "textures": N_("same textures"),
    "brightness": N_("same brightness"),
}


def describe_verdict(verdict: Verdict) -> str:
    """Return why a picture stands where it does among the suggestions, in a few words."""
    if verdict.related >= MUCH:
        text = _("shows much the same ({share:.0%}), score {score:.2f}")
    elif verdict.related >= SOME:
        text = _("shows some of the same ({share:.0%}), score {score:.2f}")
    else:
        text = _("shows other things ({share:.0%}), score {score:.2f}")
    parts = [text.format(share=verdict.related, score=verdict.score)]
    return ", ".join([*parts, *describe_reasons(verdict.reasons)])


def describe_reasons(reasons: Sequence[str]) -> list[str]:
    """Return in words what two pictures share; reasons that this version does not know are not."""
    known = [REASONS[reason] for reason in reasons if reason in REASONS]
    return [_(reason) for reason in known]
