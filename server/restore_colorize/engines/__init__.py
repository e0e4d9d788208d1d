"""Engines: one module for each thing that a user can ask for; pictures in, pictures out."""

from __future__ import annotations

from restore_colorize.engines.devices import Environment
from restore_colorize.engines.grid import GridPicture, grid_picture
from restore_colorize.engines.job import (
    Candidate,
    ColorizeOptions,
    Control,
    Facts,
    KnownColors,
    Outcome,
    Reference,
    Request,
    SilentControl,
    TaskOptions,
    Verdict,
    WorkingPicture,
)
from restore_colorize.engines.registry import EngineInfo, Engines, Estimate, no_model_for
from restore_colorize.engines.restore import DetectOptions, RestoreOptions
from restore_colorize.engines.sample import SampleOptions
from restore_colorize.engines.suggest import SuggestOptions

__all__ = [
    "Candidate",
    "ColorizeOptions",
    "Control",
    "DetectOptions",
    "EngineInfo",
    "Engines",
    "Environment",
    "Estimate",
    "Facts",
    "GridPicture",
    "KnownColors",
    "Outcome",
    "Reference",
    "Request",
    "RestoreOptions",
    "SampleOptions",
    "SilentControl",
    "SuggestOptions",
    "TaskOptions",
    "Verdict",
    "WorkingPicture",
    "grid_picture",
    "no_model_for",
]
