"""Gray photographs in RAM, cut anywhere at many scales, for restoration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from restore_colorize_training.packs import load_photographs

LARGE_PX = 512
_GROUP = 4  # pictures that share a scale and a turn
_LEAST_SCALE = 0.3
_BT601 = (0.299, 0.587, 0.114)


_SHARPEST = 1.5  # times what a blur of one pixel takes away is added


@dataclass(frozen=True)
class _Source:
    side: int
    batch: int
    share: float
    start: float = 0.0
    whole: bool = False
    sharpened: float = 0.0


class GraySources:
    """Crops of large photographs, some of these set aside; and whole small ones for tone.

    Reads the tables ``[data]`` and ``[[sources]]`` of a config.
    """

    def __init__(self, config: Mapping[str, Any], data: Path, device: torch.device) -> None:
        settings = config["data"]
        large_px = settings.get("validation_side", LARGE_PX)
        large = load_gray([data / name for name in settings["validation_packs"]], large_px)
        aside = torch.arange(len(large)) % settings["validation_every"] == 0
        self.held_out = large[aside].to(device)
        self._large = large[~aside].to(device)
        self.whole = load_gray([data / name for name in settings["tone_packs"]], 128).to(device)
        self._sources = [
            _Source(**{name: value for name, value in source.items() if name != "packs"})
            for source in config["sources"]
        ]

    def crops(self, progress: float, generator: torch.Generator) -> Tensor:
        """A batch (b, 1, s, s) in [0, 1] of one of the sources that have started."""
        active = [source for source in self._sources if source.start <= progress]
        shares = torch.tensor([source.share for source in active], device=generator.device)
        source = active[int(torch.multinomial(shares, 1, generator=generator))]
        if source.whole:
            crops = self.whole_pictures(source.batch, generator)
        else:
            crops = self.cut(source.batch, source.side, generator)
        return sharpened(crops, source.sharpened, generator) if source.sharpened else crops

    def cut(self, count: int, side: int, generator: torch.Generator) -> Tensor:
        """Crops (count, 1, side, side) in [0, 1], turned and mirrored."""

        def integer(high: int, *shape: int) -> Tensor:
            return torch.randint(high, shape, generator=generator, device=generator.device)

        pick = integer(len(self._large), count)
        full = self._large.shape[-1]
        parts = []
        for group in pick.split(_GROUP):
            unit = float(torch.rand(1, generator=generator, device=generator.device))
            least = max(_LEAST_SCALE, side / full)
            piece = min(full, round(side / (least + (1 - least) * unit)))
            corners = integer(full - piece + 1, len(group), 2).tolist()
            cut = torch.stack(
                [
                    self._large[index, y : y + piece, x : x + piece]
                    for index, (y, x) in zip(group.tolist(), corners, strict=True)
                ]
            )[:, None].float()
            if piece != side:
                cut = F.interpolate(cut, (side, side), mode="bicubic", antialias=True)
            turn = int(integer(8, 1))
            cut = torch.rot90(cut, turn % 4, (2, 3))
            parts.append(cut.flip(3) if turn >= 4 else cut)
        return (torch.cat(parts) / 255).clamp(0, 1)

    def whole_pictures(self, count: int, generator: torch.Generator) -> Tensor:
        """Small photographs (count, 1, 128, 128) in [0, 1], not cut."""
        pick = torch.randint(
            len(self.whole), (count,), generator=generator, device=generator.device
        )
        return self.whole[pick][:, None].float() / 255

    def describe(self) -> str:
        """Counts for the log's first line."""
        return (
            f"{len(self._large)} large photographs, {len(self.whole)} whole ones for tone; "
            f"set aside: {len(self.held_out)}"
        )


def sharpened(pictures: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Some of the pictures (b, 1, s, s) as sharp as cameras and Lanczos make them, and sharper.

    Grass and sand one pixel fine are taken for noise by whoever has only seen soft ones.
    """
    shape, device = (len(pictures), 1, 1, 1), pictures.device
    amount = _SHARPEST * torch.rand(shape, generator=generator, device=device)
    amount = amount * (torch.rand(shape, generator=generator, device=device) < share)
    line = torch.tensor([0.25, 0.5, 0.25], device=device)
    kernel = (line[:, None] * line)[None, None]
    soft = F.conv2d(F.pad(pictures, (1, 1, 1, 1), mode="reflect"), kernel)
    return (pictures + amount * (pictures - soft)).clamp(0, 1)


def load_gray(packs: list[Path], side: int) -> Tensor:
    """BT.601 gray (n, side, side) uint8 of packs' center squares, one pack in RAM at a time."""
    grays = []
    for pack in packs:
        for part in load_photographs([pack], side).split(64):
            weights = torch.tensor(_BT601)[:, None, None]
            grays.append((part * weights).sum(1).round().to(torch.uint8))
    return torch.cat(grays)
