"""What is compared with the models: colorizers that need no weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
import torch.nn.functional as F
from restore_colorize.imaging import (
    Picture,
    gray_from_luma,
    lab_to_srgb,
    luma_of,
    reduce_chroma_to_gamut,
    srgb_to_lab,
)
from restore_colorize.networks import lookup_map
from torch import Tensor

# Mean a and b of the training packs (mean of the pictures' means).
TINT_AB = (2.10, 6.59)


@dataclass(frozen=True, eq=False)
class Colored:
    """A result: (3, h, w), 32-bit floats; ``related`` in [0, 1] is the model's own verdict."""

    picture: Picture
    related: float | None = None
    seconds: float = 0.0


class Colorizer(Protocol):
    """Gives a gray target the colors of a reference."""

    name: str  # stable, in JSON
    title: str  # for readers

    def colorize(
        self, target: Picture, reference: Picture, hints: Picture | None = None
    ) -> Colored:
        """Color a gray target of 32-bit floats with an 8-bit reference, and hints with alpha."""


def gray_target(truth: Picture) -> Picture:
    """Return a photograph's L as a gray picture of 32-bit floats; no color is left in it."""
    return Picture(gray_from_luma(luma_of(truth))[None], depth=32)


def with_chroma(target: Picture, chroma: Tensor) -> Picture:
    """Join the L of a gray target with chroma (2, h, w) in CIELAB units, kept within the gamut."""
    lab = torch.cat([luma_of(target)[None], chroma])
    return Picture(lab_to_srgb(reduce_chroma_to_gamut(lab)), depth=32)


class Gray:
    """No color at all: every other row has to beat this one."""

    name, title = "gray", "gray"

    def colorize(
        self, target: Picture, reference: Picture, hints: Picture | None = None
    ) -> Colored:
        """Return the target's L with three equal planes."""
        gray = target if target.is_gray else gray_target(target)
        return Colored(gray.with_planes(gray.planes.expand(3, -1, -1)))


class FadedColors:
    """The target as it came: a faded color photograph has colors of its own to beat."""

    name, title = "target", "the target's own colors"

    def colorize(
        self, target: Picture, reference: Picture, hints: Picture | None = None
    ) -> Colored:
        """Return the target with three planes."""
        return Colored(target.with_planes(target.planes.expand(3, -1, -1)))


class Tint:
    """One color for everything: the mean color of the training photographs."""

    name, title = "tint", "constant tint (training mean)"

    def colorize(
        self, target: Picture, reference: Picture, hints: Picture | None = None
    ) -> Colored:
        """Tint the target; the reference is not used."""
        chroma = torch.tensor(TINT_AB)[:, None, None].expand(2, *target.size)
        return Colored(with_chroma(target, chroma))


class ReferenceMean:
    """The reference's mean color; Reinhard's transfer, since a gray target has no ab spread."""

    name, title = "reference-mean", "reference's mean ab"

    def colorize(
        self, target: Picture, reference: Picture, hints: Picture | None = None
    ) -> Colored:
        """Tint the target with the mean a and b of the reference."""
        mean = srgb_to_lab(reference.planes)[1:].mean((1, 2), keepdim=True)
        return Colored(with_chroma(target, mean.expand(2, *target.size)))


class PastedReference:
    """The reference's chroma laid over the target by position, stretched to its size."""

    name, title = "reference-pasted", "reference's ab pasted by position"

    def colorize(
        self, target: Picture, reference: Picture, hints: Picture | None = None
    ) -> Colored:
        """Paste the reference's a and b."""
        chroma = srgb_to_lab(reference.planes)[None, 1:]
        chroma = F.interpolate(chroma, target.size, mode="bilinear", align_corners=False)[0]
        return Colored(with_chroma(target, chroma))


class LookupMap:
    """For each luminance the mean chroma that the reference has there; no training."""

    name, title = "lookup", "lookup map (no training)"

    def colorize(
        self, target: Picture, reference: Picture, hints: Picture | None = None
    ) -> Colored:
        """Look the chroma up at half size, as the networks see it, and enlarge it."""
        luma = F.avg_pool2d(luma_of(target)[None, None] / 50 - 1, 2, ceil_mode=True)
        lab = F.avg_pool2d(srgb_to_lab(reference.planes)[None], 2, ceil_mode=True)
        chroma = lookup_map(luma, lab[:, :1] / 50 - 1, lab[:, 1:] / 110)[:, :2] * 110
        chroma = F.interpolate(chroma, target.size, mode="bilinear", align_corners=False)[0]
        return Colored(with_chroma(target, chroma))


BASELINES: tuple[Colorizer, ...] = (
    Gray(),
    Tint(),
    ReferenceMean(),
    PastedReference(),
    LookupMap(),
)
