"""Damage of old photographs made by procedure, a whole batch on its device at once."""

from __future__ import annotations

from restore_colorize_training.damage.kinds import Kind
from restore_colorize_training.damage.mix import Damaged, DamageMaker, Decoys
from restore_colorize_training.damage.textures import Textures

__all__ = ["DamageMaker", "Damaged", "Decoys", "Kind", "Textures"]
