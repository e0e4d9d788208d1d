"""Pictures in the samples that travel, so that both backends compute with the same numbers."""

from __future__ import annotations

from dataclasses import replace

import torch

from restore_colorize.imaging import Picture

__all__ = ["as_sent", "mask_as_sent"]

_DEPTHS = (8, 16, 32)


def as_sent(picture: Picture) -> Picture:
    """Return the picture with a depth that holds its samples exactly.

    A file's own samples fit their depth. Those that came through a profile lie between the levels
    of sRGB: they travel as floats, and are rounded once, when the result is written.
    """
    return replace(picture, depth=_exact_depth(picture))


def mask_as_sent(mask: torch.Tensor) -> Picture:
    """Return a mask (h, w) float32 in [0, 1] as a gray picture of the smallest exact depth."""
    picture = Picture(mask[None])
    return replace(picture, depth=_exact_depth(picture))


def _exact_depth(picture: Picture) -> int:
    for depth in _DEPTHS[_DEPTHS.index(picture.depth) :]:
        rounded = Picture.from_samples(replace(picture, depth=depth).quantize())
        if torch.equal(rounded.planes, picture.planes):
            return depth
    return _DEPTHS[-1]
