"""Engines: one module for each thing that a user can ask for; pictures in, pictures out."""

from __future__ import annotations

from restore_colorize.engines.devices import Environment
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
from restore_colorize.engines.registry import EngineInfo, Engines, Estimate
from restore_colorize.engines.restore import DetectOptions, RestoreOptions
from restore_colorize.engines.sample import SampleOptions

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
    "KnownColors",
    "Outcome",
    "Reference",
    "Request",
    "RestoreOptions",
    "SampleOptions",
    "SilentControl",
    "TaskOptions",
    "Verdict",
    "WorkingPicture",
]
