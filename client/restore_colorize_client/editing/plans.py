"""Which layers a result becomes; the editor only carries it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from ..events import Candidate, Result, ResultKind
from ..pixels import Pixels
from ..receipts import Receipt
from ..translation import _
from .notes import LayerNote

__all__ = [
    "LayerMask",
    "MadeCandidate",
    "PlannedLayer",
    "ResultPlan",
    "plan_candidates",
    "plan_result",
    "uncertainty_of",
]


class LayerMask(Enum):
    """What a new layer's mask holds."""

    SELECTION = "selection"  # or no mask, where nothing was selected
    FULL = "full"  # all of the layer shows
    EMPTY = "empty"  # nothing shows until the user paints


@dataclass(frozen=True)
class MadeCandidate:
    """A candidate at full size; candidates of several jobs may be inserted together.

    target_channels: as in ``LayerNote``. uncertainty: one channel, white where its job was least
    sure; None where nobody asked.
    """

    candidate: Candidate
    pixels: Pixels
    receipt: Receipt | None
    target_channels: int = 3
    uncertainty: Pixels | None = None


@dataclass(frozen=True)
class PlannedLayer:
    """One layer above the source, of its size and at its place.

    explains: it tells something of the others and is no part of the picture.
    """

    name: str
    pixels: Pixels
    is_visible: bool
    note: LayerNote | None
    mask: LayerMask = LayerMask.SELECTION
    explains: bool = False


@dataclass(frozen=True)
class ResultPlan:
    """Layers from top to bottom, in a group of this name where it is not empty.

    is_mix: the layers' masks are the user's to paint, so the selection becomes the group's mask.
    """

    layers: tuple[PlannedLayer, ...]
    group: str = ""
    is_color_layer: bool = False
    is_mix: bool = False


def plan_result(
    result: Result,
    title: str,
    *,
    source_id: str = "",
    target_channels: int = 3,
    is_color_layer: bool = False,
    only: int | None = None,
    rendered: tuple[float, float] | None = None,
    is_mix: bool = False,
) -> ResultPlan:
    """Return the layers for a job's result, as ``plan_candidates`` does.

    only: the one candidate that is wanted.
    """
    made = []
    doubt = uncertainty_of(result)
    for candidate in result.candidates:
        if only is None or candidate.index == only:
            try:
                pixels = result.image(candidate.index)
            except KeyError:  # no more of them were asked for at full size
                continue
            made.append(MadeCandidate(candidate, pixels, result.receipt, target_channels, doubt))
    return plan_candidates(
        made,
        title,
        source_id=source_id,
        is_color_layer=is_color_layer,
        rendered=rendered,
        is_mix=is_mix,
    )


def plan_candidates(
    made: Sequence[MadeCandidate],
    title: str,
    *,
    source_id: str = "",
    is_color_layer: bool = False,
    rendered: tuple[float, float] | None = None,
    is_mix: bool = False,
) -> ResultPlan:
    """Return the layers for candidates, best first, all others hidden.

    Where the first one's uncertainty is there it becomes the lowest layer, hidden.

    title: what was done, such as "Colorized". is_mix: show all, one upon the other, the best at
    the bottom and the others masked out, so that the user paints in where they are better. The
    others are as in ``LayerNote``.
    """
    is_group = len(made) > 1
    is_mix = is_mix and is_group
    layers = [
        PlannedLayer(
            name=_name(title, each.candidate, is_group),
            pixels=each.pixels,
            is_visible=is_mix or place == 0,
            note=_note(each, source_id, is_color_layer, rendered),
            mask=_mask(place, is_mix),
        )
        for place, each in enumerate(made)
    ]
    if is_mix:
        layers.reverse()
    if made and made[0].uncertainty is not None:
        layers.append(_doubt_layer(made[0].uncertainty))
    what = _("{title} ({count} to mix)") if is_mix else _("{title} ({count} candidates)")
    group = what.format(title=title, count=len(made)) if is_group else ""
    return ResultPlan(tuple(layers), group, is_color_layer, is_mix)


def uncertainty_of(result: Result) -> Pixels | None:
    """Return where a job was least sure, white there; None where nobody asked."""
    try:
        return result.image(kind=ResultKind.UNCERTAINTY)
    except KeyError:
        return None


def _doubt_layer(uncertainty: Pixels) -> PlannedLayer:
    """Three channels, so that it fits into the image, which is no gray one any more."""
    gray = uncertainty.view()
    samples = bytearray(3 * len(gray))
    for channel in range(3):
        samples[channel::3] = gray
    size = uncertainty.width, uncertainty.height
    pixels = Pixels(*size, 3, uncertainty.sample_type, False, samples)
    return PlannedLayer(_("Uncertainty"), pixels, False, None, explains=True)


def _note(
    made: MadeCandidate,
    source_id: str,
    is_color_layer: bool,
    rendered: tuple[float, float] | None,
) -> LayerNote | None:
    if made.receipt is None:
        return None
    return LayerNote(
        made.receipt,
        made.candidate.index,
        source_id,
        made.target_channels,
        is_color_layer,
        rendered,
    )


def _mask(place: int, is_mix: bool) -> LayerMask:
    if not is_mix:
        return LayerMask.SELECTION
    return LayerMask.FULL if place == 0 else LayerMask.EMPTY


def _name(title: str, candidate: Candidate, is_one_of_many: bool) -> str:
    label = f" · {candidate.label}" if is_one_of_many and candidate.label else ""
    return f"{title}{label} · {candidate.model} · seed {candidate.seed}"
