"""What a running job tells, in the order in which the server says it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from .pixels import Pixels
from .receipts import Receipt

__all__ = [
    "Candidate",
    "Done",
    "Event",
    "Image",
    "JobWarning",
    "Progress",
    "Queued",
    "Result",
    "ResultKind",
    "Timing",
    "Verdict",
]


class ResultKind(IntEnum):
    """What a picture that was sent shows."""

    IMAGE = 1  # a candidate at full size, the target's sample type; unblended
    PREVIEW = 2  # a candidate, small, 8 bit
    UNCERTAINTY = 3  # one channel, 8 bit: 255 where the engine is least sure
    DAMAGE_MASK = 4  # one channel, 8 bit, the target's size


@dataclass(frozen=True)
class Queued:
    """The job waits; told on every change of position."""

    position: int  # jobs before this one that have not started
    ahead_s: float  # estimate of the wait; 0: unknown


@dataclass(frozen=True)
class Progress:
    """The job computes."""

    stage: str  # stable name: "load", "analyze", "colorize", "join", …
    fraction: float  # of the whole job, 0..1, never falls
    remaining_s: float  # estimate; 0: unknown
    memory_bytes: int  # estimate of the job's peak; in the first event only


@dataclass(frozen=True)
class JobWarning:
    """The job goes on, the user should know."""

    code: str  # stable
    text: str  # one sentence


@dataclass(frozen=True)
class Candidate:
    """One of several results, told as soon as it exists, with its preview where one was asked."""

    index: int  # names the candidate within the job
    label: str
    score: float  # higher is better; comparable within one job only
    seed: int  # that gives this candidate alone
    model: str
    preview: Pixels | None = None


@dataclass(frozen=True)
class Verdict:
    """What was thought of a reference."""

    reference: int | None  # index in JobRequest.references; None: from a folder
    related: float  # 0..1: how much target and reference show the same things
    score: float
    path: str  # of a suggestion from a folder
    reasons: tuple[str, ...] = ()  # "layout", "textures", "brightness": what is alike


@dataclass(frozen=True)
class Image:
    """A whole picture has arrived."""

    kind: ResultKind
    candidate: int  # Candidate.index
    pixels: Pixels


@dataclass(frozen=True)
class Timing:
    """How long a stage took."""

    stage: str
    seconds: float


@dataclass(frozen=True)
class Done:
    """Everything that was asked for has arrived; the last event of a job."""

    receipt: Receipt | None
    timings: tuple[Timing, ...]
    ranking: tuple[int, ...]  # Candidate.index, best first


Event = Queued | Progress | JobWarning | Verdict | Candidate | Image | Done


@dataclass(frozen=True)
class Result:
    """Everything that a job gave, collected."""

    candidates: tuple[Candidate, ...]  # best first
    images: tuple[Image, ...]
    verdicts: tuple[Verdict, ...]
    warnings: tuple[JobWarning, ...]
    receipt: Receipt | None
    timings: tuple[Timing, ...]

    def image(self, candidate: int | None = None, kind: ResultKind = ResultKind.IMAGE) -> Pixels:
        """Return the picture of a candidate, or the first of its kind that came.

        Raises KeyError where none was asked for.
        """
        for image in self.images:
            if image.kind is kind and candidate in (None, image.candidate):
                return image.pixels
        raise KeyError(f"{kind.name} of candidate {candidate}")
