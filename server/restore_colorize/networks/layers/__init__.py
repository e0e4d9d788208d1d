"""Blocks that several networks share."""

from __future__ import annotations

from restore_colorize.networks.layers.attention import centered_cosine_attention, unit_rows
from restore_colorize.networks.layers.blocks import (
    DoubleConv,
    Down,
    ResBlock,
    StridedConv,
    Up,
    every_fourth,
    halved,
    quarter_of,
)
from restore_colorize.networks.layers.lookup import lookup_map
from restore_colorize.networks.layers.modulation import SDFT
from restore_colorize.networks.layers.statistics import match_statistics

__all__ = [
    "SDFT",
    "DoubleConv",
    "Down",
    "ResBlock",
    "StridedConv",
    "Up",
    "centered_cosine_attention",
    "every_fourth",
    "halved",
    "lookup_map",
    "match_statistics",
    "quarter_of",
    "unit_rows",
]
