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
    Verdict,
    WorkingPicture,
)
from restore_colorize.engines.registry import EngineInfo, Engines, Estimate

__all__ = [
    "Candidate",
    "ColorizeOptions",
    "Control",
    "EngineInfo",
    "Engines",
    "Environment",
    "Estimate",
    "Facts",
    "KnownColors",
    "Outcome",
    "Reference",
    "Request",
    "SilentControl",
    "Verdict",
    "WorkingPicture",
]
