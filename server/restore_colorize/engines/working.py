"""From full-size pictures to exactly what a network sees, and into receipts.

References and hints are 8-bit at working size: a receipt can then hold them losslessly in little
room, and a repetition feeds the network the very same numbers.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from restore_colorize.engines.job import (
    Control,
    KnownColors,
    Reference,
    Request,
    WorkingPicture,
)
from restore_colorize.errors import RequestError, ShapeError
from restore_colorize.imaging import Picture, bounding_box, shrink, working_size

__all__ = [
    "fill_unknown",
    "hints_from_known_colors",
    "hints_of",
    "working_hints",
    "working_reference",
]

# A hint must be seen by the network: painted cells are at least this share covered.
_LEAST_COVER = 0.02


def working_reference(reference: Reference, short_side: int) -> WorkingPicture:
    """Shrink a reference to 8-bit RGB of the working size.

    Only the part where it is opaque counts: it is cut to the bounding box of its alpha, and what
    stays transparent inside is filled with the colors around.

    Raises:
        RequestError: the reference is fully transparent.
        ShapeError: a receipt's reference is no RGB picture.
    """
    if reference.working is not None:
        if reference.working.samples.shape[0] != 3:
            raise ShapeError("The receipt's references have no three color planes.")
        return reference.working
    picture = reference.picture
    assert picture is not None  # Reference holds one of the two
    planes, alpha = picture.planes, picture.alpha
    if alpha is not None:
        box = bounding_box(alpha)
        if box is None:
            raise RequestError(
                f"The reference {reference.name or 'picture'} is fully transparent: choose a "
                "layer with colors."
            )
        rows, columns = box.slices
        planes, alpha = planes[:, rows, columns], alpha[rows, columns]
    size = working_size(planes.shape[1], planes.shape[2], short_side=short_side)
    small = shrink(planes, size.height, size.width, alpha)
    if alpha is not None:
        cover = shrink(alpha[None], size.height, size.width)
        small = fill_unknown(small, (cover > 0).float())
    return WorkingPicture(_to_uint8(small.expand(3, -1, -1)), reference.name)


def working_hints(hints: Picture | WorkingPicture, height: int, width: int) -> WorkingPicture:
    """Shrink painted hints to 8-bit RGBA of the working size; alpha is 0 or 255.

    Thin strokes survive: a cell counts as painted when 2 % of it are.

    Raises:
        ShapeError: a receipt's hints are of another size.
    """
    if isinstance(hints, WorkingPicture):
        if hints.samples.shape != (4, height, width):
            raise ShapeError("The receipt's hints belong to a target of another size.")
        return hints
    assert hints.alpha is not None  # Request refuses hints without alpha
    small = shrink(hints.planes.expand(3, -1, -1), height, width, hints.alpha)
    cover = shrink(hints.alpha[None], height, width)
    painted = (cover >= _LEAST_COVER).float()
    return WorkingPicture(_to_uint8(torch.cat([small * painted, painted])), "hints")


def hints_from_known_colors(
    target: Picture, selection: Tensor, hints: Picture | None
) -> Picture | None:
    """Return the target's colors outside of the selection as hints, painted hints on top."""
    known = (selection == 0).float()
    if target.alpha is not None:
        known = known * (target.alpha > 0)
    planes, alpha = target.planes, known
    if hints is not None and hints.alpha is not None:
        top = hints.alpha > 0
        planes = torch.where(top, hints.planes.expand(3, -1, -1), planes)
        alpha = torch.where(top, hints.alpha, known)
    if not bool((alpha > 0).any()):
        return None
    return Picture(planes.expand(3, -1, -1), alpha, target.depth)


def hints_of(request: Request, height: int, width: int, control: Control) -> WorkingPicture | None:
    """Return painted hints and known colors at working size, or None if nothing is known."""
    hints = request.hints
    if (
        request.options.known_colors is KnownColors.OUTSIDE_SELECTION
        and not isinstance(hints, WorkingPicture)
        and request.selection is not None
    ):
        if request.target.is_gray:
            control.warn(
                "no-known-colors",
                "The target is gray, so there are no known colors outside of the selection.",
            )
        else:
            hints = hints_from_known_colors(request.target, request.selection, hints)
    if hints is None:
        return None
    working = working_hints(hints, height, width)
    return working if bool(working.samples[3].any()) else None


def _to_uint8(planes: Tensor) -> Tensor:
    return (planes * 255).round().clamp(0, 255).to(torch.uint8)


def fill_unknown(planes: Tensor, known: Tensor) -> Tensor:
    """Fill (c, h, w) where (1, h, w) ``known`` is 0 with the nearest scale's mean around it."""
    missing = known == 0
    if not bool(missing.any()):
        return planes
    h, w = known.shape[1:]
    total, weight = (planes * known)[None], known[None]
    filled, empty = planes, missing
    while bool(empty.any()) and min(total.shape[2:]) > 0:
        total = F.avg_pool2d(total, 2, ceil_mode=True)
        weight = F.avg_pool2d(weight, 2, ceil_mode=True)
        mean = total / weight.clamp_min(1e-6)
        up = F.interpolate(mean, size=(h, w), mode="nearest")[0]
        there = F.interpolate((weight > 0).float(), size=(h, w), mode="nearest")[0] > 0
        filled = torch.where(empty & there, up, filled)
        empty = empty & ~there
    return filled
