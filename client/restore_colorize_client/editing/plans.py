"""Which layers a result becomes; the editor only carries it out."""

from __future__ import annotations

from dataclasses import dataclass

from ..events import Candidate, Result
from ..pixels import Pixels
from .notes import LayerNote

__all__ = ["PlannedLayer", "ResultPlan", "plan_result"]


@dataclass(frozen=True)
class PlannedLayer:
    """One layer above the source, of its size and at its place."""

    name: str
    pixels: Pixels
    is_visible: bool
    note: LayerNote | None


@dataclass(frozen=True)
class ResultPlan:
    """Layers from top to bottom, in a group of this name where it is not empty."""

    layers: tuple[PlannedLayer, ...]
    group: str = ""
    is_color_layer: bool = False


def plan_result(
    result: Result,
    title: str,
    *,
    source_id: str = "",
    target_channels: int = 3,
    is_color_layer: bool = False,
    only: int | None = None,
    rendered: tuple[float, float] | None = None,
) -> ResultPlan:
    """Return the layers for a result, best first, all others hidden.

    title: what was done, such as "Colorized". only: the one candidate that is wanted. The others
    are as in ``LayerNote``.
    """
    pictures = []
    for candidate in result.candidates:
        if only is None or candidate.index == only:
            try:
                pictures.append((candidate, result.image(candidate.index)))
            except KeyError:  # no more of them were asked for at full size
                continue
    layers = tuple(
        PlannedLayer(
            name=_name(title, candidate, len(pictures) > 1),
            pixels=pixels,
            is_visible=place == 0,
            note=None
            if result.receipt is None
            else LayerNote(
                result.receipt,
                candidate.index,
                source_id,
                target_channels,
                is_color_layer,
                rendered,
            ),
        )
        for place, (candidate, pixels) in enumerate(pictures)
    )
    group = f"{title} ({len(layers)} candidates)" if len(layers) > 1 else ""
    return ResultPlan(layers, group, is_color_layer)


def _name(title: str, candidate: Candidate, is_one_of_many: bool) -> str:
    label = f" · {candidate.label}" if is_one_of_many and candidate.label else ""
    return f"{title}{label} · {candidate.model} · seed {candidate.seed}"
