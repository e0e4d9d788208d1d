"""Filling, blending and moving of pixels, as GIMP 2.10's procedures did them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gi.repository import Gimp

from gimpfu_bindings import pixels
from gimpfu_bindings.procedures import error, pdb
from gimpfu_bindings.tables import constants
from gimpfu_bindings.values import from_gimp, to_object

_PATTERN_FILL = constants()["PATTERN_FILL"]
_BUCKET_FILLS = {0: constants()["FOREGROUND_FILL"], 1: constants()["BACKGROUND_FILL"]}
_BLENDS = {
    0: "gimp-context-set-gradient-fg-bg-rgb",
    1: "gimp-context-set-gradient-fg-bg-hsv-cw",
    2: "gimp-context-set-gradient-fg-transparent",
}


@contextmanager
def context() -> Iterator[None]:
    """Leave colors, brush and options as they were, whatever is set inside."""
    Gimp.context_push()
    try:
        yield
    finally:
        Gimp.context_pop()


def bucket_fill_full(
    drawable: Any,
    fill_mode: int,
    paint_mode: int,
    opacity: float,
    threshold: float,
    sample_merged: bool,
    fill_transparent: bool,
    select_criterion: int,
    x: float,
    y: float,
) -> None:
    """Fill from a point, or the selection where there is one."""
    fill = _BUCKET_FILLS.get(int(fill_mode), _PATTERN_FILL)
    with context():
        pdb["gimp-context-set-paint-mode"](paint_mode)
        pdb["gimp-context-set-opacity"](opacity)
        image = to_object(drawable).get_image()
        if not Gimp.Selection.is_empty(image):  # 2.10 filled what was selected
            pdb["gimp-drawable-edit-fill"](drawable, fill)
            return
        pdb["gimp-context-set-sample-threshold-int"](int(threshold))
        pdb["gimp-context-set-sample-merged"](sample_merged)
        pdb["gimp-context-set-sample-transparent"](fill_transparent)
        pdb["gimp-context-set-sample-criterion"](select_criterion)
        pdb["gimp-drawable-edit-bucket-fill"](drawable, fill, x, y)


def bucket_fill(
    drawable: Any,
    fill_mode: int,
    paint_mode: int,
    opacity: float,
    threshold: float,
    sample_merged: bool,
    x: float,
    y: float,
) -> None:
    """Fill from a point, or the selection where there is one."""
    bucket_fill_full(
        drawable, fill_mode, paint_mode, opacity, threshold, sample_merged, False, 0, x, y
    )


def blend(
    drawable: Any,
    blend_mode: int,
    paint_mode: int,
    gradient_type: int,
    opacity: float,
    offset: float,
    repeat: int,
    reverse: bool,
    supersample: bool,
    max_depth: int,
    threshold: float,
    dither: bool,
    *ends: float,
) -> None:
    """Draw a gradient from a point to another."""
    x1, y1, x2, y2 = ends
    with context():
        pdb["gimp-context-set-paint-mode"](paint_mode)
        pdb["gimp-context-set-opacity"](opacity)
        if int(blend_mode) in _BLENDS:
            pdb[_BLENDS[int(blend_mode)]]()
        repeats = {0: 0, 1: 2, 2: 3}  # none, sawtooth, triangular in 2.10
        pdb["gimp-context-set-gradient-repeat-mode"](repeats.get(int(repeat), int(repeat)))
        pdb["gimp-context-set-gradient-reverse"](reverse)
        depth, limit = min(max(int(max_depth), 1), 9), min(max(threshold, 0), 4)
        pdb["gimp-drawable-edit-gradient-fill"](
            drawable, gradient_type, offset, supersample, depth, limit, dither, x1, y1, x2, y2
        )


def offset(drawable: Any, wrap_around: bool, fill_type: int, x: int, y: int) -> None:
    """Move a drawable's pixels; the background color, or transparency, comes in."""
    background = Gimp.context_get_background()
    kind = Gimp.OffsetType(int(fill_type))
    to_object(drawable).offset(bool(wrap_around), kind, background, int(x), int(y))


def get_pixel(drawable: Any, x: int, y: int) -> tuple[int, tuple[int, ...]]:
    """Return the count of channels and a pixel's values, 0 to 255."""
    told = pixels.pixel(to_object(drawable), int(x), int(y))
    return len(told), told


def set_pixel(drawable: Any, x: int, y: int, *value: Any) -> None:
    """Write a pixel's values, 0 to 255, with or without their count before them."""
    pixels.put_pixel(to_object(drawable), int(x), int(y), value[-1])


def paste(drawable: Any, paste_into: bool) -> Any:
    """Paste and return the floating selection."""
    pasted = Gimp.edit_paste(to_object(drawable), bool(paste_into))
    return from_gimp(pasted[0]) if pasted else None


def paste_as_new() -> Any:
    """Paste into a new image of the size of what was copied."""
    made = Gimp.edit_paste_as_new_image()
    if made is None:
        raise error("gimp-edit-paste-as-new: nothing was copied")
    made.resize_to_layers()
    return from_gimp(made)
