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
    quarter_of,
)
from restore_colorize.networks.layers.lookup import lookup_map
from restore_colorize.networks.layers.modulation import SDFT

__all__ = [
    "SDFT",
    "DoubleConv",
    "Down",
    "ResBlock",
    "StridedConv",
    "Up",
    "centered_cosine_attention",
    "every_fourth",
    "lookup_map",
    "quarter_of",
    "unit_rows",
]
