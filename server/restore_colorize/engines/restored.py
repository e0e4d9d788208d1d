"""A restored luma joined with the target's own color, strip by strip."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from restore_colorize.engines.job import Candidate, Control, Facts, Verdict, check_unit
from restore_colorize.engines.working import fill_unknown
from restore_colorize.errors import RangeError
from restore_colorize.imaging import (
    ChromaUpsampler,
    Picture,
    linear_to_srgb,
    luma_from_srgb,
    shrink,
    srgb_to_lab,
    working_size,
)
from restore_colorize.imaging.gamut import lab_to_linear_in_gamut
from restore_colorize.imaging.strips import row_strips
from restore_colorize.networks import RestorationNet

__all__ = ["Restoration", "RestoreOutcome"]

# Chroma is cleaned by averaging down to half the size or this short side, and comes back along
# the edges of the restored luma.
_CHROMA_SHORT_SIDE = 512
_LEAST_KNOWN = 0.05  # of a small pixel, so that its chroma counts
_BRIGHT_SHARE = 0.2  # of the pixels, whose mean color should be white


@dataclass(frozen=True)
class Restoration:
    """What restoring gave, before it is joined with color; planes (h, w) of the target's size.

    Attributes:
        gray: restored, sRGB-encoded.
        tone: the tone branch's answer (1, n); None leaves the tone.
        damage: in [0, 1]; where it is given, only there anything changes.
        holes: in [0, 1], where the target's own chroma means nothing; None is nowhere.
        balances_white: take the cast of the brightest parts away.
    """

    gray: Tensor
    tone: Tensor | None = None
    damage: Tensor | None = None
    holes: Tensor | None = None
    balances_white: bool = False


class RestoreOutcome:
    """The one result of a restoration; rendering it runs no network but the tone's curve."""

    def __init__(
        self,
        target: Picture,
        restoration: Restoration,
        network: RestorationNet,
        candidate: Candidate,
        facts: Facts,
    ) -> None:
        self.target = target
        self.candidates: tuple[Candidate, ...] = (candidate,)
        self.verdicts: tuple[Verdict, ...] = ()
        self.damage_mask: Tensor | None = None
        self.facts = facts
        self._restoration = restoration
        self._network = network

    def render(
        self,
        index: int,
        *,
        strength: float,
        saturation: float,
        preview_short_side: int = 0,
        control: Control,
    ) -> Picture:
        """Return the restored picture, unblended: full size in its depth, or small at 8 bit.

        Where no damage is, if damage was given, samples are the target's own.

        Raises:
            RangeError: an index, strength or saturation that does not exist.
            CancelledError: ``control`` said so.
        """
        if index != 0:
            raise RangeError(f"Candidate {index} was asked for, but a restoration has one.")
        check_unit("strength", strength)
        check_unit("saturation", saturation, 4.0)
        target, restoration = self.target, self._restoration
        if preview_short_side:
            target, restoration = _small(target, restoration, preview_short_side)
        return self._joined(target, restoration, strength, saturation, control)

    def uncertainty(self, index: int) -> Tensor | None:
        """Return None: the network has no opinion of itself."""
        return None

    def _joined(
        self,
        target: Picture,
        restoration: Restoration,
        strength: float,
        saturation: float,
        control: Control,
    ) -> Picture:
        height, width = target.size
        chroma = None if target.is_gray else self._chroma(target, restoration)
        joined = torch.empty_like(target.planes)
        for rows in row_strips(height, width):
            control.check()
            control.progress("join", rows.start / height)
            own = target.planes[:, rows]
            gray = self._toned(restoration, rows)[None]
            if chroma is not None:
                luma = luma_from_srgb(gray)
                lab = torch.cat([luma[None], chroma.rows(rows, luma) * saturation])
                gray = linear_to_srgb(lab_to_linear_in_gamut(lab)).clamp_(0, 1)
            weight = torch.full_like(own[0], strength)
            if restoration.damage is not None:
                weight = weight * restoration.damage[rows]
            joined[:, rows] = torch.lerp(own, gray, weight)  # at 0 its end to the last bit
        return target.with_planes(joined)

    def _toned(self, restoration: Restoration, rows: slice) -> Tensor:
        gray = restoration.gray[rows]
        if restoration.tone is None:
            return gray
        height = len(restoration.gray)
        with torch.no_grad():
            # The tone branch is small: it corrects wherever its answer lies.
            answer = restoration.tone.to(gray.device)
            toned = self._network.tone.correct(gray[None, None], answer, rows.start, height)
        return toned[0, 0].clamp(0, 1)

    def _chroma(self, target: Picture, restoration: Restoration) -> ChromaUpsampler:
        """The target's own chroma, cleaned, without that of holes."""
        height, width = target.size
        short_side = min(_CHROMA_SHORT_SIDE, max(1, min(height, width) // 2))
        size = working_size(height, width, short_side=short_side, multiple=1, longest=65536)
        known = torch.ones(height, width) if restoration.holes is None else 1 - restoration.holes
        if target.alpha is not None:
            known = known * target.alpha
        small = shrink(target.planes, size.height, size.width, known)
        cover = shrink(known[None], size.height, size.width)
        chroma = srgb_to_lab(fill_unknown(small, (cover > _LEAST_KNOWN).float()).clamp(0, 1))[1:]
        whole = torch.cat([self._toned(restoration, rows) for rows in row_strips(height, width)])
        luma = luma_from_srgb(shrink(whole[None], size.height, size.width).clamp(0, 1))
        if restoration.balances_white:
            bright = luma >= luma.flatten().quantile(1 - _BRIGHT_SHARE)
            chroma = chroma - chroma[:, bright].mean(1)[:, None, None]
        return ChromaUpsampler(chroma, luma, height, width)


def _small(
    target: Picture, restoration: Restoration, short_side: int
) -> tuple[Picture, Restoration]:
    size = working_size(target.height, target.width, short_side=short_side, longest=4096)

    def reduced(plane: Tensor | None) -> Tensor | None:
        if plane is None:
            return None
        return shrink(plane[None], size.height, size.width)[0].clamp(0, 1)

    planes = shrink(target.planes, size.height, size.width, target.alpha).clamp(0, 1)
    gray = reduced(restoration.gray)
    assert gray is not None  # it is never None
    small = replace(
        restoration,
        gray=gray,
        damage=reduced(restoration.damage),
        holes=reduced(restoration.holes),
    )
    return Picture(planes, reduced(target.alpha), 8), small
