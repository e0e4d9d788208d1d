"""How pictures look to the networks that compare them: described once, compared often."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import platformdirs
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from restore_colorize.engines.devices import Device
from restore_colorize.engines.job import Control
from restore_colorize.engines.suggest_index import Index, Seen, Shapes
from restore_colorize.errors import ModelError
from restore_colorize.imaging import Picture, shrink, srgb_to_lab
from restore_colorize.models import Model
from restore_colorize.networks import Description, FeatureNet, PikFixColor, alike_cells

__all__ = ["CACHE_VARIABLE", "SIDE_PX", "Compared", "Eye", "Helper", "lab_of"]

CACHE_VARIABLE = "RESTORE_COLORIZE_CACHE_DIR"  # moves the index from the user's folder of caches

SIDE_PX = 256  # both sides of what the networks see: structures need equal maps
_STEP = 32  # an int8 holds a feature from -4 to 4 standard deviations
_UNIT_STEP = 127  # and a number of a unit vector
_RANKED_AT_ONCE = 1024
_MATCHED_AT_ONCE = 16
# Best by texture and structure, of which cells are compared as well: with 400 of 1,906 nothing is
# lost among the pairs set aside.
_MATCHED = 1500
# How much likeness of cells counts beside that of means and layout (training/README.md); together
# they are 1 for the same picture.
_CELLS_SHARE = 2 / 3

_Network = TypeVar("_Network", bound=nn.Module)
Helper = tuple[Model, nn.Module]  # a second model that an engine uses, loaded


class Compared(NamedTuple):
    """A target beside those of n pictures that come into question, best first.

    Attributes:
        rows: which pictures, (m,) int64. score, texture, structure: (m,) float32 of each.
    """

    rows: Tensor
    score: Tensor
    texture: Tensor
    structure: Tensor


class Eye:
    """Networks as they see pictures, always in float32: an index outlives a number type.

    Args:
        model, network: that compare means and layout (Pik-Fix, section 3.5).
        matcher: that compares cells, by what Pik-Fix's similarity sub-net learned to look alike
            (its M at 1/16); None: means and layout alone.

    Raises:
        ModelError: a network is of another kind.
    """

    def __init__(
        self, model: Model, network: nn.Module, device: Device, matcher: Helper | None = None
    ) -> None:
        self._device = device.torch_device
        self._network = _checked(model, network, FeatureNet)
        self._matcher = None if matcher is None else _checked(*matcher, PikFixColor)
        self._weights = [model.entry.sha256, *([matcher[0].entry.sha256] if matcher else [])]

    @property
    def shapes(self) -> Shapes:
        """What is kept of a picture."""
        channels, cells = sum(self._network.channels), self._network.sizes.grid**2
        if self._matcher is None:
            return Shapes((channels,), (channels, cells), (0, 0))
        side = SIDE_PX // self._matcher.CELL_PX
        length = self._matcher.sizes.similarity_channels
        return Shapes((channels,), (channels, cells), (side * side, length))

    def index(self) -> Index:
        """Open the index of what these networks saw, in the user's folder of caches."""
        usual = platformdirs.user_cache_dir("restore-colorize", appauthor=False)
        folder = Path(os.environ.get(CACHE_VARIABLE) or usual)
        name = "-".join(["pictures", *(one[:12] for one in self._weights)])
        return Index(folder / f"{name}.npz", "+".join(self._weights), self.shapes)

    def see(self, pictures: Sequence[Picture]) -> Seen:
        """Describe pictures of any size."""
        return self.describe([lab_of(picture) for picture in pictures])

    @torch.no_grad()
    def describe(self, labs: Sequence[Tensor]) -> Seen:
        """Describe pictures (3, s, s) in CIELAB."""
        lab = torch.stack(list(labs))
        luma = lab[:, :1].to(self._device) / 50 - 1
        means, layout = (_as_bytes(part, _STEP) for part in self._network.describe(luma))
        if self._matcher is None:
            cells = np.zeros((len(lab), *self.shapes.cells), np.int8)
        else:
            cells = _as_bytes(self._matcher.cells(luma), _UNIT_STEP)
        light = torch.stack([lab[:, 0].mean((1, 2)), lab[:, 0].std((1, 2))], 1)
        colors = torch.stack([_color_spread(one) for one in lab])
        return Seen(means, layout, cells, light.numpy(), colors.numpy())

    @torch.no_grad()
    def compare(self, target: Seen, seen: Seen, rows: np.ndarray, control: Control) -> Compared:
        """Compare a target with pictures, some at a time: as floats they are large.

        Args:
            rows: of ``seen``, which pictures come into question.
        """
        one, parts = self._description(target.means, target.layout), []
        for first in range(0, max(1, len(rows)), _RANKED_AT_ONCE):
            control.check()
            part = rows[first : first + _RANKED_AT_ONCE]
            some = self._description(seen.means[part], seen.layout[part])
            parts.append(self._network.likeness(one, some))
        score, texture, structure = (torch.cat(part).cpu() for part in zip(*parts, strict=True))
        chosen = torch.argsort(score, descending=True, stable=True)
        if self._matcher is not None:
            chosen = chosen[:_MATCHED]
            alike = self._alike_cells(target, seen, rows[chosen.numpy()], control)
            score[chosen] += _CELLS_SHARE * (alike - score[chosen])
            chosen = chosen[torch.argsort(score[chosen], descending=True, stable=True)]
        best = torch.from_numpy(rows)[chosen]
        return Compared(best, score[chosen], texture[chosen], structure[chosen])

    def _alike_cells(self, target: Seen, seen: Seen, rows: np.ndarray, control: Control) -> Tensor:
        wanted = self._floats(target.cells[0], _UNIT_STEP)
        parts = []
        for first in range(0, max(1, len(rows)), _MATCHED_AT_ONCE):
            control.check()
            others = seen.cells[rows[first : first + _MATCHED_AT_ONCE]]
            parts.append(alike_cells(wanted, self._floats(others, _UNIT_STEP)).cpu())
        return torch.cat(parts)

    def _description(self, means: np.ndarray, layout: np.ndarray) -> Description:
        return Description(self._floats(means, _STEP), self._floats(layout, _STEP))

    def _floats(self, values: np.ndarray, step: int) -> Tensor:
        return torch.from_numpy(values).to(self._device).float() / step


def lab_of(picture: Picture) -> Tensor:
    """A picture squeezed to a square (3, s, s), in CIELAB; what is transparent counts little."""
    planes, alpha = picture.planes, picture.alpha
    height, width = min(picture.height, SIDE_PX), min(picture.width, SIDE_PX)
    planes = shrink(planes, height, width, alpha).clamp(0, 1)
    if planes.shape[1:] != (SIDE_PX, SIDE_PX):
        planes = F.interpolate(planes[None], (SIDE_PX, SIDE_PX), mode="bilinear")[0]
    return srgb_to_lab(planes.expand(3, -1, -1))


def _checked(model: Model, network: nn.Module, kind: type[_Network]) -> _Network:
    if not isinstance(network, kind):
        raise ModelError(
            f"The model {model.name} is a {model.entry.network} network, which cannot compare "
            "pictures: choose a model with features."
        )
    return network


def _color_spread(lab: Tensor) -> Tensor:
    """How far colors of one lightness lie apart in ``lab (3, h, w)``, in CIELAB units."""
    slice_of = (lab[0] / 10).long().clamp_(0, 9).flatten()
    weight = torch.zeros(10).index_add_(0, slice_of, torch.ones(len(slice_of)))
    chroma = lab[1:].flatten(1)
    sums = torch.zeros(2, 10).index_add_(1, slice_of, chroma)
    mean = sums / weight.clamp_min(1)
    return (chroma - mean[:, slice_of]).square().sum(0).mean().sqrt()


def _as_bytes(values: Tensor, step: int) -> np.ndarray:
    return (values.cpu() * step).round().clamp(-127, 127).to(torch.int8).numpy()
