"""Color a target from references, hints and known colors; its luminance stays.

Networks decide only the chroma at a working size (short side 256, proportions kept); ``imaging``
joins it with the full-size luma along its edges. So they cost the same at 1 and at 24 megapixels.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from restore_colorize.engines.colorizers import COLORIZERS, Proposal
from restore_colorize.engines.devices import Device
from restore_colorize.engines.job import (
    Candidate,
    ColorizeOptions,
    Control,
    Facts,
    Request,
    Verdict,
    WorkingPicture,
    check_unit,
)
from restore_colorize.engines.working import hints_of, working_reference
from restore_colorize.errors import RangeError, RequestError
from restore_colorize.imaging import (
    Picture,
    enlarge,
    gray_from_luma,
    join_chroma,
    luma_of,
    shrink,
    working_size,
)
from restore_colorize.models import Model

__all__ = ["ROLE", "Answer", "ColorizeOutcome", "colorize"]

ROLE = "colorize.exemplar"
WORKING_SHORT_SIDE = 256

# Below this chroma (CIELAB units, mean) a reference counts as gray and its user is told.
_GRAY_CHROMA = 2.5
# Below this probability of being related a reference was mostly ignored; its user is told.
_UNRELATED = 0.3


@dataclass(frozen=True)
class Answer:
    """A candidate, and the chroma that it is rendered from."""

    candidate: Candidate
    proposal: Proposal


@dataclass(frozen=True)
class _Question:
    """What one candidate is asked for: from which references, and how far they are trusted."""

    label: str
    members: list[int]
    trust: float


class ColorizeOutcome:
    """Candidates that are chroma; rendering joins chroma with luma and runs no network."""

    def __init__(
        self,
        target: Picture,
        answers: tuple[Answer, ...],
        verdicts: tuple[Verdict, ...],
        facts: Facts,
    ) -> None:
        self.target = target
        self.verdicts = verdicts
        self.facts = facts
        self.damage_mask: Tensor | None = None
        self.candidates = tuple(answer.candidate for answer in answers)
        self._proposals = tuple(answer.proposal for answer in answers)

    def render(
        self,
        index: int,
        *,
        strength: float,
        saturation: float,
        preview_short_side: int = 0,
        control: Control,
    ) -> Picture:
        """Return a candidate, unblended: full size in the target's depth, or small at 8 bit.

        Raises:
            RangeError: an index, strength or saturation that does not exist.
            CancelledError: ``control`` said so.
        """
        check_unit("strength", strength)
        check_unit("saturation", saturation, 4.0)
        target = self.target
        if preview_short_side:
            size = working_size(
                target.height, target.width, short_side=preview_short_side, longest=2048
            )
            planes = shrink(target.planes, size.height, size.width, target.alpha)
            alpha = None
            if target.alpha is not None:
                alpha = shrink(target.alpha[None], size.height, size.width)[0].clamp(0, 1)
            target = Picture(planes.clamp(0, 1), alpha, 8)
        return self.joined(target, index, strength, saturation, control)

    def joined(
        self, target: Picture, index: int, strength: float, saturation: float, control: Control
    ) -> Picture:
        """Join a candidate's chroma with another picture of the same things, of any size.

        Raises:
            RangeError, CancelledError: as for ``render``.
        """
        proposal = self._proposal(index)

        def on_strip(share: float) -> None:
            control.check()
            control.progress("join", share)

        return join_chroma(
            target,
            proposal.chroma,
            proposal.luma,
            strength=strength,
            saturation=saturation,
            on_strip=on_strip,
        )

    def uncertainty(self, index: int) -> Tensor | None:
        """Return (h, w) float32 in [0, 1] at the target's size, 1 = least sure; None if unknown."""
        confidence = self._proposal(index).confidence
        if confidence is None:
            return None
        whole = enlarge(confidence[None], self.target.height, self.target.width)[0]
        return (1 - whole).clamp(0, 1)

    def _proposal(self, index: int) -> Proposal:
        if not 0 <= index < len(self._proposals):
            raise RangeError(
                f"Candidate {index} was asked for, but this job has {len(self._proposals)}."
            )
        return self._proposals[index]


class _Stopwatch:
    """Seconds by stage, for receipts' timings."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._last
        self._last = now


def colorize(
    request: Request, model: Model, network: nn.Module, device: Device, control: Control
) -> ColorizeOutcome:
    """Run the network once for each candidate.

    Raises:
        RequestError: neither references nor hints say which colors are wanted.
        CancelledError: ``control`` said so.
    """
    colorizer = COLORIZERS[model.entry.network]
    watch = _Stopwatch()
    control.progress("analyze", 0.0)
    target, options = request.target, request.options
    assert isinstance(options, ColorizeOptions)  # service.options made it for this engine
    short_side = options.working_short_side or WORKING_SHORT_SIDE
    size = working_size(target.height, target.width, short_side=short_side)
    planes = shrink(target.planes, size.height, size.width, target.alpha).clamp(0, 1)
    luma = luma_of(Picture(planes))
    control.check()
    hints = hints_of(request, size.height, size.width, control)
    if hints is not None and not colorizer.takes_hints:
        control.warn(
            "hints-unused", "This model does not follow color hints: choose another to use them."
        )
        hints = None
    references = tuple(working_reference(item, short_side) for item in request.references)
    control.check()
    if not references and hints is None:
        raise RequestError(
            "Neither a reference nor a color hint was given, so nothing says which colors are "
            "wanted: choose a color picture, or paint hints."
        )
    _warn_of_gray(references, control)
    watch.lap("analyze")

    pictures = [reference.samples.float() / 255 for reference in references]
    labels = [reference.name or f"reference {n}" for n, reference in enumerate(references, 1)]
    if not pictures:  # hints alone: the target as its own gray reference promises no color
        pictures, labels = [gray_from_luma(luma).expand(3, -1, -1)], ["hints"]
    painted = None if hints is None else hints.samples.float() / 255
    questions = _questions(labels, options, bool(references) and colorizer.judges_references)
    answers: list[Answer] = []
    related: dict[int, float] = {}
    for number, question in enumerate(questions):
        control.check()
        control.progress("colorize", 0.1 + 0.5 * number / len(questions))
        with torch.inference_mode(), device.autocast():
            chosen = [pictures[i] for i in question.members]
            proposal = colorizer.ask(network, luma, chosen, painted, question.trust)
        related = dict(zip(question.members, proposal.related or (), strict=False)) | related
        score = 1.0 if proposal.confidence is None else float(proposal.confidence.mean())
        if question.trust > options.trust:  # an outvoted verdict makes no candidate better
            score = min(answer.candidate.score for answer in answers)
        candidate = Candidate(number, question.label, score, request.seed, model.name)
        answers.append(Answer(candidate, proposal))
    control.check()
    watch.lap("colorize")
    facts = Facts(
        model=model.name,
        weights_sha256=model.entry.sha256,
        device=device.environment().device,
        dtype=device.environment().dtype,
        working_width=size.width,
        working_height=size.height,
        references=references,
        hints=hints,
        timings_s=watch.seconds,
    )
    verdicts = _verdicts(request, related, control)
    return ColorizeOutcome(target, _ranked(answers), verdicts, facts)


def _warn_of_gray(references: tuple[WorkingPicture, ...], control: Control) -> None:
    for number, reference in enumerate(references, 1):
        rgb = reference.samples.float()
        spread = (rgb.amax(0) - rgb.amin(0)).mean()  # 0 for gray; about 1.3 per unit of chroma
        if spread < _GRAY_CHROMA * 1.3:
            control.warn(
                "reference-gray",
                f"The reference {reference.name or number} has almost no colors, so the result "
                "will have few.",
            )


def _questions(labels: list[str], options: ColorizeOptions, are_judged: bool) -> list[_Question]:
    """All references together, each alone, and all of them trusted if they are judged at all."""
    together, everyone = ", ".join(labels), list(range(len(labels)))
    questions = [_Question(together, everyone, options.trust)]
    if len(labels) > 1:
        questions += [_Question(labels[one], [one], options.trust) for one in everyone]
    if are_judged and options.trust < 1:
        questions.append(_Question(f"{together}, trusted", everyone, 1.0))
    return questions[: options.candidates]


def _ranked(answers: list[Answer]) -> tuple[Answer, ...]:
    """Best score first, numbered anew; equal scores keep their order."""
    best_first = sorted(answers, key=lambda answer: -answer.candidate.score)
    return tuple(
        replace(answer, candidate=replace(answer.candidate, index=index))
        for index, answer in enumerate(best_first)
    )


def _verdicts(request: Request, related: dict[int, float], control: Control) -> tuple[Verdict, ...]:
    assert isinstance(request.options, ColorizeOptions)
    verdicts = []
    for number, reference in enumerate(request.references):
        if number not in related:
            continue
        value = related[number]
        verdicts.append(Verdict(reference.key, value, value, reference.path))
        if value < _UNRELATED and request.options.trust < 0.5:
            control.warn(
                "reference-unrelated",
                f"The reference {reference.name or number + 1} seems to show other things than "
                "the target, so little of its color was used; trust it more to use it anyway.",
            )
    return tuple(verdicts)
