"""Does a stroke bring its object? One stroke on each of twelve objects, as users get the result.

``objects/`` holds a mask for each, made by procedure from the true photograph (color segments of
2 to 15 % of the picture that are compact and seen in gray), then looked at: 12 were kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from restore_colorize.engines import Engines, Request, SampleOptions, SilentControl
from restore_colorize.imaging import (
    Picture,
    lab_to_srgb,
    luma_of,
    reduce_chroma_to_gamut,
    srgb_to_lab,
)
from scipy import ndimage
from torch import Tensor

from evaluation.baselines import gray_target
from evaluation.packs import Photograph
from evaluation.tables import Answers, Figure, Ruler, Table, by_name, make_rows

OBJECTS = Path(__file__).with_name("objects")
CANDIDATES = 4
RED, BLUE = (50.0, 55.0, 35.0), (45.0, 10.0, -50.0)  # Lab of strokes, whichever is more wrong
AREA_OVER_STROKE = 12  # of the object; at least 10 are asked for

RULER = Ruler(
    "objects",
    (
        Figure("closer", "closer", heading="closer"),
        Figure("over_60", "over_60", heading="> 60 %", digits=None),
        Figure("stroke", "stroke", heading="stroke"),
        Figure("around", "around", heading="around, ab", digits=1),
        Figure("area", "area", heading="object / stroke", digits=1),
        Figure("luma_error", "luma_error", heading="ΔL", digits=3),
    ),
    "*closer*: how far the object, the stroke left out, went from its color without the stroke to "
    "the stroke's color; 1 is the whole way. Both are means over four candidates; the stroke's "
    "color is taken at each pixel's own L with as much chroma as sRGB can show there. *around*: "
    "mean change in ab within 8 pixels of the object, where it should be small.",
)


@dataclass(frozen=True, eq=False)
class PaintedObject:
    """An object's mask (h, w) bool and the stroke inside of it."""

    mask: np.ndarray
    stroke: np.ndarray

    @classmethod
    def of(cls, mask: np.ndarray) -> PaintedObject:
        """Put a round stroke, a twelfth of the object at most, where the object is widest."""
        depth = ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
        row, column = np.unravel_index(int(depth.argmax()), depth.shape)
        radius = min(np.sqrt(mask.sum() / AREA_OVER_STROKE / np.pi), depth.max())
        rows, columns = np.ogrid[: mask.shape[0], : mask.shape[1]]
        stroke = np.hypot(rows - row, columns - column) <= max(radius - 0.5, 0)
        return cls(mask, stroke & mask)

    @property
    def rest(self) -> np.ndarray:
        """The object without its stroke."""
        return self.mask & ~self.stroke

    @property
    def around(self) -> np.ndarray:
        """A ring of 2 to 8 pixels around the object."""
        near = ndimage.binary_dilation(self.mask, iterations=8)
        return near & ~ndimage.binary_dilation(self.mask, iterations=2)


def object_table(
    photographs: Sequence[Photograph],
    engines: Engines,
    model: str,
    objects: Path = OBJECTS,
) -> list[Table]:
    """Paint one stroke on each object that is among the photographs; no table where none is.

    Args:
        objects: folder of masks NAME.png, white is the object.
    """
    found = []
    for photograph in photographs:
        path = objects / f"{photograph.name}.png"
        if path.exists():
            mask = np.array(Image.open(path).convert("L")) > 127
            found.append((photograph.name, _measure(photograph.picture, mask, engines, model)))
    if not found:
        return []
    names, values = zip(*found, strict=True)
    answers = [Answers(model, model, by_name(values))]
    rows = make_rows(RULER, answers, model)
    question = "A round stroke of a color that is certainly wrong, a twelfth of the object."
    return [Table(RULER.name, "A stroke and its object", question, RULER, names, rows)]


def _measure(
    truth: Picture, mask: np.ndarray, engines: Engines, model: str
) -> dict[str, float | None]:
    target, painted = gray_target(truth), PaintedObject.of(mask)
    luma, wrong = luma_of(target), _wrong_color(truth, mask)
    shown = reduce_chroma_to_gamut(torch.cat([luma[None], wrong[1:].expand(-1, *luma.shape)]))
    color = lab_to_srgb(reduce_chroma_to_gamut(wrong))
    is_painted = torch.from_numpy(painted.stroke).float()
    hints = Picture(color * is_painted, is_painted)
    without, steered = (_candidates(target, engines, model, one) for one in (None, hints))

    def closer(area: np.ndarray) -> float:
        before, after = (
            np.mean([float((one[1:] - shown[1:]).norm(dim=0)[area].mean()) for one in labs])
            for labs in (without, steered)
        )
        return float(1 - after / max(before, 1e-6))

    moved = np.mean(
        [
            float((after[1:] - before[1:]).norm(dim=0)[painted.around].mean())
            for before, after in zip(without, steered, strict=True)
        ]
    )
    errors = [float((one[0] - luma).abs().mean()) for one in steered]
    share = closer(painted.rest)
    return {
        "closer": share,
        "over_60": float(share > 0.6),
        "stroke": closer(painted.stroke),
        "around": float(moved),
        "area": float(painted.mask.sum() / painted.stroke.sum()),
        "luma_error": float(np.mean(errors)),
    }


def _wrong_color(truth: Picture, mask: np.ndarray) -> Tensor:
    """The Lab (3, 1, 1) that is further from the object's true color."""
    own = srgb_to_lab(truth.planes)[1:, torch.from_numpy(mask)].mean(1)
    far = max((RED, BLUE), key=lambda lab: float((torch.tensor(lab[1:]) - own).norm()))
    return torch.tensor(far)[:, None, None]


def _candidates(
    target: Picture, engines: Engines, model: str, hints: Picture | None
) -> list[Tensor]:
    """Lab (3, h, w) of all candidates, as users get them at 8 bit."""
    request = Request(
        "sample", SampleOptions(candidates=CANDIDATES), target, hints=hints, model=model
    )
    outcome = engines.run(request, SilentControl())
    pictures = [
        outcome.render(index, strength=1.0, saturation=1.0, control=SilentControl())
        for index in range(CANDIDATES)
    ]
    return [srgb_to_lab((one.planes * 255).round() / 255) for one in pictures]
