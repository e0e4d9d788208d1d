"""Selecting by shape and by color with the options of GIMP 2.10's procedures."""

from __future__ import annotations

from typing import Any, NamedTuple

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


class Sampling(NamedTuple):
    """How to select by color: the last arguments of 2.10's full procedures, in their order."""

    threshold: float
    operation: int
    antialias: bool
    feather: bool
    radius_x: float
    radius_y: float
    sample_merged: bool
    select_transparent: bool = False
    criterion: int = 0

    def prepare(self) -> None:
        """Set the context's options."""
        _edges(self.antialias, self.feather, self.radius_x, self.radius_y)
        pdb["gimp-context-set-sample-threshold-int"](int(self.threshold))
        pdb["gimp-context-set-sample-merged"](self.sample_merged)
        pdb["gimp-context-set-sample-transparent"](self.select_transparent)
        pdb["gimp-context-set-sample-criterion"](self.criterion)


def by_color_select_full(drawable: Any, color: Any, *how: Any) -> None:
    """Select all pixels of a color; ``how`` are the fields of Sampling."""
    sampling, thing = Sampling(*how), to_object(drawable)
    with context():
        sampling.prepare()
        operation = Gimp.ChannelOps(int(sampling.operation))
        thing.get_image().select_color(operation, thing, to_color(color))


def by_color_select(drawable: Any, color: Any, *how: Any) -> None:
    """Select all pixels of a color; ``how`` has one radius and ends with ``sample_merged``."""
    by_color_select_full(drawable, color, *_with_both_radii(*how))


def fuzzy_select_full(drawable: Any, x: float, y: float, *how: Any) -> None:
    """Select the pixels around a point that have its color; ``how`` are Sampling's fields."""
    sampling = Sampling(*how)
    image = from_gimp(to_object(drawable).get_image())
    with context():
        sampling.prepare()
        pdb["gimp-image-select-contiguous-color"](image, sampling.operation, drawable, x, y)


def fuzzy_select(drawable: Any, x: float, y: float, *how: Any) -> None:
    """Select around a point; ``how`` has one radius and ends with ``sample_merged``."""
    fuzzy_select_full(drawable, x, y, *_with_both_radii(*how))


def _with_both_radii(
    threshold: float,
    operation: int,
    antialias: bool,
    feather: bool,
    radius: float,
    sample_merged: bool,
) -> tuple[Any, ...]:
    return threshold, operation, antialias, feather, radius, radius, sample_merged


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
