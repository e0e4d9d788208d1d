"""Scanned dust, scratches and cracks, cut and turned at random, as opacities."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from restore_colorize_training.damage.draws import Draws

_MOST_COVERED = 0.15


class Textures:
    """Gray textures (h, w) uint8, white where something covers the picture."""

    def __init__(self, textures: list[Tensor], device: torch.device) -> None:
        self._textures = [texture.to(device) for texture in textures]

    @classmethod
    def load(cls, pack: Path, device: torch.device) -> Textures:
        """Read all textures of a tar file that are no stains: those have no edges to learn."""
        textures = []
        with tarfile.open(pack) as archive:
            for member in archive:
                data = archive.extractfile(member)
                if data is None or not member.name.endswith(".webp") or "stain" in member.name:
                    continue
                pixels = np.asarray(Image.open(io.BytesIO(data.read())).convert("L"))
                textures.append(torch.from_numpy(pixels.copy()))
        return cls(textures, device)

    def cut(self, side: int, draws: Draws) -> Tensor:
        """One opacity (1, 1, side, side); empty when the piece would cover too much."""
        texture = self._textures[int(draws.integer(0, len(self._textures), 1))]
        piece = min(int(side / draws.number(0.25, 0.8)), *texture.shape)
        top = int(draws.integer(0, texture.shape[0] - piece + 1, 1))
        left = int(draws.integer(0, texture.shape[1] - piece + 1, 1))
        part = texture[None, None, top : top + piece, left : left + piece].float() / 255
        part = F.interpolate(part, (side, side), mode="area")
        turned = torch.rot90(part, int(draws.integer(0, 4, 1)), (2, 3))
        opacity = (turned * draws.number(0.8, 1.4)).clamp(0, 1)
        if float((opacity > 0.25).float().mean()) > _MOST_COVERED:
            return torch.zeros_like(opacity)
        return opacity
