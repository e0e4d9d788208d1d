"""The engines' options as the contract's task messages, both ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from restore_colorize.engines import ColorizeOptions, KnownColors
from restore_colorize.errors import NotAvailableError, RangeError, RequestError

__all__ = ["options_message", "read_options"]

_KNOWN_COLORS = {
    pb.KNOWN_COLORS_NONE: KnownColors.NONE,
    pb.KNOWN_COLORS_OUTSIDE_SELECTION: KnownColors.OUTSIDE_SELECTION,
}
_KNOWN_COLORS_MESSAGE = {choice: number for number, choice in _KNOWN_COLORS.items()}


def read_options(source: pb.Job | pb.Receipt) -> tuple[str, ColorizeOptions]:
    """Return the name of the asked engine and its options.

    Raises:
        RequestError: no task is named.
        NotAvailableError: an engine of a later version.
        RangeError: an option has a value that does not exist.
    """
    engine = source.WhichOneof("task")
    if engine is None:
        raise RequestError("The job names no task.")
    if engine not in _READERS:
        raise NotAvailableError(f"This version cannot {engine.replace('_', ' ')} yet.")
    return engine, _READERS[engine](getattr(source, engine))


def options_message(options: ColorizeOptions) -> pb.Colorize:
    """Return the task message of an engine's options; the inverse of ``read_options``."""
    return pb.Colorize(
        strength=options.strength,
        saturation=options.saturation,
        known_colors=_KNOWN_COLORS_MESSAGE[options.known_colors],
        candidates=options.candidates,
        working_short_side=options.working_short_side,
        trust=options.trust,
    )


def _colorize(task: pb.Colorize) -> ColorizeOptions:
    if task.known_colors not in _KNOWN_COLORS:
        raise RangeError(f"The choice {task.known_colors} of known colors does not exist.")
    return ColorizeOptions(
        strength=task.strength,
        saturation=task.saturation,
        known_colors=_KNOWN_COLORS[task.known_colors],
        candidates=task.candidates or 1,
        working_short_side=task.working_short_side,
        trust=task.trust,
    )


# One row for each engine that exists.
_READERS: dict[str, Callable[[Any], ColorizeOptions]] = {"colorize": _colorize}
