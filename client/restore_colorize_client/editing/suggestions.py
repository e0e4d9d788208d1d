"""Pictures that the server suggests as references, in words."""

from __future__ import annotations

from ..events import Verdict
from ..translation import _

__all__ = ["describe_verdict"]

MUCH = 0.66
SOME = 0.33


def describe_verdict(verdict: Verdict) -> str:
    """Return why a picture stands where it does among the suggestions, in a few words."""
    if verdict.related >= MUCH:
        text = _("shows much the same ({share:.0%}), score {score:.2f}")
    elif verdict.related >= SOME:
        text = _("shows some of the same ({share:.0%}), score {score:.2f}")
    else:
        text = _("shows other things ({share:.0%}), score {score:.2f}")
    return text.format(share=verdict.related, score=verdict.score)
