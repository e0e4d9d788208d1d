"""Strips of rows: pixel functions walk over them, so their temporary memory stays small."""

from __future__ import annotations

from collections.abc import Iterator

import torch

STRIP_PX = 1 << 17  # temporaries of one strip stay near 1 MiB a plane, within a core's cache


def row_strips(height: int, row_px: int, device: torch.device | None = None) -> Iterator[slice]:
    """Yield slices of rows that cover ``height`` once, from top to bottom.

    Args:
        height: rows in all.
        row_px: pixels of one row, times the pictures of a batch.
        device: where the pixels are; an accelerator takes all rows at once.
    """
    rows = max(1, STRIP_PX // max(1, row_px))
    if device is not None and device.type != "cpu":
        rows = height
    for top in range(0, height, rows):
        yield slice(top, min(top + rows, height))
