"""The engines' options as the contract's task messages, both ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from restore_colorize_proto.v1 import restore_colorize_pb2 as pb

from restore_colorize.engines import (
    ColorizeOptions,
    DetectOptions,
    KnownColors,
    RestoreOptions,
    SampleOptions,
    SuggestOptions,
    TaskOptions,
)
from restore_colorize.errors import NotAvailableError, RangeError, RequestError

__all__ = ["options_message", "read_options"]

TaskMessage = pb.Colorize | pb.DetectDamage | pb.Restore | pb.Sample | pb.SuggestReferences

_KNOWN_COLORS = {
    pb.KNOWN_COLORS_NONE: KnownColors.NONE,
    pb.KNOWN_COLORS_OUTSIDE_SELECTION: KnownColors.OUTSIDE_SELECTION,
}
_KNOWN_COLORS_MESSAGE = {choice: number for number, choice in _KNOWN_COLORS.items()}


def read_options(source: pb.Job | pb.Receipt) -> tuple[str, TaskOptions]:
    """Return the name of the asked engine and its options.

    Raises:
        RequestError: no task is named.
        NotAvailableError: an engine or option of a later version.
        RangeError: an option has a value that does not exist.
    """
    engine = source.WhichOneof("task")
    if engine is None:
        raise RequestError("The job names no task.")
    if engine not in _READERS:
        raise NotAvailableError(f"This version cannot {engine.replace('_', ' ')} yet.")
    return engine, _READERS[engine](getattr(source, engine))


def options_message(options: TaskOptions) -> TaskMessage:
    """Return the task message of an engine's options; the inverse of ``read_options``."""
    return _WRITERS[type(options)](options)


def _colorize(task: pb.Colorize) -> ColorizeOptions:
    return ColorizeOptions(
        strength=task.strength,
        saturation=task.saturation,
        known_colors=_known_colors(task.known_colors),
        candidates=task.candidates or 1,
        working_short_side=task.working_short_side,
        trust=task.trust,
        folders=tuple(task.folders),
        excluded=tuple(task.excluded),
    )


def _colorize_message(options: ColorizeOptions) -> pb.Colorize:
    return pb.Colorize(
        strength=options.strength,
        saturation=options.saturation,
        known_colors=_KNOWN_COLORS_MESSAGE[options.known_colors],
        candidates=options.candidates,
        working_short_side=options.working_short_side,
        trust=options.trust,
        folders=options.folders,
        excluded=options.excluded,
    )


def _restore(task: pb.Restore) -> RestoreOptions:
    return RestoreOptions(
        strength=task.strength,
        eagerness=task.eagerness,
        tone=task.tone,
        white_balance=task.white_balance,
        colors=_colorize(task.colors) if task.colorize else None,
        color_model=task.colors.model,
    )


def _restore_message(options: RestoreOptions) -> pb.Restore:
    task = pb.Restore(
        strength=options.strength,
        eagerness=options.eagerness,
        tone=options.tone,
        white_balance=options.white_balance,
    )
    if options.colors is not None:
        task.colorize = True
        task.colors.CopyFrom(_colorize_message(options.colors))
        task.colors.model = options.color_model
    return task


def _sample(task: pb.Sample) -> SampleOptions:
    return SampleOptions(
        strength=task.strength,
        saturation=task.saturation,
        known_colors=_known_colors(task.known_colors),
        candidates=task.candidates or 1,
        temperature=task.temperature,
        top_p=task.top_p,
        diversity=task.diversity,
        refine=task.refine,
    )


def _sample_message(options: SampleOptions) -> pb.Sample:
    return pb.Sample(
        strength=options.strength,
        saturation=options.saturation,
        known_colors=_KNOWN_COLORS_MESSAGE[options.known_colors],
        candidates=options.candidates,
        temperature=options.temperature,
        top_p=options.top_p,
        diversity=options.diversity,
        refine=options.refine,
    )


def _known_colors(number: pb.KnownColors) -> KnownColors:
    if number not in _KNOWN_COLORS:
        raise RangeError(f"The choice {number} of known colors does not exist.")
    return _KNOWN_COLORS[number]


def _detect_damage(task: pb.DetectDamage) -> DetectOptions:
    return DetectOptions(sensitivity=task.sensitivity)


def _detect_damage_message(options: DetectOptions) -> pb.DetectDamage:
    return pb.DetectDamage(sensitivity=options.sensitivity)


def _suggest_references(task: pb.SuggestReferences) -> SuggestOptions:
    return SuggestOptions(
        count=task.count or SuggestOptions.count,
        folders=tuple(task.folders),
        excluded=tuple(task.excluded),
    )


def _suggest_references_message(options: SuggestOptions) -> pb.SuggestReferences:
    return pb.SuggestReferences(
        count=options.count, folders=options.folders, excluded=options.excluded
    )


# One row in each for each engine that exists.
_READERS: dict[str, Callable[[Any], TaskOptions]] = {
    "colorize": _colorize,
    "detect_damage": _detect_damage,
    "restore": _restore,
    "sample": _sample,
    "suggest_references": _suggest_references,
}
_WRITERS: dict[type[TaskOptions], Callable[[Any], TaskMessage]] = {
    ColorizeOptions: _colorize_message,
    DetectOptions: _detect_damage_message,
    RestoreOptions: _restore_message,
    SampleOptions: _sample_message,
    SuggestOptions: _suggest_references_message,
}
