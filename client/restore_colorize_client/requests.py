"""What can be asked for. Names, units and meanings are those of the contract's Job and tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from .pixels import Pixels
from .receipts import Receipt

__all__ = [
    "Colorize",
    "DetectDamage",
    "JobRequest",
    "KnownColors",
    "Reference",
    "Region",
    "Render",
    "Restore",
    "Sample",
    "SuggestReferences",
    "Task",
]


class KnownColors(IntEnum):
    """Which colors of a color target are given to the network as hints."""

    NONE = 0
    OUTSIDE_SELECTION = 1


@dataclass(frozen=True)
class Colorize:
    """Give a target the colors of references, hints and known colors; its luminance stays."""

    strength: float = 1.0  # 0 keeps the target's own colors
    saturation: float = 1.0  # multiplies the new chroma
    known_colors: KnownColors = KnownColors.NONE
    candidates: int = 1
    working_short_side: int = 0  # pixels; 0: the model's own
    trust: float = 0.0  # 1 uses references even if the model finds them unrelated
    model: str = ""  # of the colors of a Restore; other jobs name it in JobRequest
    # Instead of references: the picture in these folders of the server's disk that suits best.
    folders: Sequence[str] = ()
    excluded: Sequence[str] = ()  # files in them that are no answer


@dataclass(frozen=True)
class Restore:
    """Repair scratches, holes, fading, blur and noise."""

    strength: float = 1.0  # 0 leaves the picture
    eagerness: float = 0.0  # how readily marks are taken for damage: 0 safe, 1 eager
    tone: bool = False  # also correct fading and contrast
    white_balance: bool = False  # of faded color pictures
    colorize: bool = False  # then colorize, as ``colors`` says
    colors: Colorize = field(default_factory=Colorize)


@dataclass(frozen=True)
class Sample:
    """Draw several colorizations without a reference."""

    strength: float = 1.0
    saturation: float = 1.0
    known_colors: KnownColors = KnownColors.NONE
    candidates: int = 4
    temperature: float = 0.9  # divides the logits; 1 is the model's distribution
    top_p: float = 1.0  # mass of the likeliest colors that may be drawn, (0, 1]
    diversity: float = 0.0  # 0: the best; 1: those of the best that differ most
    refine: bool = True  # run the refinement network


@dataclass(frozen=True)
class SuggestReferences:
    """Tell which references (and pictures in folders of the server's disk) suit the target."""

    count: int = 4
    folders: Sequence[str] = ()
    excluded: Sequence[str] = ()  # files in them that are no answer


@dataclass(frozen=True)
class DetectDamage:
    """Propose where physical damage is."""

    sensitivity: float = 0.5  # 0 sure marks only, 1 everything suspicious


Task = Colorize | Restore | Sample | SuggestReferences | DetectDamage


@dataclass(frozen=True)
class Region:
    """The rectangle of the layer that the target is, in the layer's pixels."""

    x: int
    y: int
    width: int
    height: int
    layer_width: int
    layer_height: int


@dataclass(frozen=True)
class Reference:
    """A color picture whose colors are wanted; ``name`` comes back in verdicts and receipts."""

    pixels: Pixels
    name: str = ""


@dataclass(frozen=True)
class Render:
    """A candidate's pixels once more; see ``RunningJob.render``."""

    candidate: int
    strength: float
    saturation: float
    preview_short_side: int


@dataclass(frozen=True, kw_only=True)
class JobRequest:
    """One job.

    target: 1 or 3 channels, and alpha. selection: one channel, where results will be used.
    damage: one channel, 0 = intact. hints: RGB and alpha, colors where alpha > 0; all of the
    target's size. references: RGB of any size, several allowed.

    deliver: candidates to send at full size at once, best first; 0: previews only.
    preview_short_side: pixels of the previews; 0: none. explain: also send what explains the
    result, such as uncertainty. repeat: do what this receipt did; ``task`` then stays None.
    """

    target: Pixels
    task: Task | None = None
    selection: Pixels | None = None
    damage: Pixels | None = None
    hints: Pixels | None = None
    references: Sequence[Reference] = ()
    region: Region | None = None
    model: str = ""
    seed: int = 0
    deliver: int = 1
    preview_short_side: int = 0
    explain: bool = False
    repeat: Receipt | None = None
