"""What networks that restore luma as a whole are given."""

from __future__ import annotations

from torch import Tensor

from restore_colorize.errors import ShapeError


def check_luma(luma: Tensor, side_multiple: int) -> None:
    """Raise ShapeError unless ``luma`` is (b, 1, h, w) with sides that are such multiples."""
    if luma.ndim != 4 or luma.shape[1] != 1:
        raise ShapeError(f"The luma must be (b, 1, h, w), not {tuple(luma.shape)}.")
    if any(side < 1 or side % side_multiple for side in luma.shape[2:]):
        raise ShapeError(f"Sides must be multiples of {side_multiple}.")
