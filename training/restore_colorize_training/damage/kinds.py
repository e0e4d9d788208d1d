"""Kinds of damaged pictures, as a training's config names them: chances and strengths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class Kind:
    """Chances in [0, 1] of what happens to a picture of this kind, and how strongly.

    Attributes:
        share: of the pictures drawn, relative to the other kinds' shares.
        fading, smooth_stain: tone, which the tone branch learns to undo.
        blur, resolution, noise, edged_stain, softening, jpeg: content, everywhere.
        scratches, long_scratches, film_scratches, cracks, creases, folds, dust, torn, texture:
            what the mask shows.
        blur_sigma, noise_sigma, jpeg_quality: lowest and highest; in px, in [0, 1], in 1..100.
        softening_sigma: of the scanner, in px. white: gray of bright marks.
        strong_noise: chance that noise has a sigma of .06 to .12 instead.
    """

    share: float = 0.0
    fading: float = 0.0
    smooth_stain: float = 0.0
    blur: float = 0.0
    resolution: float = 0.0
    noise: float = 0.0
    edged_stain: float = 0.0
    scratches: float = 0.0
    long_scratches: float = 0.0
    film_scratches: float = 0.0
    cracks: float = 0.0
    creases: float = 0.0
    folds: float = 0.0
    dust: float = 0.0
    torn: float = 0.0
    texture: float = 0.0
    softening: float = 0.0
    jpeg: float = 0.0
    blur_sigma: tuple[float, float] = (0.4, 2.2)
    noise_sigma: tuple[float, float] = (0.005, 0.06)
    jpeg_quality: tuple[float, float] = (20, 96)
    softening_sigma: tuple[float, float] = (0.3, 0.6)
    white: tuple[float, float] = (0.72, 1.0)
    strong_noise: float = 0.0

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Kind:
        """Read a table of a TOML file; unknown names raise TypeError."""
        return cls(**{k: tuple(v) if isinstance(v, list) else v for k, v in config.items()})


class Drawn:
    """The kinds of a batch's pictures: chances and bounds as tensors over the pictures."""

    def __init__(self, kinds: list[Kind], device: torch.device) -> None:
        self._values = {
            field.name: torch.tensor([getattr(kind, field.name) for kind in kinds], device=device)
            for field in fields(Kind)
        }

    def __getitem__(self, name: str) -> Tensor:
        """Chances (b,), or bounds (b, 2)."""
        return self._values[name]
