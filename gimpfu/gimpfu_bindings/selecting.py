"""Selecting by shape and by color with the options of GIMP 2.10's procedures."""

from __future__ import annotations

from typing import Any

from gi.repository import Gimp

from gimpfu_bindings.painting import context
from gimpfu_bindings.procedures import pdb
from gimpfu_bindings.tables import constants
from gimpfu_bindings.values import from_gimp, to_color, to_object

_REPLACE = constants()["CHANNEL_OP_REPLACE"]


def _edges(antialias: bool, feather: bool, radius_x: float, radius_y: float) -> None:
    pdb["gimp-context-set-antialias"](antialias)
    pdb["gimp-context-set-feather"](feather)
    if feather:
        pdb["gimp-context-set-feather-radius"](radius_x, radius_y)


def _samples(threshold: float, is_merged: bool, is_transparent: bool, criterion: int) -> None:
    pdb["gimp-context-set-sample-threshold-int"](int(threshold))
    pdb["gimp-context-set-sample-merged"](is_merged)
    pdb["gimp-context-set-sample-transparent"](is_transparent)
    pdb["gimp-context-set-sample-criterion"](criterion)


def rect_select(
    image: Any,
    x: float,
    y: float,
    width: float,
    height: float,
    operation: int,
    feather: bool,
    radius: float,
) -> None:
    """Select a rectangle."""
    with context():
        _edges(False, feather, radius, radius)
        pdb["gimp-image-select-rectangle"](image, operation, x, y, width, height)


def ellipse_select(
    image: Any,
    x: float,
    y: float,
    width: float,
    height: float,
    operation: int,
    antialias: bool,
    feather: bool,
    radius: float,
) -> None:
    """Select an ellipse."""
    with context():
        _edges(antialias, feather, radius, radius)
        pdb["gimp-image-select-ellipse"](image, operation, x, y, width, height)


def round_rect_select(
    image: Any,
    x: float,
    y: float,
    width: float,
    height: float,
    corner_x: float,
    corner_y: float,
    operation: int,
    antialias: bool,
    feather: bool,
    radius_x: float,
    radius_y: float,
) -> None:
    """Select a rectangle with round corners."""
    with context():
        _edges(antialias, feather, radius_x, radius_y)
        pdb["gimp-image-select-round-rectangle"](
            image, operation, x, y, width, height, corner_x, corner_y
        )


def free_select(image: Any, *given: Any) -> None:
    """Select a polygon, whose coordinates may have their count before them."""
    if isinstance(given[0], int):
        given = (given[1][: given[0]], *given[2:])
    segments, operation, antialias, feather, radius = given
    with context():
        _edges(antialias, feather, radius, radius)
        pdb["gimp-image-select-polygon"](image, operation, list(segments))


def by_color_select_full(
    drawable: Any,
    color: Any,
    threshold: float,
    operation: int,
    antialias: bool,
    feather: bool,
    radius_x: float,
    radius_y: float,
    sample_merged: bool,
    select_transparent: bool,
    select_criterion: int,
) -> None:
    """Select all pixels of a color."""
    with context():
        _edges(antialias, feather, radius_x, radius_y)
        _samples(threshold, sample_merged, select_transparent, select_criterion)
        image = to_object(drawable).get_image()
        image.select_color(Gimp.ChannelOps(int(operation)), to_object(drawable), to_color(color))


def by_color_select(
    drawable: Any,
    color: Any,
    threshold: float,
    operation: int,
    antialias: bool,
    feather: bool,
    radius: float,
    sample_merged: bool,
) -> None:
    """Select all pixels of a color."""
    rest = (sample_merged, True, 0)
    by_color_select_full(
        drawable, color, threshold, operation, antialias, feather, radius, radius, *rest
    )


def fuzzy_select_full(
    drawable: Any,
    x: float,
    y: float,
    threshold: float,
    operation: int,
    antialias: bool,
    feather: bool,
    radius_x: float,
    radius_y: float,
    sample_merged: bool,
    select_transparent: bool,
    select_criterion: int,
) -> None:
    """Select the pixels around a point that have its color."""
    with context():
        _edges(antialias, feather, radius_x, radius_y)
        _samples(threshold, sample_merged, select_transparent, select_criterion)
        image = from_gimp(to_object(drawable).get_image())
        pdb["gimp-image-select-contiguous-color"](image, operation, drawable, x, y)


def fuzzy_select(
    drawable: Any,
    x: float,
    y: float,
    threshold: float,
    operation: int,
    antialias: bool,
    feather: bool,
    radius: float,
    sample_merged: bool,
) -> None:
    """Select the pixels around a point that have its color."""
    rest = (sample_merged, True, 0)
    fuzzy_select_full(
        drawable, x, y, threshold, operation, antialias, feather, radius, radius, *rest
    )


def selection_combine(channel: Any, operation: int) -> None:
    """Combine the selection with a channel."""
    image = from_gimp(to_object(channel).get_image())
    pdb["gimp-image-select-item"](image, operation, channel)


def selection_load(item: Any) -> None:
    """Select by a channel, or by a layer's alpha."""
    selection_combine(item, _REPLACE)


def selection_float(drawable: Any, x: int, y: int) -> Any:
    """Cut what is selected and let it float, moved by x and y."""
    thing = to_object(drawable)
    return from_gimp(Gimp.Selection.float(thing.get_image(), [thing], int(x), int(y)))


def vectors_to_selection(
    vectors: Any,
    operation: int,
    antialias: bool,
    feather: bool,
    radius_x: float,
    radius_y: float,
) -> None:
    """Select what a path encloses."""
    with context():
        _edges(antialias, feather, radius_x, radius_y)
        selection_combine(vectors, operation)
