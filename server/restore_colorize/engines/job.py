"""What an engine is asked, what it may tell meanwhile, and what it answers.

An engine knows no gRPC and no files: it gets a ``Request`` of pictures and options, reports through
a ``Control``, and returns an ``Outcome`` that can be rendered again without running a network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import ClassVar, Protocol

import torch

from restore_colorize.errors import RangeError, RequestError, ShapeError
from restore_colorize.imaging import Picture

__all__ = [
    "Candidate",
    "ColorizeOptions",
    "Control",
    "KnownColors",
    "Outcome",
    "PartOfJob",
    "Reference",
    "Request",
    "SilentControl",
    "TaskOptions",
    "Verdict",
    "WorkingPicture",
]

MAX_CANDIDATES = 16


class KnownColors(Enum):
    """Which colors of a color target are given to the network as hints."""

    NONE = "none"
    OUTSIDE_SELECTION = "outside-selection"


@dataclass(frozen=True)
class WorkingPicture:
    """A small picture exactly as a network saw it.

    ``samples`` is a (c, h, w) uint8 tensor, c = 3 (RGB) or 4 (RGB and alpha), sRGB-encoded.
    """

    samples: torch.Tensor
    name: str = ""

    def __post_init__(self) -> None:
        shape, dtype = self.samples.shape, self.samples.dtype
        if len(shape) != 3 or shape[0] not in (3, 4) or 0 in shape or dtype != torch.uint8:
            raise ShapeError(f"A working picture is 8-bit RGB or RGBA, not {tuple(shape)} {dtype}.")


@dataclass(frozen=True)
class Reference:
    """A color picture whose colors are wanted.

    Exactly one of ``picture`` (any size) and ``working`` (from a receipt) is set. ``key`` is
    chosen by the caller and comes back in the verdict, and so does ``path``, of one that was found
    in a folder.
    """

    picture: Picture | None = None
    working: WorkingPicture | None = None
    name: str = ""
    key: int = 0
    path: str = ""

    def __post_init__(self) -> None:
        if (self.picture is None) == (self.working is None):
            raise RequestError("A reference needs either pixels or a receipt's working picture.")


def check_unit(name: str, value: float, upper: float = 1.0) -> None:
    """Raise RangeError unless ``value`` is a number in [0, upper]."""
    if not 0.0 <= value <= upper:  # also refuses NaN
        raise RangeError(f"The {name} is {value:g}, but must lie between 0 and {upper:g}.")


@dataclass(frozen=True)
class TaskOptions:
    """What every engine's options have, so that all outcomes are delivered alike.

    strength: 0 keeps the target, 1 takes the result. saturation: multiplies chroma, 0 to 4.
    """

    strength: float = 1.0
    saturation: float = 1.0
    known_colors: KnownColors = KnownColors.NONE
    candidates: int = 1

    MAX_REFERENCES: ClassVar[int] = 8

    def __post_init__(self) -> None:
        check_unit("strength", self.strength)
        check_unit("saturation", self.saturation, 4.0)
        if not 1 <= self.candidates <= MAX_CANDIDATES:
            raise RangeError(
                f"{self.candidates} candidates were asked for; 1 to {MAX_CANDIDATES} are possible."
            )


@dataclass(frozen=True)
class ColorizeOptions(TaskOptions):
    """Options of the colorize engine.

    strength: 0 keeps the target's own colors, 1 takes the new ones.
    saturation: multiplies the new chroma, 0 to 4; 1 leaves it.
    candidates: how many results to offer at most: one from all references, with several then one
        from each, at last one from all that trusts them.
    working_short_side: pixels; 0 takes the model's own.
    trust: 0 leaves the verdict on references to the model, 1 uses them as if they surely showed
        the same things.
    folders: of this machine, named from the root: instead of references, the picture in or below
        them that suits best.
    excluded: files in them that are no answer.
    """

    working_short_side: int = 0
    trust: float = 0.0
    folders: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        check_unit("trust", self.trust)
        if self.working_short_side and not 64 <= self.working_short_side <= 512:
            raise RangeError(
                f"The working size of {self.working_short_side} pixels is outside of 64 to 512."
            )

    def settled(self) -> ColorizeOptions:
        """Return them for a job that has its references: nothing is sought in folders."""
        return replace(self, folders=(), excluded=())


@dataclass(frozen=True)
class Request:
    """One job for an engine.

    target: the picture to work on. selection, damage: (h, w) float32 in [0, 1] of the target's
    size, or None. hints: a picture of the target's size whose alpha says where colors are painted.
    """

    engine: str
    options: TaskOptions
    target: Picture
    selection: torch.Tensor | None = None
    damage: torch.Tensor | None = None
    hints: Picture | WorkingPicture | None = None
    references: tuple[Reference, ...] = ()
    model: str = ""
    seed: int = 0

    def __post_init__(self) -> None:
        size = (self.target.height, self.target.width)
        for name, mask in (("selection", self.selection), ("damage mask", self.damage)):
            if mask is not None and tuple(mask.shape) != size:
                raise ShapeError(
                    f"The {name} is {mask.shape[1]} × {mask.shape[0]} pixels, but the target is "
                    f"{size[1]} × {size[0]}."
                )
        if isinstance(self.hints, Picture):
            if (self.hints.height, self.hints.width) != size:
                raise ShapeError(
                    f"The hints are {self.hints.width} × {self.hints.height} pixels, but the "
                    f"target is {size[1]} × {size[0]}."
                )
            if self.hints.alpha is None:
                raise ShapeError(
                    "The hints have no transparency, so nothing tells painted from empty places: "
                    "paint them on a transparent layer."
                )
        most = self.options.MAX_REFERENCES
        if len(self.references) > most:
            raise RangeError(
                f"{len(self.references)} references were given; at most {most} are used."
            )


class Control(Protocol):
    """How an engine speaks to whoever asked, and how it learns that it should stop."""

    def progress(self, stage: str, fraction: float, remaining_s: float = 0.0) -> None:
        """Tell the stage's stable name and the share of the whole job that is done, 0 to 1."""

    def warn(self, code: str, text: str) -> None:
        """Tell the user something in one sentence; the job goes on."""

    def check(self) -> None:
        """Raise CancelledError if the job should stop; called between stages, tiles and strips."""

    def offer(self, early: Callable[[], Outcome]) -> None:
        """Show the candidates before they are final, if anybody watches.

        Args:
            early: gives them as they are; the job's outcome has the same ones, in the same order.
        """


@dataclass(frozen=True)
class PartOfJob:
    """Control of a part of a job, whose progress goes from ``first`` to ``last`` of the whole."""

    whole: Control
    first: float
    last: float

    def progress(self, stage: str, fraction: float, remaining_s: float = 0.0) -> None:
        """Tell the share of the whole job."""
        self.whole.progress(stage, self.first + (self.last - self.first) * fraction, remaining_s)

    def warn(self, code: str, text: str) -> None:
        """Pass it on."""
        self.whole.warn(code, text)

    def check(self) -> None:
        """Stop when the whole job should."""
        self.whole.check()

    def offer(self, early: Callable[[], Outcome]) -> None:
        """Show nothing: the candidates of a part are not those of the job."""


class SilentControl:
    """A control for callers that only want the result."""

    def progress(self, stage: str, fraction: float, remaining_s: float = 0.0) -> None:
        """Ignore it."""

    def warn(self, code: str, text: str) -> None:
        """Ignore it."""

    def check(self) -> None:
        """Never stop."""

    def offer(self, early: Callable[[], Outcome]) -> None:
        """Watch nothing."""


@dataclass(frozen=True)
class Candidate:
    """One of several results; ``score`` is comparable within its job only."""

    index: int
    label: str
    score: float
    seed: int
    model: str


@dataclass(frozen=True)
class Verdict:
    """What the engine thought of a reference: ``related`` in [0, 1] says how much it was used.

    path: of what was found in a folder; it has no key. reasons: stable words for what
    target and suggestion share, see ``suggest``.
    """

    key: int
    related: float
    score: float
    path: str = ""
    reasons: tuple[str, ...] = ()


class Outcome(Protocol):
    """What a job gave. Rendering runs no network and may happen while other jobs compute."""

    candidates: tuple[Candidate, ...]  # best first
    verdicts: tuple[Verdict, ...]
    facts: Facts
    target: Picture
    damage_mask: torch.Tensor | None  # (h, w) in [0, 1] where damage was found; None: not asked

    def render(
        self,
        index: int,
        *,
        strength: float,
        saturation: float,
        preview_short_side: int = 0,
        control: Control,
    ) -> Picture:
        """Return a candidate, unblended, at full size in the target's depth, or small at 8 bit.

        Raises RangeError for an index, strength or saturation that does not exist.
        """

    def uncertainty(self, index: int) -> torch.Tensor | None:
        """Return (h, w) float32 in [0, 1] at the target's size, 1 = least sure; None if unknown."""


@dataclass(frozen=True)
class Facts:
    """What a receipt needs to know about a run beside the request."""

    model: str
    weights_sha256: str
    device: str
    dtype: str
    working_width: int
    working_height: int
    color_model: str = ""  # of a restoration that is colorized
    color_weights_sha256: str = ""
    references: tuple[WorkingPicture, ...] = ()
    hints: WorkingPicture | None = None
    timings_s: Mapping[str, float] = field(default_factory=dict)
