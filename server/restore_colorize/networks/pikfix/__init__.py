"""Pik-Fix (2205.01902): colors of a reference, found where it looks like the target."""

from __future__ import annotations

from restore_colorize.networks.pikfix.authors import (
    pikfix_from_authors,
    pikfix_restoration_from_authors,
)
from restore_colorize.networks.pikfix.dense import DenseUNet
from restore_colorize.networks.pikfix.discriminator import PatchDiscriminator
from restore_colorize.networks.pikfix.histogram import initial_centers, soft_histogram
from restore_colorize.networks.pikfix.network import PikFixColor, PikFixOutput
from restore_colorize.networks.pikfix.similarity import alike_cells, best_match, match
from restore_colorize.networks.pikfix.sizes import DenseUNetSizes, PikFixSizes

__all__ = [
    "DenseUNet",
    "DenseUNetSizes",
    "PatchDiscriminator",
    "PikFixColor",
    "PikFixOutput",
    "PikFixSizes",
    "alike_cells",
    "best_match",
    "initial_centers",
    "match",
    "pikfix_from_authors",
    "pikfix_restoration_from_authors",
    "soft_histogram",
]
