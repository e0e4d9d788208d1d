"""The restoration network over a picture of any size: coarse levels once, fine ones by tiles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from restore_colorize.engines.devices import Device
from restore_colorize.engines.job import Control
from restore_colorize.errors import is_memory_short
from restore_colorize.imaging import (
    Region,
    TileBlender,
    pad_reflect,
    padded_size,
    relative_to,
    tile_grid,
)
from restore_colorize.networks import RestorationNet, Restored

__all__ = ["TileRun", "restore_content"]

_TILES_PX = (1024, 512, 256)  # the next smaller one when memory is short
_OVERLAP_PX = 32
# A painted hole is large where a square of this side fits into it; it is filled at half size
# first, and what lies deeper than the rim keeps that.
_LARGE_HOLE_PX = 48
_RIM_PX = 12


@dataclass(frozen=True)
class TileRun:
    """On what a picture is restored, and who is told."""

    network: RestorationNet
    device: Device
    control: Control
    eagerness: float = 0.0


def restore_content(
    gray: Tensor, painted: Tensor | None, run: TileRun, planes: Callable[[Restored], Tensor]
) -> Tensor:
    """Restore a gray picture; when memory is short with smaller tiles, and tell so.

    Args:
        gray: (h, w) sRGB-encoded in [0, 1].
        painted: (h, w) in [0, 1], where damage surely is; None leaves it to the network.
        planes: what is wanted of a tile's results, (1, c, th, tw).

    Returns:
        (c, h, w) float32 on the CPU.

    Raises:
        CancelledError: ``run.control`` said so. Memory errors of torch when no tile is small
        enough.
    """
    for tile_px in _TILES_PX:
        try:
            with torch.no_grad():
                return _restored(gray, painted, run, planes, tile_px)
        except Exception as error:
            if not is_memory_short(error) or tile_px == _TILES_PX[-1]:
                raise
        run.control.warn(
            "smaller-tiles",
            f"Memory is short, so the picture is restored in smaller tiles than {tile_px} pixels.",
        )
    raise AssertionError("the last tile size returns or raises")


def _restored(
    gray: Tensor,
    painted: Tensor | None,
    run: TileRun,
    planes: Callable[[Restored], Tensor],
    tile_px: int,
) -> Tensor:
    if painted is None or not _has_large_hole(painted):
        return _at_this_size(gray, painted, run, planes, tile_px)
    half_gray, half_painted = _halved(gray, painted)
    coarse = _restored(half_gray, half_painted, run, lambda made: made.picture, tile_px)
    coarse = F.interpolate(coarse[None], gray.shape, mode="bilinear", align_corners=False)[0, 0]
    deep = _deep_inside(painted)
    fine = _at_this_size(torch.lerp(gray, coarse, deep), painted, run, planes, tile_px)
    fine[0] = torch.lerp(fine[0], coarse, deep)
    return fine


def _at_this_size(
    gray: Tensor,
    painted: Tensor | None,
    run: TileRun,
    planes: Callable[[Restored], Tensor],
    tile_px: int,
) -> Tensor:
    network, where = run.network, run.device.torch_device
    height, width = gray.shape
    multiple = network.SIDE_MULTIPLE
    size = padded_size(gray, multiple)
    whole = pad_reflect(gray, *size)
    brushed = None if painted is None else pad_reflect(painted, *size)
    run.control.progress("analyze", 0.0)
    level = network.measure(whole[None, None].to(where))
    run.control.check()
    bounds = Region(0, 0, size[1], size[0])
    cell_px = network.CELL_PX

    def seen(box: Region) -> tuple[Tensor, Tensor, Tensor]:
        """Picture, painted damage and expected error of a tile, on the device."""
        picture = whole[box.slices][None, None].to(where)
        brush = torch.zeros_like(picture)
        if brushed is not None:
            brush = brushed[box.slices][None, None].to(where)
        return picture, brush, level.log_error[..., *_cells(box, cell_px).slices]

    surveyed: Tensor | None = None
    side_px = _even_side(height, width, tile_px)
    cells = tile_grid(
        size[0] // cell_px, size[1] // cell_px, tile_px=-(-side_px // cell_px), overlap_px=0
    )
    for number, part in enumerate(cells):
        run.control.check()
        run.control.progress("analyze", 0.3 * number / len(cells))
        tile = Region(*(cell_px * n for n in (part.x, part.y, part.width, part.height)))
        box = _grown(tile, network.SURVEY_MARGIN_PX, multiple, bounds)
        with run.device.autocast():
            found = network.survey(*seen(box))
        if surveyed is None:
            surveyed = found.new_empty((1, found.shape[1], *(side // cell_px for side in size)))
        inner = _cells(relative_to(tile, box), cell_px)
        surveyed[..., *part.slices] = found[..., *inner.slices]
    assert surveyed is not None  # every picture has a tile
    with run.device.autocast():
        context = network.look_far(surveyed, level.features)
    del surveyed

    blender: TileBlender | None = None
    tiles = tile_grid(height, width, tile_px=side_px, overlap_px=_OVERLAP_PX)
    for number, tile in enumerate(tiles):
        run.control.check()
        run.control.progress("restore", 0.3 + 0.7 * number / len(tiles))
        box = _grown(tile, network.REPAIR_MARGIN_PX, multiple, bounds)
        with run.device.autocast():
            nearby = context[..., *_cells(box, cell_px).slices]
            made = planes(network.repair(*seen(box), nearby, run.eagerness))[0].float()
        if blender is None:
            blender = TileBlender(
                height, width, made.shape[0], tile_px=side_px, overlap_px=_OVERLAP_PX
            )
        blender.add(tile, made[..., *relative_to(tile, box).slices].cpu())
    assert blender is not None  # every picture has a tile
    return blender.result()


def _even_side(height: int, width: int, tile_px: int) -> int:
    """The smallest side of tiles that needs no more of them than ``tile_px`` does."""
    sides = []
    for side in (height, width):
        count = max(1, -(-(side - _OVERLAP_PX) // (tile_px - _OVERLAP_PX)))
        sides.append(-(-(side + (count - 1) * _OVERLAP_PX) // count))
    return max(min(max(sides), tile_px), 2 * _OVERLAP_PX)


def _grown(tile: Region, margin_px: int, multiple: int, bounds: Region) -> Region:
    """A tile with its margin, its corners on multiples, inside of the padded picture."""
    left = max(0, tile.x - margin_px) // multiple * multiple
    top = max(0, tile.y - margin_px) // multiple * multiple
    right = min(bounds.width, -(-(tile.right + margin_px) // multiple) * multiple)
    bottom = min(bounds.height, -(-(tile.bottom + margin_px) // multiple) * multiple)
    return Region(left, top, right - left, bottom - top)


def _cells(box: Region, cell_px: int) -> Region:
    return Region(*(n // cell_px for n in (box.x, box.y, box.width, box.height)))


def _has_large_hole(painted: Tensor) -> bool:
    if min(painted.shape) < 2 * _LARGE_HOLE_PX:
        return False
    # Averages of quarter squares are enough: four of them side by side make a large one.
    cells = F.avg_pool2d(painted[None, None], _LARGE_HOLE_PX // 2)
    return bool((cells > 0.99).any())


def _halved(gray: Tensor, painted: Tensor) -> tuple[Tensor, Tensor]:
    """Half size; painted stays painted wherever one of four pixels was."""
    size = [-(-side // 2) * 2 for side in gray.shape]
    return (
        F.avg_pool2d(pad_reflect(gray, *size)[None, None], 2)[0, 0],
        F.max_pool2d(pad_reflect(painted, *size)[None, None], 2)[0, 0],
    )


def _deep_inside(painted: Tensor) -> Tensor:
    """1 where damage is all around, falling to 0 towards its rim."""
    side = 2 * _RIM_PX + 1
    hole = -F.max_pool2d(-(painted > 0.5).float()[None, None], side, 1, _RIM_PX)
    return F.avg_pool2d(hole, _RIM_PX + 1, 1, _RIM_PX // 2, count_include_pad=False)[0, 0] * (
        painted > 0.5
    )
